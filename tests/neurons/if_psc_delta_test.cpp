#include "synop/neurons/if_psc_delta.hpp"

#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/all_to_all.hpp"

namespace synop {
namespace {

std::vector<Spike> run(const Network& network, PopulationId population, double end) {
  Simulation simulation(network);
  SpikeRecorder recorder(population);
  simulation.attach(recorder);
  simulation.run_until(Time::from_ms(end));
  return recorder.spikes();
}

TEST(IfPscDelta, FiresAtEqualIntervalsUnderAConstantCurrent) {
  NetworkBuilder builder;
  const IfPscDelta model{.C_m = 200.0, .V_th = 15.0, .V_reset = 0.0, .t_ref = 1.25, .I_e = 300.0};
  const auto neuron = builder.add_population("neuron", 1, model);
  const std::vector<Spike> spikes = run(builder.build(), neuron, 1000.0);
  const Delay first = Delay::from_ms(10.0);  // 15 mV at 1.5 mV/ms
  ASSERT_EQ(spikes.size(), 88u);
  for (std::size_t k = 0; k < spikes.size(); ++k) {
    const Time expected = Time{} + first * static_cast<std::int64_t>(k + 1) + Delay::from_ms(1.25) * static_cast<std::int64_t>(k);
    ASSERT_LE(std::abs((spikes[k].time - expected).ticks), static_cast<std::int64_t>(k) + 1) << k;
  }
}

TEST(IfPscDelta, KeepsWhatItReceivesForEver) {
  NetworkBuilder builder;
  const auto neuron = builder.add_population("neuron", 1, IfPscDelta{.V_th = 15.0, .V_reset = 0.0});
  const auto source = builder.add_population(
      "source", 1, std::make_unique<SpikeGenerator>(std::vector<std::vector<Time>>{{Time::from_ms(1.0), Time::from_ms(1e6), Time::from_ms(2e6)}}));
  builder.connect(source, neuron, AllToAll(), {.weight = constant(5.0), .delay = constant(0.0)});
  const Network network = builder.build();
  Simulation simulation(network);
  simulation.run_until(Time::from_ms(1.5e6));
  EXPECT_EQ(simulation.values(neuron, "V_m")[0], 10.0);
  const std::vector<Spike> spikes = run(network, neuron, 2.1e6);
  ASSERT_EQ(spikes.size(), 1u) << "three inputs of 5 mV reach a threshold 15 mV away";
  EXPECT_EQ(spikes[0].time, Time::from_ms(2e6));
}

TEST(IfPscDelta, IsTheLimitOfALeakyNeuron) {
  NetworkBuilder builder;
  const auto leaky = builder.add_population(
      "leaky", 1, IafPscDelta{.tau_m = 1e6, .C_m = 200.0, .E_L = 0.0, .V_th = 15.0, .V_reset = 0.0, .I_e = 300.0});
  const auto perfect = builder.add_population("perfect", 1, IfPscDelta{.C_m = 200.0, .V_th = 15.0, .V_reset = 0.0, .I_e = 300.0});
  const Network network = builder.build();
  const std::vector<Spike> a = run(network, leaky, 500.0), b = run(network, perfect, 500.0);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t k = 0; k < a.size(); ++k)
    EXPECT_NEAR(a[k].time.ms(), b[k].time.ms(), 10.0 * (k + 1) * 10.0 / 1e6) << "each interval is T (1 + T / 2 tau_m)";
}

TEST(IfPscDelta, NeuronsOfAPopulationMayDiffer) {
  const auto listed = [](std::vector<double> values) { return Distribution{.kind = Distribution::list, .values = std::move(values)}; };
  NetworkBuilder builder;
  const auto own = builder.add_population("own", 3, varied(IfPscDelta{.V_th = 10.0, .V_reset = 0.0, .t_ref = 1.0},
                                                           {{"I_e", listed({250.0, 500.0, 0.0})}, {"C_m", listed({250.0, 250.0, 100.0})}}));
  std::map<std::uint32_t, std::vector<double>> times;
  for (const Spike& spike : run(builder.build(), own, 24.0)) times[spike.neuron].push_back(spike.time.ms());
  EXPECT_THAT(times[0], testing::ElementsAre(testing::DoubleNear(10.0, 1e-8), testing::DoubleNear(21.0, 1e-8)));
  EXPECT_THAT(times[1], testing::ElementsAre(testing::DoubleNear(5.0, 1e-8), testing::DoubleNear(11.0, 1e-8),
                                             testing::DoubleNear(17.0, 1e-8), testing::DoubleNear(23.0, 1e-8)));
  EXPECT_TRUE(times[2].empty());
  EXPECT_THROW(NetworkBuilder().add_population("bad", 2, varied(IfPscDelta{}, {{"V_reset", listed({-70.0, -50.0})}})), Error);
}

// Inputs at one instant that are worth 3.5 thresholds, another with inhibition, and a current that carries on what is left.
TEST(IfPscDelta, KeepsWhatExceedsTheThresholdWhenItSubtracts) {
  const auto train = [](std::vector<double> ms) {
    std::vector<Time> times;
    for (const double t : ms) times.push_back(Time::from_ms(t));
    return times;
  };
  for (const double current : {0.0, 25.0}) {  // pA: 0.1 mV/ms
    NetworkBuilder builder;
    const IfPscDelta model{.V_th = 10.0, .V_reset = 0.0, .t_ref = 0.0, .I_e = current, .reset_by_subtraction = 1.0};
    const auto neuron = builder.add_population("neuron", 1, model);
    const auto source = builder.add_population("source", 3, std::make_unique<SpikeGenerator>(std::vector<std::vector<Time>>{train({5.0, 30.0}), train({5.0, 60.0}), train({30.0})}));
    const double weights[] = {20.0, 15.0, -12.0};
    for (std::uint32_t i = 0; i < 3; ++i)
      builder.connect({source, Slice{i, 1}}, neuron, AllToAll(), {.weight = constant(weights[i]), .delay = constant(0.0)}, std::to_string(i));
    const Network network = builder.build();
    std::vector<Time> times;
    for (const Spike& spike : run(network, neuron, 100.0)) times.push_back(spike.time);
    const Time five = Time::from_ms(5.0), thirty = Time::from_ms(30.0), sixty = Time::from_ms(60.0);
    if (current == 0.0) {  // 35 -> 5, 5 + 8 -> 3, 3 + 15 -> 8
      EXPECT_THAT(times, testing::ElementsAre(five, five + tick, five + 2 * tick, thirty, sixty));
    } else {  // 35.5 -> 5.5, at 30 ms 8 + 8 -> 6, at 60 ms 9 + 15 -> 14 -> 4 (a tick later), at 100 ms 8
      EXPECT_THAT(times, testing::ElementsAre(five, five + tick, five + 2 * tick, thirty, sixty, sixty + tick));
    }
    Simulation simulation(network);
    simulation.run_until(Time::from_ms(90.0));
    EXPECT_NEAR(simulation.values(neuron, "V_m")[0], current == 0.0 ? 8.0 : 7.0, 1e-8);
  }
}

TEST(IfPscDelta, SubtractsOnlyWithoutRefractoriness) {
  EXPECT_THROW((IfPscDelta{.t_ref = 1.0, .reset_by_subtraction = 1.0}.validate()), Error);
  EXPECT_THROW((IfPscDelta{.t_ref = 0.0, .reset_by_subtraction = 0.5}.validate()), Error);
  EXPECT_NO_THROW((IfPscDelta{.t_ref = 0.0, .reset_by_subtraction = 1.0}.validate()));
}

// A constant current alone: as many spikes as thresholds of charge, at equal intervals, whether or not excess can arise.
TEST(IfPscDelta, SubtractsWhereItWouldReset) {
  std::vector<std::vector<Spike>> both;
  for (const double subtracts : {0.0, 1.0}) {
    NetworkBuilder builder;
    const auto neuron = builder.add_population("neuron", 1, IfPscDelta{.V_th = 15.0, .V_reset = 0.0, .t_ref = 0.0, .I_e = 300.0, .reset_by_subtraction = subtracts});
    both.push_back(run(builder.build(), neuron, 1000.0));
  }
  ASSERT_EQ(both[0].size(), both[1].size());
  for (std::size_t k = 0; k < both[0].size(); ++k) EXPECT_NEAR(both[0][k].time.ms(), both[1][k].time.ms(), 1e-6);
}

TEST(IfPscDelta, SavedAndRestoredGoesOnBitForBit) {
  NetworkBuilder builder;
  const auto neuron = builder.add_population("neuron", 20, IfPscDelta{.I_e = 120.0}, uniform(-70.0, -55.0));
  builder.connect(neuron, neuron, AllToAll(), {.weight = constant(-0.3), .delay = constant(1.5)});
  const Network network = builder.build();
  Simulation whole(network);
  SpikeHash expected;
  whole.attach(expected);
  whole.run_until(Time::from_ms(300.0));
  Simulation first(network);
  SpikeHash hash;
  first.attach(hash);
  first.run_until(Time::from_ms(123.4));
  const auto state = first.save_state();
  Simulation second(network);
  second.attach(hash);
  second.load_state(state);
  second.run_until(Time::from_ms(300.0));
  EXPECT_EQ(hash.value(), expected.value());
}

}  // namespace
}  // namespace synop
