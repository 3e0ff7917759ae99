#include "synop/io/deployment/deployed_network.hpp"

#include <cmath>
#include <random>
#include <set>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/deployed_networks.hpp"
#include "synop/core/error.hpp"
#include "synop/io/deployment/arithmetic.hpp"
#include "synop/io/deployment/deployable.hpp"
#include "synop/io/model_catalogue.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

StepNetwork steps_of(const std::string& text, Delay step) {
  const Experiment experiment = parse_experiment(text, "test.toml", model_catalogue());
  return Deployable(experiment, 1).steps(step);
}

// The rule of docs/deployment.md once more, without an image: synapse by synapse, and integers as long doubles, whose
// 64 bits hold every product.
class Naive {
 public:
  Naive(const StepNetwork& network, const Quantised& quantised) : net_(network), q_(quantised) {
    for (std::uint32_t i = 0; i < net_.populations.size(); ++i) {
      const StepPopulation& p = net_.populations[i];
      v_.emplace_back(p.size);
      for (std::uint32_t n = 0; n < p.size && !p.source; ++n) v_[i][n] = one_of(q_.populations[i].initial, n);
      ex_.emplace_back(p.size);
      in_.emplace_back(p.size);
      free_from_.emplace_back(p.size, 0);
      reset_at_.emplace_back(p.size, -1);
      history_.emplace_back();
    }
  }

  void step(const std::vector<std::set<std::uint32_t>>& given) {
    for (const std::uint32_t i : net_.order) {
      history_[i].emplace_back();
      if (net_.populations[i].source) {
        history_[i].back() = given[i];
        continue;
      }
      for (std::uint32_t n = 0; n < net_.populations[i].size; ++n) decay(i, n);
      for (std::size_t p = 0; p < net_.projections.size(); ++p)
        if (net_.projections[p].target == i) deliver(p);
      for (std::uint32_t n = 0; n < net_.populations[i].size; ++n) test(i, n);
    }
    ++now_;
  }
  const std::set<std::uint32_t>& fired(std::uint32_t population) const { return history_[population].back(); }
  long double potential(std::uint32_t population, std::uint32_t n) const { return v_[population][n]; }
  std::uint32_t saturations() const { return saturations_; }

 private:
  static double one_of(const std::vector<double>& values, std::uint32_t n) { return values[values.size() > 1 ? n : 0]; }
  bool integer() const { return q_.precision.integer(); }

  long double scaled(long double x, double factor) const {
    if (!integer()) return static_cast<float>(x) * static_cast<float>(factor);
    const long double one = q_.precision.state == StateType::int16 ? 0x1p15L : 0x1p31L;
    return std::floor(x * static_cast<long double>(factor) / one + 0.5L);
  }
  long double sum(long double x, long double y) {
    if (!integer()) return static_cast<float>(x) + static_cast<float>(y);
    const auto limit = static_cast<long double>(largest(q_.precision.state));
    const long double exact = x + y;
    saturations_ += std::abs(exact) > limit ? 1 : 0;
    return std::max(-limit, std::min(limit, exact));
  }
  void decay(std::uint32_t i, std::uint32_t n) {
    if (now_ == 0) return;
    const StepPopulation& p = net_.populations[i];
    const QuantisedPopulation& q = q_.populations[i];
    const bool held = now_ <= reset_at_[i][n];  // refractory, or released in this very step
    v_[i][n] = held ? static_cast<long double>(q.reset) : scaled(v_[i][n], q.decay);
    if (!p.currents) return;
    if (!held) {
      v_[i][n] = sum(v_[i][n], scaled(ex_[i][n], q.current_gain[0]));
      v_[i][n] = sum(v_[i][n], scaled(in_[i][n], q.current_gain[1]));
    }
    ex_[i][n] = scaled(ex_[i][n], q.current_decay[0]);
    in_[i][n] = scaled(in_[i][n], q.current_decay[1]);
  }
  void deliver(std::size_t index) {
    const StepProjection& p = net_.projections[index];
    const QuantisedProjection& q = q_.projections[index];
    std::vector<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> due;  // delay, row, synapse
    for (std::uint32_t row = 0; row < p.sources.count; ++row)
      for (std::uint32_t s = p.row_begin[row]; s < p.row_begin[row + 1]; ++s) {
        const std::uint32_t delay = p.delay[p.delay.size() > 1 ? s : 0];
        if (static_cast<int>(delay) > now_) continue;
        if (history_[p.source][static_cast<std::size_t>(now_) - delay].contains(p.sources.first + row))
          due.emplace_back(delay, row, s);
      }
    std::sort(due.begin(), due.end());
    for (const auto& [delay, row, s] : due) {
      const double weight = q.weight[p.one_weight ? 0 : s];
      const std::uint32_t n = p.targets.first + p.targets_of[s];
      auto& all = !net_.populations[p.target].currents ? v_ : weight < 0 ? in_ : ex_;
      all[p.target][n] = sum(all[p.target][n], integer() ? std::ldexp(weight, static_cast<int>(q.shift)) : weight);
    }
  }
  void test(std::uint32_t i, std::uint32_t n) {
    const StepPopulation& p = net_.populations[i];
    const QuantisedPopulation& q = q_.populations[i];
    if (now_ < reset_at_[i][n]) {
      v_[i][n] = q.reset;
      return;
    }
    if (v_[i][n] < one_of(q.threshold, n)) return;
    history_[i].back().insert(n);
    v_[i][n] = p.subtracts ? static_cast<long double>(v_[i][n] - q.reset) : q.reset;
    if (!integer()) v_[i][n] = static_cast<float>(v_[i][n]);
    if (p.refractory_steps > 0) reset_at_[i][n] = now_ + static_cast<int>(p.refractory_steps);
  }

