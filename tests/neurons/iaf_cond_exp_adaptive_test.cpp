#include "synop/neurons/iaf_cond_exp_adaptive.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/dense_conductance_network.hpp"
#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/all_to_all.hpp"
#include "synop/synapses/connect/explicit_list.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

struct Case {
  const char* name;
  IafCondExpAdaptive model;
  double w_ex, w_in;  // nS, the largest
};
// Thresholds that fall slowly, at the pace of the membrane and faster than it; with drive and inhibition of all kinds.
std::vector<Case> cases() {
  std::vector<Case> all{{"the defaults", {}, 12.0, 17.0}};
  all[0].model.C_m = 20.0;
  IafCondExpAdaptive quick{.t_ref = 2.0, .C_m = 10.0, .theta_plus = 5.0, .tau_theta = 100.0};
  all.push_back({"falls in 10 membranes", quick, 8.0, 17.0});
  quick.tau_theta = 12.0;
  all.push_back({"falls nearly as fast as the membrane", quick, 8.0, 17.0});
  quick.tau_theta = 3.0;
  all.push_back({"falls faster than the membrane", quick, 8.0, 17.0});
  quick.tau_syn_in = 0.5;
  quick.tau_theta = 40.0;
  all.push_back({"inhibition faster than excitation", quick, 8.0, 40.0});
  quick.I_e = 16.0;  // rests 3 mV above V_th
  all.push_back({"driven", quick, 1.0, 20.0});
  quick.tau_theta = 3.0;
  quick.t_ref = 0.0;
  all.push_back({"driven, falls fast, no refractoriness", quick, 1.0, 20.0});
  IafCondExpAdaptive falling{.t_ref = 2.0, .C_m = 10.0, .theta_plus = 5.0, .tau_theta = 40.0, .theta_rest = -20.0};
  all.push_back({"falls below the resting potential", falling, 4.0, 17.0});
  falling.tau_theta = 6.0;
  all.push_back({"falls there faster than the membrane", falling, 4.0, 17.0});
  return all;
}

struct Trial {
  Trial(const Case& c, std::uint32_t seed) : random(seed) {
    constexpr std::uint32_t size = 8;
    constexpr int inputs = 480;
    Distribution potential{.kind = Distribution::list};
    for (std::uint32_t i = 0; i < size; ++i) {
      potential.values.push_back(number(c.model.E_L - 25.0, c.model.V_th - 0.5));
      dense.add_neuron(c.model, potential.values.back());
    }
    std::vector<std::vector<Time>> trains(inputs);
    std::vector<ExplicitList::Connection> pairs;
    Synapse synapse{.weight = {.kind = Distribution::list}, .delay = constant(0.0), .double_precision = true};
    for (std::uint32_t k = 0; k < inputs; ++k) {
      trains[k] = {Time{static_cast<std::int64_t>(number(0.0, 60e9))}};
      pairs.push_back({k, static_cast<std::uint32_t>(random() % size)});
      synapse.weight.values.push_back(number(0.0, 1.0) < 0.7 ? number(0.0, c.w_ex) : -number(0.0, c.w_in));
      dense.add_input(trains[k].front(), pairs.back().target, synapse.weight.values.back());
    }
    NetworkBuilder builder;
    builder.add_population("own", size, c.model, potential);
    const auto source = builder.add_population("source", inputs, std::make_unique<SpikeGenerator>(trains));
    builder.connect(source, PopulationId{0}, ExplicitList(pairs), std::move(synapse));
    network = builder.build({.threads = 1});
  }
  double number(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random); }

  std::mt19937 random;
  test::DenseConductanceNetwork dense;
  Network network;
};

