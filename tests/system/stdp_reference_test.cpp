// Pair STDP in the engine and in the reference simulator. External inputs alone make the targets fire, the plastic
// synapses being too weak, so that spikes are the same and weights differ by the engine's float weights only.
#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "support/reference_simulator.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/learning/plastic.hpp"
#include "synop/learning/stdp_synapse.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/explicit_list.hpp"
#include "synop/synapses/connect/one_to_one.hpp"

namespace synop {
namespace {

constexpr std::uint32_t sources = 5;
constexpr std::uint32_t targets = 4;
constexpr double Wmax = 1e-9;  // mV

class Case {
 public:
  explicit Case(std::uint32_t seed) : random_(seed) {
    on_grid_ = seed % 2 == 0;
    rule_.Wmax = Wmax;
    rule_.lambda = 0.05;
    rule_.alpha = 0.5 + uniform();
    rule_.tau_plus = 5.0 + 20.0 * uniform();
    rule_.tau_minus = 5.0 + 30.0 * uniform();
    const double exponents[] = {0.0, 0.4, 1.0};
    rule_.mu_plus = exponents[random_() % 3];
    rule_.mu_minus = exponents[random_() % 3];
    const double fractions[] = {1.0, 0.0, 0.5};
    split_.dendritic_fraction = fractions[random_() % 3];
    for (std::uint32_t i = 0; i < sources; ++i) inputs_.push_back(train());
    for (std::uint32_t i = 0; i < targets; ++i) teachers_.push_back(train());
    for (std::uint32_t i = 0; i < sources; ++i)
      for (std::uint32_t j = 0; j < targets; ++j)
        synapses_.push_back({i, j, static_cast<double>(static_cast<float>(Wmax * uniform())), delay()});
  }

  std::vector<double> reference_weights(std::size_t& spikes) const {
    reference::Network network;
    const auto add = [&](const std::vector<std::vector<Time>>& trains) {
      for (const auto& times : trains) {
        network.neurons.emplace_back();
        network.neurons.back().model = reference::Model::source;
        network.neurons.back().emits = times;
      }
    };
    add(inputs_);
    add(teachers_);
    for (std::uint32_t j = 0; j < targets; ++j) {
      network.neurons.emplace_back();
      network.neurons.back().t_ref = 0.0;
    }
    for (const Link& s : synapses_) {
      const reference::Stdp stdp{rule_.tau_plus,
                                 rule_.tau_minus,
                                 rule_.lambda,
                                 rule_.alpha,
                                 rule_.mu_plus,
                                 rule_.mu_minus,
                                 static_cast<double>(static_cast<float>(Wmax)),
                                 split_.axonal(s.delay)};
      network.synapses.push_back({s.source, sources + targets + s.target, s.weight, s.delay, stdp});
    }
    for (std::uint32_t j = 0; j < targets; ++j)
      network.synapses.push_back({sources + j, sources + targets + j, 20.0, Delay{}, std::nullopt});
    reference::Result result = reference::simulate(network, end);
    spikes = result.spikes.size();
    result.weights.resize(synapses_.size());
    return result.weights;
  }

  // Of synapse (source, target), from a run split at random instants.
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> engine_weights(std::size_t& spikes) {
    NetworkBuilder builder;
    const auto input = builder.add_population("input", sources, std::make_unique<SpikeGenerator>(inputs_));
    const auto teacher = builder.add_population("teacher", targets, std::make_unique<SpikeGenerator>(teachers_));
    IafPscDelta model;
    model.t_ref = 0.0;
    const auto neurons = builder.add_population("neurons", targets, model);
    std::vector<ExplicitList::Connection> pairs;
    Synapse synapse{.weight = {.kind = Distribution::list},
                    .delay = {.kind = Distribution::list},
                    .plasticity = plastic(rule_),
                    .split = split_};
    for (const Link& s : synapses_) {
      pairs.push_back({s.source, s.target});
      synapse.weight.values.push_back(s.weight);
      synapse.delay.values.push_back(s.delay.ms());
    }
    const auto plastic_id = builder.connect(input, neurons, ExplicitList(pairs), std::move(synapse));
    builder.connect(teacher, neurons, OneToOne(), {.weight = constant(20.0), .delay = constant(0.0)});
    const Network network = builder.build({.threads = 1, .delay_resolution = std::nullopt});
    Simulation simulation(network);
    SpikeHash hash;
    simulation.attach(hash);
    for (int k = 1; k < 4; ++k)
      simulation.run_until({simulation.now().ticks + static_cast<std::int64_t>(random_() % (end.ticks / 4))});
    simulation.run_until(end);
    spikes = hash.count();
    const auto view = simulation.synapses(plastic_id);
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> weights;
    for (std::size_t k = 0; k < view.weights.size(); ++k) weights[{view.sources[k], view.targets[k]}] = view.weights[k];
    return weights;
  }

  void compare(double& moved) {
    std::size_t expected_spikes = 0, spikes = 0;
    const auto expected = reference_weights(expected_spikes);
    const auto actual = engine_weights(spikes);
    ASSERT_EQ(spikes, expected_spikes);
    for (std::size_t k = 0; k < synapses_.size(); ++k) {
      const double w = actual.at({synapses_[k].source, synapses_[k].target});
      // Some 60 updates, each rounded to float.
      EXPECT_NEAR(w / Wmax, expected[k] / Wmax, 60 * 0x1p-24) << "synapse " << k;
      moved = std::max(moved, std::abs(w - synapses_[k].weight) / Wmax);
    }
  }

 private:
  struct Link {
    std::uint32_t source;
    std::uint32_t target;
    double weight;
    Delay delay;
  };
  static constexpr Time end{200 * ticks_per_ms};

  double uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }
  Delay delay() {
    return on_grid_ ? Delay{static_cast<std::int64_t>(random_() % 7) * ticks_per_ms} : Delay::from_ms(6.0 * uniform());
  }
  std::vector<Time> train() {
    std::vector<Time> times;
    for (std::uint64_t k = random_() % 25; k > 0; --k)
      times.push_back(on_grid_ ? Time{static_cast<std::int64_t>(random_() % 200) * ticks_per_ms}
                               : Time::from_ms(200.0 * uniform()));
    std::sort(times.begin(), times.end());
    return times;
  }

  std::mt19937_64 random_;
  bool on_grid_;
  StdpSynapse rule_;
  DelaySplit split_;
  std::vector<std::vector<Time>> inputs_;
  std::vector<std::vector<Time>> teachers_;
  std::vector<Link> synapses_;
};

TEST(StdpSynapse, LearnsTheWeightsOfTheReference) {
  double moved = 0.0;
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    ASSERT_NO_FATAL_FAILURE(Case(seed).compare(moved));
    if (HasFailure()) break;
  }
  EXPECT_GT(moved, 0.3);
}

}  // namespace
}  // namespace synop