  const StepNetwork& net_;
  const Quantised& q_;
  std::vector<std::vector<long double>> v_, ex_, in_;
  std::vector<std::vector<int>> free_from_, reset_at_;  // the step in which the neuron is released
  std::vector<std::vector<std::set<std::uint32_t>>> history_;
  int now_ = 0;
  std::uint32_t saturations_ = 0;
};

// Runs both on the same random input and compares every spike and potential of every step. Returns the spikes.
std::uint64_t expect_same(const StepNetwork& network, Precision precision, std::uint32_t steps, double p_spike) {
  const Quantised quantised = quantise(network, precision);
  const Buffer image = make_image(network, quantised);
  Buffer ram(header_of(image.bytes()).ram_bytes);
  DeployedNetwork deployed(image.bytes(), ram.bytes());
  Naive naive(network, quantised);
  std::mt19937 random(7);
  std::bernoulli_distribution fires(p_spike);
  std::uint64_t spikes = 0;
  for (std::uint32_t k = 0; k < steps; ++k) {
    std::vector<std::set<std::uint32_t>> given(network.populations.size());
    for (std::uint32_t i = 0; i < given.size(); ++i)
      for (std::uint32_t n = 0; n < network.populations[i].size && network.populations[i].source; ++n)
        if (fires(random)) given[i].insert(n), deployed.set_spike(i, n);
    deployed.step();
    naive.step(given);
    for (std::uint32_t i = 0; i < given.size(); ++i) {
      if (network.populations[i].source) continue;
      std::set<std::uint32_t> fired;
      deployed.for_each_spike(i, [&](std::uint32_t n) { fired.insert(n); });
      EXPECT_EQ(fired, naive.fired(i)) << "step " << k;
      spikes += fired.size();
      for (std::uint32_t n = 0; n < network.populations[i].size; ++n)
        EXPECT_EQ(deployed.potential(i, n), static_cast<double>(naive.potential(i, n)))
            << "step " << k << ", neuron " << n;
    }
    if (testing::Test::HasFailure()) break;
  }
  EXPECT_EQ(deployed.saturations(), naive.saturations());
  return spikes;
}

TEST(DeployedNetwork, DoesWhatANaiveSimulatorDoesInEveryPrecision) {
  for (const auto& [title, text] : test::deployable_experiments())
    for (const Delay step : {Delay{ticks_per_ms}, Delay{ticks_per_ms / 4}})
      for (const Precision precision : precisions()) {
        SCOPED_TRACE(title + ", " + std::string(name(precision.weights)) + ", " + std::string(name(precision.state)));
        EXPECT_GT(expect_same(steps_of(text, step), precision, 400, 0.06), 10u);
      }
}

