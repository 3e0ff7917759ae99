#include "synop/neurons/iaf_psc_delta.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/all_to_all.hpp"

namespace synop {
namespace {

using namespace synop::literals;

Synapse jump(double weight, Delay delay = {}) {
  return {.weight = constant(weight), .delay = constant(delay.ms()), .double_precision = true};
}

// One neuron with inputs at given times, one generator neuron and weight per input.
struct Input {
  Time time;
  double weight;
};
std::vector<Time> response(const IafPscDelta& model, const std::vector<Input>& inputs, Time end,
                           std::optional<double> V_m = std::nullopt) {
  NetworkBuilder builder;
  std::vector<std::vector<Time>> trains;
  Synapse synapse{.weight = {.kind = Distribution::list}, .delay = constant(0.0), .double_precision = true};
  for (const Input& input : inputs) {
    trains.push_back({input.time});
    synapse.weight.values.push_back(input.weight);
  }
  std::optional<Distribution> potential;
  if (V_m) potential = constant(*V_m);
  const auto neuron = builder.add_population("neuron", 1, model, potential);
  if (!inputs.empty()) {
    const auto size = static_cast<std::uint32_t>(trains.size());
    const auto source = builder.add_population("source", size, std::make_unique<SpikeGenerator>(trains));
    builder.connect(source, neuron, AllToAll(), std::move(synapse));
  }
  const Network network = builder.build({.threads = 1});
  Simulation simulation(network);
  SpikeRecorder recorder(neuron);
  simulation.attach(recorder);
  simulation.run_until(end);
  std::vector<Time> times;
  for (const Spike& spike : recorder.spikes()) times.push_back(spike.time);
  return times;
}

IafPscDelta resting_at(double V_th, double distance, double t_ref = 2.0) {
  IafPscDelta model;
  model.V_th = V_th;
  model.E_L = model.V_reset = V_th - distance;
  model.t_ref = t_ref;
  return model;
}

TEST(IafPscDelta, FiresAtTheIntervalsOfTheClosedForm) {
  const double published[] = {28.2125, 34.5078, 43.6346, 62.5543, 83.8120};  // Hz
  int k = 0;
  for (const double v_inf : {10.5, 11.0, 12.0, 15.0, 20.0}) {
    IafPscDelta model{.tau_m = 10.0, .C_m = 10.0, .E_L = 0.0, .V_th = 10.0, .V_reset = 0.0, .t_ref = 5.0, .I_e = v_inf};
    const long double interval = 10.0L * std::log(static_cast<long double>(v_inf) / (v_inf - 10.0L)) + 5.0L;
    const auto expected = static_cast<double>(std::ceil(interval * ticks_per_ms));
    const std::vector<Time> spikes = response(model, {}, Time::from_ms(3000.0));
    ASSERT_GT(spikes.size(), 80u);
    for (std::size_t i = 1; i < spikes.size(); ++i)
      EXPECT_NEAR(static_cast<double>((spikes[i] - spikes[i - 1]).ticks), expected, 1.0);
    EXPECT_NEAR(1000.0 / (spikes[1] - spikes[0]).ms(), published[k++], 5e-5);
  }
}

TEST(IafPscDelta, FiresAtAnExactTieWheneverItOccurs) {
  std::mt19937_64 random(7);
  for (int trial = 0; trial < 2000; ++trial) {
    const double latest = trial % 4 == 0 ? 9e9 : trial % 4 == 1 ? 1e6 : 1e3;  // ms; the range ends at 9.2e9
    const Time t = Time::from_ms(latest * static_cast<double>(random() >> 11) * 0x1p-53);
    const IafPscDelta model = resting_at(trial % 2 == 0 ? -55.0 : 15.0, 15.0);
    const std::vector<Time> spikes = response(model, {{t, 5.0}, {t, 5.0}, {t, 5.0}}, t + 1_ms);
    ASSERT_EQ(spikes, std::vector<Time>{t}) << t.ms() << " ms";
    const std::vector<Time> mixed = response(model, {{t, 12.0}, {t, 7.0}, {t, -4.0}}, t + 1_ms);
    ASSERT_EQ(mixed, std::vector<Time>{t}) << t.ms() << " ms";
    ASSERT_TRUE(response(model, {{t, 5.0}, {t, 5.0}, {t, 5.0 - 1e-9}}, t + 1_ms).empty());
    ASSERT_TRUE(response(model, {{t, 20.0}, {t, -5.0 - 1e-9}}, t + 1_ms).empty()) << "inhibition comes first";
  }
}

TEST(IafPscDelta, TakesManySimultaneousInputsAsTheirSum) {
  const IafPscDelta model = resting_at(-55.0, 15.0);
  const Time t = Time::from_ms(3.7);
  const Time later = Time::from_ms(9.1);
  const double rest = 15.0 - 8 * 0.5 * std::exp(-0.54);  // what is missing at the later input
  for (const double excess : {-1e-9, 1e-9}) {
    const std::vector<Input> many(8, {t, 0.5});
    std::vector<Input> inputs = many;
    inputs.push_back({later, rest + excess});
    const auto of_many = response(model, inputs, Time::from_ms(20.0));
    const auto of_one = response(model, {{t, 4.0}, {later, rest + excess}}, Time::from_ms(20.0));
    EXPECT_EQ(of_many, of_one);
    EXPECT_EQ(of_one.size(), excess > 0.0 ? 1u : 0u);
  }
}

TEST(IafPscDelta, SpikesTheSameHoweverLateItStarts) {
  std::mt19937_64 random(11);
  std::vector<Input> inputs;
  for (int k = 0; k < 400; ++k)
    inputs.push_back({{static_cast<std::int64_t>(random() % 500'000'000'000)}, k % 4 == 0 ? -2.0 : 3.7});
  for (const double I_e : {0.0, 420.0}) {  // the second drives the neuron above threshold
    IafPscDelta model = resting_at(-55.0, 15.0);
    model.I_e = 0.0;
    std::vector<std::vector<Time>> trains;
    for (const std::int64_t shift : {0LL, 1'000'000'000'000'000LL}) {  // 1e6 ms
      NetworkBuilder builder;
      std::vector<std::vector<Time>> times;
      Synapse synapse{.weight = {.kind = Distribution::list}, .delay = constant(0.0), .double_precision = true};
      for (const Input& input : inputs) {
        times.push_back({input.time + Delay{shift}});
        synapse.weight.values.push_back(input.weight);
      }
      const auto source = builder.add_population("source", 400, std::make_unique<SpikeGenerator>(times));
      const auto neuron = builder.add_population("neuron", 1, model);
      builder.connect(source, neuron, AllToAll(), std::move(synapse));
      builder.add_current(neuron, I_e, Time{shift});
      const Network network = builder.build({.threads = 1});
      Simulation simulation(network);
      SpikeRecorder recorder(neuron);
      simulation.attach(recorder);
      simulation.run_until(Time{shift} + 600_ms);
      trains.emplace_back();
      for (const Spike& spike : recorder.spikes()) trains.back().push_back(spike.time - Delay{shift});
    }
    ASSERT_GT(trains[0].size(), 10u);
    ASSERT_EQ(trains[0].size(), trains[1].size());
    for (std::size_t k = 0; k < trains[0].size(); ++k)
      EXPECT_NEAR(static_cast<double>((trains[0][k] - trains[1][k]).ticks), 0.0, I_e > 0.0 ? 1.0 : 0.0);
  }
}

TEST(IafPscDelta, DropsInputsWhileRefractoryAndTakesThemFromItsVeryEnd) {
  const IafPscDelta model = resting_at(-55.0, 15.0, 2.0);
  const Time first = Time::from_ms(10.0);
  const Time release = first + 2_ms;
  const Time end = Time::from_ms(20.0);
  EXPECT_EQ(response(model, {{first, 20.0}, {release - tick, 20.0}}, end), (std::vector<Time>{first}));
  EXPECT_EQ(response(model, {{first, 20.0}, {release, 20.0}}, end), (std::vector<Time>{first, release}));
  // What arrived during refractoriness leaves no trace.
  EXPECT_EQ(response(model, {{first, 20.0}, {release - tick, 14.0}, {release, 14.0}}, end), (std::vector<Time>{first}));
}

TEST(IafPscDelta, FiresOnceAtAnInstantEvenIfItIsNeverRefractory) {
  const IafPscDelta model = resting_at(-55.0, 15.0, 0.0);
  const Time t = Time::from_ms(10.0);
  const std::vector<Input> inputs(5, {t, 20.0});
  EXPECT_EQ(response(model, inputs, Time::from_ms(20.0)), (std::vector<Time>{t}));
  std::vector<Input> more = inputs;
  more.push_back({t + tick, 15.0});  // from V_reset: the rest of the previous instant is discarded
  EXPECT_EQ(response(model, more, Time::from_ms(20.0)), (std::vector<Time>{t, t + tick}));
  more.back().weight = 14.9;
  EXPECT_EQ(response(model, more, Time::from_ms(20.0)), (std::vector<Time>{t}));
}

TEST(IafPscDelta, FiresAtTimeZeroIfItStartsAtThreshold) {
  const IafPscDelta model = resting_at(-55.0, 15.0);
  EXPECT_EQ(response(model, {}, Time::from_ms(5.0), -55.0), (std::vector<Time>{Time{}}));
  EXPECT_TRUE(response(model, {}, Time::from_ms(5.0), -55.001).empty());
}

TEST(IafPscDelta, CrossesAfterItsPotentialHasBeenSetDuringAWindow) {
  IafPscDelta model = resting_at(0.0, 10.0);
  model.C_m = model.tau_m;
  model.I_e = 20.0;  // V_inf = 10, crossing after 6.93 ms
  NetworkBuilder builder;
  const auto neuron = builder.add_population("neuron", 1, model);
  const Network network = builder.build({.threads = 1});
  Simulation simulation(network);
  SpikeRecorder recorder(neuron);
  simulation.attach(recorder);
  simulation.run_until(Time::from_ms(2.0));
  const double V_m[] = {-0.5};
  simulation.set_values(neuron, "V_m", V_m);
  simulation.run_until(Time::from_ms(4.0));
  ASSERT_EQ(recorder.spikes().size(), 1u);
  EXPECT_NEAR(recorder.spikes()[0].time.ms(), 2.0 + 10.0 * std::log(10.5 / 10.0), 1e-9);
}

struct Samples final : Observer {
  void on_sample(std::uint32_t, Time t, std::span<const double> row) override {
    times.push_back(t);
    values.insert(values.end(), row.begin(), row.end());
  }
  std::vector<Time> times;
  std::vector<double> values;
};

TEST(IafPscDelta, ShowsTheClosedFormToAMultimeter) {
  IafPscDelta model = resting_at(-55.0, 15.0);
  model.C_m = model.tau_m;
  NetworkBuilder builder;
  const auto source = builder.add_population(
      "source", 1, std::make_unique<SpikeGenerator>(std::vector<std::vector<Time>>{{Time::from_ms(5.0)}}));
  const auto neuron = builder.add_population("neuron", 2, model, constant(-72.0));
  builder.connect(source, Neurons(neuron, {0, 1}), AllToAll(), jump(4.0));
  builder.add_current(neuron, 6.0, Time::from_ms(12.0));
  const Network network = builder.build({.threads = 1});
  Simulation simulation(network);
  Samples samples;
  simulation.attach(samples);
  const std::uint32_t both[] = {0, 1};
  simulation.add_multimeter(neuron, both, 500_us, Time::from_ms(0.5), Time::from_ms(300.0));
  simulation.run_until(Time::from_ms(400.0));
  ASSERT_EQ(samples.times.size(), 599u);
  for (std::size_t k = 0; k < samples.times.size(); ++k) {
    const double t = samples.times[k].ms();
    EXPECT_EQ(samples.times[k], Time::from_ms(0.5 + 0.5 * static_cast<double>(k)));
    const double undisturbed =
        -70.0 - 2.0 * std::exp(-t / 10.0) + (t < 12.0 ? 0.0 : -6.0 * std::expm1(-(t - 12.0) / 10.0));
    EXPECT_NEAR(samples.values[2 * k], undisturbed + (t < 5.0 ? 0.0 : 4.0 * std::exp(-(t - 5.0) / 10.0)), 1e-12);
    EXPECT_NEAR(samples.values[2 * k + 1], undisturbed, 1e-12);
  }
}

TEST(IafPscDelta, CostsNothingInSilenceOnceAMultimeterHasStopped) {
  NetworkBuilder builder;
  const auto neuron = builder.add_population("neuron", 1, resting_at(-55.0, 15.0));
  const Network network = builder.build({.threads = 1});
  Simulation simulation(network);
  Samples samples;
  simulation.attach(samples);
  const std::uint32_t first[] = {0};
  simulation.add_multimeter(neuron, first, 1_ms, Time{}, Time::from_ms(3.0));
  simulation.run_until(Time::from_ms(9e9));  // window by window it would not end
  EXPECT_EQ(samples.times.size(), 3u);
}

TEST(IafPscDelta, RefusesAThresholdBelowTheReset) {
  IafPscDelta model;
  model.V_reset = model.V_th;
  EXPECT_THROW(model.validate(), Error);
}

}  // namespace
}  // namespace synop
