#include "synop/neurons/iaf_cond_exp.hpp"

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
#include "synop/synapses/connect/explicit_list.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"

namespace synop {
namespace {

using namespace synop::literals;
using testing::HasSubstr;

const IafCondExp coba{.V_th = -50.0,
                      .V_reset = -60.0,
                      .t_ref = 5.0,
                      .g_L = 10.0,
                      .C_m = 200.0,
                      .E_ex = 0.0,
                      .E_in = -80.0,
                      .E_L = -60.0,
                      .tau_syn_ex = 5.0,
                      .tau_syn_in = 10.0};

std::vector<Spike> spikes_of(const Network& network, PopulationId population, Time end) {
  Simulation simulation(network);
  SpikeRecorder recorder(population);
  simulation.attach(recorder);
  simulation.run_until(end);
  return recorder.spikes();
}

TEST(IafCondExp, WithoutSynapsesFiresAtTheIntervalsOfTheClosedForm) {
  for (const double excess : {0.05, 1.0, 10.0, 100.0}) {
    IafCondExp model;
    model.I_e = (model.V_th - model.E_L + excess) * model.g_L;
    NetworkBuilder builder;
    const auto own = builder.add_population("own", 1, model);
    const Network network = builder.build();
    const std::vector<Spike> spikes = spikes_of(network, own, Time::from_ms(1000.0));
    const long double interval =
        2.0L + static_cast<long double>(model.C_m) / model.g_L *
                   std::log((model.E_L + model.I_e / static_cast<long double>(model.g_L) - model.V_reset) / excess);
    ASSERT_GT(spikes.size(), 5u);
    const double ticks_per_step = 4e-10 / excess * model.C_m / model.g_L * 1e9;  // of four tolerances at threshold
    for (std::size_t k = 1; k < spikes.size(); ++k)
      EXPECT_NEAR(static_cast<double>((spikes[k].time - spikes[k - 1].time).ticks),
                  static_cast<double>(std::ceil(interval * ticks_per_ms)), 1.0 + ticks_per_step)
          << excess;
  }
}

// A conductance that hardly decays during the run gives an exponential course with a shorter time constant.
TEST(IafCondExp, WithALastingConductanceFollowsTheClosedForm) {
  IafCondExp model{.tau_syn_ex = 1e6, .tau_syn_in = 1e6};
  NetworkBuilder builder;
  const auto own = builder.add_population("own", 1, model);
  const auto source = builder.add_population(
      "source", 2,
      std::make_unique<SpikeGenerator>(std::vector<std::vector<Time>>{{Time::from_ms(1.0)}, {Time::from_ms(1.0)}}));
  builder.connect(source, own, ExplicitList({{0, 0}, {1, 0}}),
                  {.weight = {.kind = Distribution::list, .values = {3.0, -10.0}},
                   .delay = constant(0.0),
                   .double_precision = true});
  const Network network = builder.build();
  Simulation simulation(network);
  const double g = model.g_L + 3.0 + 10.0;
  const double end_value = (model.g_L * model.E_L + 3.0 * model.E_ex + 10.0 * model.E_in) / g;
  for (const double t : {2.0, 5.0, 11.0, 31.0}) {
    simulation.run_until(Time::from_ms(t));
    const double expected = end_value + (model.E_L - end_value) * std::exp(-(t - 1.0) * g / model.C_m);
    EXPECT_NEAR(simulation.values(own, "V_m")[0], expected, 1e-3);  // it decays by 3e-5
    EXPECT_NEAR(simulation.values(own, "g_in")[0], 10.0, 1e-3);
  }
}

// Parameter sets that use every branch of the bounds.
struct Case {
  const char* name;
  IafCondExp model;
  double w_ex, w_in;  // nS, the largest
};
std::vector<Case> cases() {
  std::vector<Case> all{{"the defaults", {}, 60.0, 40.0}, {"coba", coba, 12.0, 60.0}};
  IafCondExp fast_inhibition = coba;
  fast_inhibition.tau_syn_in = 2.0;
  all.push_back({"inhibition faster than excitation", fast_inhibition, 10.0, 200.0});
  IafCondExp equal = coba;
  equal.tau_syn_in = equal.tau_syn_ex;
  all.push_back({"equal time constants", equal, 10.0, 100.0});
  IafCondExp driven = coba;
  driven.I_e = 150.0;
  all.push_back({"driven", driven, 4.0, 60.0});
  IafCondExp driven_fast = fast_inhibition;
  driven_fast.I_e = 120.0;
  driven_fast.t_ref = 0.0;
  all.push_back({"driven, inhibition faster, no refractoriness", driven_fast, 4.0, 200.0});
  IafCondExp shunted = coba;
  shunted.E_in = -55.0;
  shunted.E_L = -70.0;
  all.push_back({"inhibition that pulls upwards", shunted, 14.0, 60.0});
  return all;
}

// The largest difference of two lists of spikes in ms; infinity if they are not of the same neurons.
double largest_difference(const std::vector<Spike>& a, const std::vector<Spike>& b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
  double largest = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k].neuron != b[k].neuron) return std::numeric_limits<double>::infinity();
    largest = std::max(largest, std::abs((a[k].time - b[k].time).ms()));
  }
  return largest;
}