TEST(DeployedNetwork, SaturatesAsTheNaiveSimulatorDoes) {
  const std::string inhibited = R"(
seed = 1
[simulation]
duration = "10 ms"
[[population]]
name = "in"
model = "poisson_population"
size = 60
[[population]]
name = "exc"
model = "iaf_psc_delta"
size = 5
params = { tau_m = "20 ms", E_L = "0 mV", V_th = "15 mV", V_reset = "0 mV", t_ref = "2 ms" }
[[projection]]
source = "in"
target = "exc"
rule = "all_to_all"
weight = { uniform = ["-20 mV", "0 mV"] }
delay = "1 ms"
)";
  const StepNetwork network = steps_of(inhibited, Delay{ticks_per_ms});
  EXPECT_EQ(expect_same(network, {WeightType::int8, StateType::int16}, 50, 1.0), 0u);
  const Quantised quantised = quantise(network, {WeightType::int8, StateType::int16});
  const Buffer image = make_image(network, quantised);
  Buffer ram(header_of(image.bytes()).ram_bytes);
  DeployedNetwork deployed(image.bytes(), ram.bytes());
  for (int k = 0; k < 5; ++k) {
    for (std::uint32_t n = 0; n < 60; ++n) deployed.set_spike(0, n);
    deployed.step();
  }
  EXPECT_GT(deployed.saturations(), 0u);
  EXPECT_EQ(deployed.potential(1, 0), -32767.0);
}

TEST(DeployedNetwork, BeginsAnewAfterARestart) {
  const StepNetwork network = steps_of(test::deployable_experiments()[2].second, Delay{ticks_per_ms});
  const Buffer image = make_image(network, quantise(network, {}));
  Buffer ram(header_of(image.bytes()).ram_bytes);
  DeployedNetwork deployed(image.bytes(), ram.bytes());
  const auto spikes_of_a_run = [&] {
    std::vector<std::uint32_t> spikes;
    for (std::uint32_t k = 0; k < 100; ++k) {
      for (std::uint32_t n = k % 3; n < 30; n += 3) deployed.set_spike(0, n);
      deployed.step();
      deployed.for_each_spike(1, [&](std::uint32_t n) { spikes.push_back(k * 100 + n); });
    }
    return spikes;
  };
  const auto first = spikes_of_a_run();
  deployed.restart();
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first, spikes_of_a_run());
}

TEST(DeployedNetwork, RefusesWhatIsNoImage) {
  Buffer ram(1000);
  Buffer image(100);
  EXPECT_THROW(DeployedNetwork(image.bytes(), ram.bytes()), Error);
  const StepNetwork network = steps_of(test::deployable_experiments()[0].second, Delay{ticks_per_ms});
  const Buffer whole = make_image(network, quantise(network, {}));
  EXPECT_THROW(DeployedNetwork(whole.bytes().first(whole.size() - 4), ram.bytes()), Error);
  EXPECT_THROW(DeployedNetwork(whole.bytes(), ram.bytes().first(4)), Error);
}

TEST(Arithmetic, ScalesToTheNearestAndSaturates) {
  using Narrow = Arithmetic<std::int16_t>;
  using Wide = Arithmetic<std::int32_t>;
  EXPECT_EQ(Narrow::scaled(1000, 16384), 500);
  EXPECT_EQ(Narrow::scaled(3, 16384), 2);    // 1.5: half goes up
  EXPECT_EQ(Narrow::scaled(-3, 16384), -1);  // -1.5 too
  EXPECT_EQ(Narrow::scaled(-32767, 32768), -32767);
  EXPECT_EQ(Wide::scaled(1'000'000'000, 1 << 30), 500'000'000);
  std::uint32_t saturations = 0;
  EXPECT_EQ(Narrow::sum(32000, 1000, saturations), 32767);
  EXPECT_EQ(Narrow::sum(-32000, -1000, saturations), -32767);
  EXPECT_EQ(Wide::sum(2'000'000'000, std::int64_t{1} << 40, saturations), 2147483647);
  EXPECT_EQ(saturations, 3u);
  EXPECT_EQ(Narrow::input(std::int8_t{-5}, 3), -40);
}

}  // namespace
}  // namespace synop