TEST(IafCondExpAdaptive, SpikesAndAdaptsAsADenseIntegrationSays) {
  for (const Case& c : cases()) {
    std::size_t compared = 0;
    double off_by_ms = 0.0, off_by_mV = 0.0;
    for (std::uint32_t seed = 1; seed <= 8; ++seed) {
      Trial trial(c, seed);
      Simulation simulation(trial.network);
      SpikeRecorder recorder(PopulationId{0});
      simulation.attach(recorder);
      for (const double t : {3.3, 21.0, 47.5, 60.0}) {
        simulation.run_until(Time::from_ms(t));
        trial.dense.run_until(Time::from_ms(t));
        const std::vector<double> V = simulation.values(PopulationId{0}, "V_m");
        const std::vector<double> theta = simulation.values(PopulationId{0}, "theta");
        for (std::uint32_t i = 0; i < V.size(); ++i)
          off_by_mV = std::max({off_by_mV, std::abs(V[i] - trial.dense.V_m(i)), std::abs(theta[i] - trial.dense.theta(i))});
      }
      const std::vector<Spike>& spikes = recorder.spikes();
      const std::vector<Spike>& expected = trial.dense.run_until(Time::from_ms(60.0));
      ASSERT_EQ(spikes.size(), expected.size()) << c.name << ", seed " << seed;
      for (std::size_t k = 0; k < spikes.size(); ++k) {
        ASSERT_EQ(spikes[k].neuron, expected[k].neuron) << c.name << ", seed " << seed;
        off_by_ms = std::max(off_by_ms, std::abs((spikes[k].time - expected[k].time).ms()));
      }
      compared += spikes.size();
    }
    fmt::print("{}: {} spikes, the largest differences are {:.2g} ms and {:.2g} mV\n", c.name, compared, off_by_ms,
               off_by_mV);
    EXPECT_GT(compared, 60u) << c.name;
    EXPECT_LT(off_by_ms, 1e-6) << c.name;
    EXPECT_LT(off_by_mV, 1e-7) << c.name;
  }
}

// The threshold comes down upon a potential that rests between V_th and V_th + theta: V_inf = V_th + 3, theta decays from
// 10 mV, t_ref and the way from reset are over long before.
TEST(IafCondExpAdaptive, AFallingThresholdMeetsARestingPotential) {
  IafCondExpAdaptive model{.C_m = 1.0, .I_e = 16.0, .theta_plus = 0.0, .tau_theta = 50.0};
  NetworkBuilder builder;
  const auto own = builder.add_population("own", 1, model);
  const Network network = builder.build();
  Simulation simulation(network);
  SpikeRecorder recorder(own);
  simulation.attach(recorder);
  simulation.set_values(own, "theta", std::vector<double>{10.0});
  simulation.run_until(Time::from_ms(63.0));
  ASSERT_EQ(recorder.spikes().size(), 1u);
  const double expected = 50.0 * std::log(10.0 / 3.0);  // where theta = 3 mV; V is there to exp(-60)
  EXPECT_NEAR(recorder.spikes()[0].time.ms(), expected, 1e-6);
}