// One random network in both simulators: inputs at random times onto every neuron, recurrent synapses, a current.
struct Trial {
  Trial(const Case& c, std::uint32_t seed, std::uint32_t size, int inputs, int synapses) : random(seed) {
    std::vector<std::vector<Time>> trains(inputs);
    std::vector<ExplicitList::Connection> pairs;
    Synapse synapse{.weight = {.kind = Distribution::list}, .delay = constant(0.0), .double_precision = true};
    Distribution potential{.kind = Distribution::list};
    for (std::uint32_t i = 0; i < size; ++i) {
      potential.values.push_back(number(c.model.E_L - 25.0, c.model.V_th - 0.5));
      dense.add_neuron(c.model, potential.values.back());
    }
    for (std::uint32_t k = 0; k < trains.size(); ++k) {
      const Time t{static_cast<std::int64_t>(number(0.0, 60e9))};
      const std::uint32_t target = random() % size;
      trains[k] = {t};
      pairs.push_back({k, target});
      synapse.weight.values.push_back(weight(c));
      dense.add_input(t, target, synapse.weight.values.back());
    }
    NetworkBuilder builder;
    builder.add_population("own", size, c.model, potential);
    const auto source =
        builder.add_population("source", static_cast<std::uint32_t>(inputs), std::make_unique<SpikeGenerator>(trains));
    builder.connect(source, PopulationId{0}, ExplicitList(pairs), std::move(synapse));
    if (synapses > 0) connect(builder, c, size, synapses);
    builder.add_current({PopulationId{0}, Slice{0, 1}}, 80.0, Time::from_ms(20.0), Time::from_ms(35.0));
    dense.add_current(Time::from_ms(20.0), 0, 80.0);
    dense.add_current(Time::from_ms(35.0), 0, -80.0);
    network = builder.build({.threads = 1});
  }
  void connect(NetworkBuilder& builder, const Case& c, std::uint32_t size, int synapses) {
    std::vector<ExplicitList::Connection> pairs;
    Synapse synapse{
        .weight = {.kind = Distribution::list}, .delay = {.kind = Distribution::list}, .double_precision = true};
    for (int k = 0; k < synapses; ++k) {
      pairs.push_back({static_cast<std::uint32_t>(random() % size), static_cast<std::uint32_t>(random() % size)});
      synapse.weight.values.push_back(weight(c));
      synapse.delay.values.push_back(0.5 + static_cast<double>(random() % 5));
      dense.connect(pairs.back().source, pairs.back().target, synapse.weight.values.back(),
                    Delay::from_ms(synapse.delay.values.back()));
    }
    builder.connect(PopulationId{0}, PopulationId{0}, ExplicitList(pairs), std::move(synapse));
  }
  double number(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random); }
  double weight(const Case& c) { return number(0.0, 1.0) < 0.7 ? number(0.0, c.w_ex) : -number(0.0, c.w_in); }

  std::mt19937 random;
  test::DenseConductanceNetwork dense;
  Network network;
};

TEST(IafCondExp, SpikesAndMovesAsADenseIntegrationSays) {
  double off_by = 0.0;
  double off_by_mV = 0.0;
  std::size_t compared = 0;
  for (const Case& c : cases())
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
      Trial trial(c, seed, 8, 480, 0);
      Simulation simulation(trial.network);
      SpikeRecorder recorder(PopulationId{0});
      simulation.attach(recorder);
      for (const double t : {3.3, 21.0, 47.5, 60.0}) {
        simulation.run_until(Time::from_ms(t));
        trial.dense.run_until(Time::from_ms(t));
        const std::vector<double> V = simulation.values(PopulationId{0}, "V_m");
        for (std::uint32_t i = 0; i < V.size(); ++i)
          off_by_mV = std::max(off_by_mV, std::abs(V[i] - trial.dense.V_m(i)));
      }
      const double difference = largest_difference(recorder.spikes(), trial.dense.run_until(Time::from_ms(60.0)));
      EXPECT_LT(difference, 1e-6) << c.name << ", seed " << seed;
      off_by = std::max(off_by, difference);
      compared += recorder.spikes().size();
    }
  fmt::print("{} spikes, the largest differences are {:.2g} ms and {:.2g} mV\n", compared, off_by, off_by_mV);
  EXPECT_LT(off_by_mV, 1e-8);
  EXPECT_GT(compared, 1000u);
}

// A conductance that pulls to where the potential is moves nothing by itself, and still shunts what comes later.
TEST(IafCondExp, InhibitionAtTheRestingPotentialShuntsALaterExcitation) {
  IafCondExp model = coba;
  model.E_in = model.E_L;
  const std::vector<Time> times{Time::from_ms(1.0), Time::from_ms(2.0), Time::from_ms(2.5)};
  const std::vector<double> weights{-100.0, 3.0, 8.0};
  test::DenseConductanceNetwork dense;
  dense.add_neuron(model, model.E_L);
  for (std::size_t k = 0; k < times.size(); ++k) dense.add_input(times[k], 0, weights[k]);
  NetworkBuilder builder;
  const auto own = builder.add_population("own", 1, model);
  const auto source = builder.add_population(
      "source", 3, std::make_unique<SpikeGenerator>(std::vector<std::vector<Time>>{{times[0]}, {times[1]}, {times[2]}}));
  builder.connect(source, own, ExplicitList({{0, 0}, {1, 0}, {2, 0}}),
                  {.weight = {.kind = Distribution::list, .values = weights}, .delay = constant(0.0)});
  const Network network = builder.build();
  Simulation simulation(network);
  for (const double t : {1.5, 2.2, 4.0, 9.0}) {
    simulation.run_until(Time::from_ms(t));
    dense.run_until(Time::from_ms(t));
    EXPECT_NEAR(simulation.values(own, "g_in")[0], 100.0 * std::exp(-(t - 1.0) / model.tau_syn_in), 1e-9) << t;
    EXPECT_NEAR(simulation.values(own, "V_m")[0], dense.V_m(0), 1e-9) << t;
  }
}

TEST(IafCondExp, NetworksSpikeAsADenseIntegrationSays) {
  double off_by = 0.0;
  std::size_t compared = 0;
  for (const Case& c : cases())
    for (std::uint32_t seed = 21; seed <= 28; ++seed) {
      Trial trial(c, seed, 16, 500, 160);
      const std::vector<Spike> spikes = spikes_of(trial.network, {0}, Time::from_ms(60.0));
      const double difference = largest_difference(spikes, trial.dense.run_until(Time::from_ms(60.0)));
      EXPECT_LT(difference, 1e-6) << c.name << ", seed " << seed;
      off_by = std::max(off_by, difference);
      compared += spikes.size();
    }
  fmt::print("{} spikes, the largest difference is {:.2g} ms\n", compared, off_by);
  EXPECT_GT(compared, 1000u);
}

TEST(IafCondExp, ALargerToleranceIsLessExactAndStillWithinItsMeaning) {
  Case coarse{"coarse", coba, 12.0, 60.0};
  coarse.model.tolerance = 1e-4;
  double off_by = 0.0;
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    Trial trial(coarse, seed, 8, 480, 0);
    const std::vector<Spike> spikes = spikes_of(trial.network, {0}, Time::from_ms(60.0));
    off_by = std::max(off_by, largest_difference(spikes, trial.dense.run_until(Time::from_ms(60.0))));
  }
  EXPECT_LT(off_by, 1e-1);
  EXPECT_GT(off_by, 1e-8);
}