// Nothing but the fall of the threshold makes this neuron fire: from V_th = -52 mV towards -72 mV, onto the resting -65 mV.
TEST(IafCondExpAdaptive, FiresByItselfWhenItsThresholdHasComeDown) {
  NetworkBuilder builder;
  const auto own = builder.add_population(
      "own", 1, IafCondExpAdaptive{.theta_plus = 20.0, .tau_theta = 5000.0, .theta_rest = -20.0});
  const Network network = builder.build();
  Simulation simulation(network);
  SpikeRecorder recorder(own);
  simulation.attach(recorder);
  simulation.run_until(Time::from_ms(10'000.0));
  // At a spike theta + 20 mV is 7 mV, then 27 mV.
  ASSERT_EQ(recorder.spikes().size(), 1u);
  EXPECT_NEAR(recorder.spikes()[0].time.ms(), 5000.0 * std::log(20.0 / 7.0), 1e-6);
  simulation.run_until(Time::from_ms(15'000.0));
  ASSERT_EQ(recorder.spikes().size(), 2u);
  EXPECT_NEAR((recorder.spikes()[1].time - recorder.spikes()[0].time).ms(), 5000.0 * std::log(27.0 / 7.0), 1e-6);
}

// Membrane and threshold fall side by side, so slowly that the first outlook, which hears of no input, reaches over a second
// ahead. An input then raises the potential a little, not above the level that the threshold keeps for two watches; with it
// the two meet some 70 ms earlier than without.
TEST(IafCondExpAdaptive, MeetsAFallingThresholdEarlierAfterAnInputDuringALongOutlook) {
  const IafCondExpAdaptive model{.V_th = -46.7,
                                 .V_reset = -80.0,
                                 .C_m = 825.0,  // tau_m = 825 ms
                                 .theta_plus = 20.0,
                                 .tau_theta = 1000.0,
                                 .theta_rest = -20.0};
  constexpr double V_m = -48.68;
  const std::vector<double> weights{0.0, 1.0, 2.0, 3.4};  // nS
  test::DenseConductanceNetwork dense;
  std::vector<ExplicitList::Connection> pairs;
  const Time input = Time::from_ms(594.0);
  for (std::uint32_t i = 0; i < weights.size(); ++i) {
    dense.add_input(input, dense.add_neuron(model, V_m), weights[i]);
    pairs.push_back({0, i});
  }
  NetworkBuilder builder;
  const auto own = builder.add_population("own", static_cast<std::uint32_t>(weights.size()), model, constant(V_m));
  const auto source = builder.add_population("source", 1, std::make_unique<SpikeGenerator>(std::vector<std::vector<Time>>{{input}}));
  builder.connect(source, own, ExplicitList(pairs),
                  {.weight = {.kind = Distribution::list, .values = weights}, .delay = constant(0.0), .double_precision = true});
  const Network network = builder.build();
  Simulation simulation(network);
  SpikeRecorder recorder(own);
  simulation.attach(recorder);
  const Time end = Time::from_ms(1610.0);
  simulation.run_until(end);
  const std::vector<Spike>& expected = dense.run_until(end);
  ASSERT_EQ(expected.size(), weights.size());
  ASSERT_EQ(recorder.spikes().size(), expected.size());
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_EQ(recorder.spikes()[k].neuron, expected[k].neuron);
    EXPECT_NEAR(recorder.spikes()[k].time.ms(), expected[k].time.ms(), 1e-5);
  }
  EXPECT_GT((expected.back().time - expected.front().time).ms(), 50.0);  // without an input and with the largest
}

TEST(IafCondExpAdaptive, FrozenThresholdsStandStillAndRestartsKeepThem) {
  IafCondExpAdaptive model{.C_m = 10.0, .theta_plus = 2.0, .tau_theta = 30.0};
  NetworkBuilder builder(3);
  const auto own = builder.add_population("own", 20, model);
  builder.drive(own, PoissonGenerator(2000.0), 2.0);
  const Network network = builder.build();
  Simulation simulation(network);
  simulation.run_until(Time::from_ms(50.0));
  const std::vector<double> learned = simulation.values(own, "theta");
  EXPECT_GT(*std::max_element(learned.begin(), learned.end()), 2.0);
  simulation.freeze_adaptation(true);
  SpikeRecorder recorder(own);
  simulation.attach(recorder);
  simulation.run_until(Time::from_ms(100.0));
  EXPECT_GT(recorder.spikes().size(), 20u);
  for (std::size_t i = 0; i < learned.size(); ++i) EXPECT_NEAR(simulation.values(own, "theta")[i], learned[i], 1e-12);
  simulation.freeze_adaptation(false);
  simulation.run_until(Time::from_ms(100.001));
  simulation.restart(1);
  for (std::size_t i = 0; i < learned.size(); ++i) EXPECT_NEAR(simulation.values(own, "theta")[i], learned[i], 2e-3);
}

// Rows of all neurons are moved in place if their weights are float, otherwise by way of copies; weights are multiples
// of 2^-10, the same in both.
TEST(IafCondExpAdaptive, RowsInPlaceAndCopiesGiveTheSameBits) {
  constexpr std::uint32_t sources = 40, targets = 61;
  const auto spikes_of = [&](bool in_place) {
    NetworkBuilder builder(7);
    const IafCondExpAdaptive model{.C_m = 20.0, .theta_plus = 1.0, .tolerance = 1e-6};
    const auto own = builder.add_population("own", targets, model, uniform(-90.0, -52.0));
    std::mt19937 random(5);
    std::vector<std::vector<Time>> trains(sources);
    for (auto& train : trains) {
      for (int k = 0; k < 60; ++k) train.push_back(Time{static_cast<std::int64_t>(random() % 200'000) * 1'000'000});
      std::sort(train.begin(), train.end());
    }
    const auto source = builder.add_population("source", sources, std::make_unique<SpikeGenerator>(trains));
    Synapse synapse{.weight = {.kind = Distribution::list}, .delay = constant(1.0), .double_precision = !in_place};
    for (std::uint32_t k = 0; k < sources * targets; ++k)
      synapse.weight.values.push_back(static_cast<double>(random() % 1024) * 0x1p-10);
    builder.connect(source, own, AllToAll(), std::move(synapse));
    builder.connect(own, own, AllToAll(false), {.weight = constant(-5.0), .delay = constant(0.5)});
    const Network network = builder.build({.threads = 1});
    Simulation simulation(network);
    SpikeRecorder recorder(own);
    simulation.attach(recorder);
    simulation.run_until(Time::from_ms(220.0));
    EXPECT_GT(recorder.spikes().size(), 100u);
    return recorder.spikes();
  };
  EXPECT_EQ(spikes_of(true), spikes_of(false));
}

TEST(IafCondExpAdaptive, GivesTheSameSpikesForEveryNumberOfThreadsAndAfterARestore) {
  NetworkBuilder builder(5);
  const auto own = builder.add_population("own", 5000, IafCondExpAdaptive{.C_m = 20.0, .theta_plus = 1.0}, uniform(-80.0, -52.0));
  builder.connect(own, own, FixedIndegree(20), {.weight = constant(-3.0), .delay = uniform(0.5, 2.0)});
  builder.drive(own, PoissonGenerator(900.0), 1.5);
  const Network network = builder.build();
  const Time end = Time::from_ms(60.0);
  const auto hash_of = [&](int threads) {
    Simulation simulation(network, {.threads = threads});
    SpikeHash hash;
    simulation.attach(hash);
    simulation.run_until(end);
    EXPECT_GT(hash.count(), 2'000u);
    return hash.value();
  };
  const std::uint64_t expected = hash_of(1);
  for (const int threads : {2, 4}) EXPECT_EQ(hash_of(threads), expected) << threads << " threads";
  SpikeHash hash;
  Simulation first(network, {.threads = 2});
  first.attach(hash);
  for (const double stop : {0.3, 7.77, 41.234567891}) {
    first.run_until(Time::from_ms(stop));
    (void)first.values({0}, "theta");  // looking changes nothing
  }
  Simulation second(network, {.threads = 4});
  second.load_state(first.save_state());
  second.attach(hash);
  second.run_until(end);
  EXPECT_EQ(hash.value(), expected);
}

TEST(IafCondExpAdaptive, RefusesThresholdsBelowTheirRest) {
  NetworkBuilder builder;
  const auto own = builder.add_population("own", 1, IafCondExpAdaptive{});
  const Network network = builder.build();
  Simulation simulation(network);
  try {
    simulation.set_values(own, "theta", std::vector<double>{-1.0});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("theta = -1 mV is outside the allowed range [0, inf)"));
  }
}

}  // namespace
}  // namespace synop