// Two blocks of excitatory and one of inhibitory neurons, kicked.
Network active_network() {
  NetworkBuilder builder(5);
  const auto exc = builder.add_population("exc", 5000, coba, uniform(-60.0, -50.0));
  const auto inh = builder.add_population("inh", 1200, coba, uniform(-60.0, -50.0));
  for (const auto target : {exc, inh}) {
    builder.connect(exc, target, FixedIndegree(64), {.weight = constant(6.0), .delay = uniform(0.5, 2.0)});
    builder.connect(inh, target, FixedIndegree(16), {.weight = constant(-67.0), .delay = constant(0.8)});
    builder.drive(target, PoissonGenerator(300.0), 6.0);
  }
  return builder.build();
}

TEST(IafCondExp, GivesTheSameSpikesForEveryNumberOfThreadsAndAfterARestore) {
  const Network network = active_network();
  const Time end = Time::from_ms(80.0);
  const auto hash_of = [&](int threads) {
    Simulation simulation(network, {.threads = threads});
    SpikeHash hash;
    simulation.attach(hash);
    simulation.run_until(end);
    EXPECT_GT(hash.count(), 5'000u);
    return hash.value();
  };
  const std::uint64_t expected = hash_of(1);
  for (const int threads : {2, 4}) EXPECT_EQ(hash_of(threads), expected) << threads << " threads";
  SpikeHash hash;
  Simulation first(network, {.threads = 2});
  first.attach(hash);
  for (const double stop : {0.0, 0.3, 7.77, 40.0, 41.234567891}) {
    first.run_until(Time::from_ms(stop));
    (void)first.values({0}, "V_m");  // looking changes nothing
  }
  Simulation second(network, {.threads = 4});
  const std::vector<std::byte> state = first.save_state();
  second.load_state(state);
  EXPECT_EQ(second.save_state(), state);
  second.attach(hash);
  second.run_until(end);
  EXPECT_EQ(hash.value(), expected);
}

TEST(IafCondExp, ANeuronWithoutInputCostsNothing) {
  NetworkBuilder builder;
  const auto own = builder.add_population("own", 5000, coba, uniform(-60.0, -51.0));
  const Network network = builder.build();
  Simulation simulation(network);
  simulation.run_until(Time::from_ms(1.0));
  const PopulationCounters before = simulation.counters(own);
  simulation.run_until(Time::from_ms(1e8));
  EXPECT_EQ(simulation.counters(own).attended, before.attended);
  EXPECT_EQ(simulation.counters(own).self_events, 0u);
  EXPECT_NEAR(simulation.values(own, "V_m")[17], -60.0, 1e-12);
}

TEST(IafCondExp, SurvivesWeightsBeyondAllSense) {
  for (const double weight : {1e9, 1e30, -1e30}) {
    NetworkBuilder builder;
    const auto own = builder.add_population("own", 2, coba);
    builder.drive(own, PoissonGenerator(1000.0), weight);
    const Network network = builder.build();
    Simulation simulation(network);
    simulation.run_until(Time::from_ms(20.0));
    for (const double V : simulation.values(own, "V_m")) EXPECT_TRUE(V >= -80.0 && V <= 0.0) << V;
    EXPECT_EQ(simulation.counters(own).spikes > 0, weight > 0.0);
  }
}

TEST(IafCondExp, RefusesParametersThatContradictEachOther) {
  const auto refusal = [](const IafCondExp& model) -> std::string {
    try {
      model.validate();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(refusal({}), "no error");
  EXPECT_THAT(refusal({.E_in = -55.0}), HasSubstr("E_in = -55 mV is outside the allowed range (-inf, V_th = -55)"));
  EXPECT_THAT(refusal({.E_ex = -55.0}), HasSubstr("E_ex = -55 mV is outside the allowed range (V_th = -55, inf)"));
  EXPECT_THAT(refusal({.V_reset = -55.0}), HasSubstr("V_reset = -55 mV"));
  EXPECT_THAT(refusal({.g_L = 1e-6, .I_e = 1e3}), HasSubstr("E_L + I_e / g_L"));
  EXPECT_THAT(refusal({.tolerance = 0.0}), HasSubstr("tolerance = 0 mV"));
}

}  // namespace
}  // namespace synop
