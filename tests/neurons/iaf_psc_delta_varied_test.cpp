#include "synop/neurons/iaf_psc_delta_varied.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/reference_simulator.hpp"
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

Distribution listed(std::vector<double> values) {
  return {.kind = Distribution::list, .values = std::move(values)};
}

// Neurons that differ in everything, some driven, with random inputs and recurrent synapses, in both simulators.
struct RandomPopulation {
  static constexpr std::uint32_t neurons = 24;
  static constexpr std::uint32_t sources = 30;

  explicit RandomPopulation(std::uint32_t seed) : random(seed) {
    std::vector<std::vector<Time>> trains(sources);
    for (std::uint32_t i = 0; i < neurons; ++i) add_neuron(i);
    for (auto& train : trains) {
      for (int k = 0; k < 40; ++k) train.push_back({static_cast<std::int64_t>(number(0.0, 200e9))});
      std::sort(train.begin(), train.end());
      description.neurons.push_back({.model = reference::Model::source, .emits = train});
    }
    NetworkBuilder builder(seed);
    const auto own = builder.add_population("own", neurons, varied(IafPscDelta{}, parameters), potential);
    const auto input = builder.add_population("input", sources, std::make_unique<SpikeGenerator>(trains));
    connect(builder, input, own, neurons, sources, 400, 0);
    connect(builder, own, own, 0, neurons, 100, 1);
    network = builder.build({.threads = 1});
  }

  double number(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random); }

  void add_neuron(std::uint32_t i) {
    reference::Neuron n;
    const double refractory_times[] = {0.0, 1.5, 1.5, 0.25, 6.0};
    n.t_ref = refractory_times[random() % 5];
    n.tau_m = number(2.0, 40.0);
    n.C_m = number(100.0, 400.0);
    n.E_L = number(-75.0, -65.0);
    n.V_th = number(-58.0, -50.0);
    n.V_reset = number(-75.0, -60.0);
    const double rest = i % 3 == 0 ? number(0.2, 8.0) : number(-15.0, -0.5);  // above or below threshold
    n.I_e = (n.V_th + rest - n.E_L) * n.C_m / n.tau_m;
    n.V_m = number(-70.0, -60.0);
    description.neurons.push_back(n);
    const std::pair<const char*, double> values[] = {{"tau_m", n.tau_m}, {"C_m", n.C_m},         {"E_L", n.E_L},
                                                     {"V_th", n.V_th},   {"V_reset", n.V_reset}, {"I_e", n.I_e},
                                                     {"t_ref", n.t_ref}};
    parameters.resize(std::size(values));
    for (std::size_t k = 0; k < std::size(values); ++k) {
      parameters[k].name = values[k].first;
      parameters[k].values.kind = Distribution::list;
      parameters[k].values.values.push_back(values[k].second);
    }
    potential.kind = Distribution::list;
    potential.values.push_back(n.V_m);
  }

  void connect(NetworkBuilder& builder, PopulationId from, PopulationId to, std::uint32_t first_source,
               std::uint32_t count, int synapses, int least_delay) {
    std::vector<ExplicitList::Connection> pairs;
    Synapse synapse{.weight = listed({}), .delay = listed({}), .double_precision = true};
    for (int k = 0; k < synapses; ++k) {
      const std::uint32_t source = static_cast<std::uint32_t>(random() % count);
      const std::uint32_t target = static_cast<std::uint32_t>(random() % neurons);
      const double weight = number(-3.0, 4.0);
      const double delay = least_delay + static_cast<double>(random() % 4);
      pairs.push_back({source, target});
      synapse.weight.values.push_back(weight);
      synapse.delay.values.push_back(delay);
      description.synapses.push_back({first_source + source, target, weight, Delay::from_ms(delay)});
    }
    builder.connect(from, to, ExplicitList(pairs), std::move(synapse));
  }

  std::mt19937_64 random;
  reference::Network description;
  std::vector<VariedParameter> parameters;
  Distribution potential;
  Network network;
};

std::vector<Spike> run(const Network& network, PopulationId population, Time end, int threads = 1) {
  Simulation simulation(network, {.threads = threads});
  SpikeRecorder recorder(population);
  simulation.attach(recorder);
  simulation.run_until(end);
  return recorder.spikes();
}

// A predicted crossing is a tick off where it falls on the boundary of two ticks, and with it what follows from it.
TEST(IafPscDeltaVaried, SpikesAsTheReferenceSimulatorWhenEveryNeuronDiffers) {
  const Time end = Time::from_ms(200.0);
  std::size_t compared = 0;
  std::size_t ticks_off = 0;
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    const RandomPopulation trial(seed);
    std::vector<reference::Spike> expected = reference::simulate(trial.description, end).spikes;
    std::erase_if(expected, [](const auto& spike) { return spike.neuron >= RandomPopulation::neurons; });
    const std::vector<Spike> spikes = run(trial.network, {0}, end);
    ASSERT_EQ(spikes.size(), expected.size()) << "seed " << seed;
    for (std::size_t k = 0; k < spikes.size(); ++k) {
      ASSERT_EQ(spikes[k].neuron, expected[k].neuron) << "seed " << seed;
      ASSERT_LE(std::abs((spikes[k].time - expected[k].time).ticks), 1) << "seed " << seed;
      ticks_off += spikes[k].time != expected[k].time;
    }
    compared += spikes.size();
  }
  EXPECT_GT(compared, 5000u);
  EXPECT_LE(ticks_off, compared / 1000);
}

TEST(IafPscDeltaVaried, FiresAtTheIntervalsOfTheClosedForm) {
  const std::vector<double> tau_m{3.0, 10.0, 20.0};
  const std::vector<double> I_e{700.0, 420.0, 1000.0};
  NetworkBuilder builder;
  const auto own = builder.add_population(
      "own", 3, varied({}, {{"tau_m", listed(tau_m)}, {"I_e", listed(I_e)}, {"C_m", listed({100.0, 250.0, 300.0})}}));
  const Network network = builder.build();
  const std::vector<Spike> spikes = run(network, own, Time::from_ms(1000.0));
  for (std::uint32_t i = 0; i < 3; ++i) {
    const long double v_inf = static_cast<long double>(tau_m[i]) / (i == 0 ? 100.0 : i == 1 ? 250.0 : 300.0) * I_e[i];
    const long double interval = std::ceil((2.0L + tau_m[i] * std::log(v_inf / (v_inf - 15.0L))) * ticks_per_ms);
    std::vector<Time> own_times;
    for (const Spike& spike : spikes)
      if (spike.neuron == i) own_times.push_back(spike.time);
    ASSERT_GT(own_times.size(), 10u);
    for (std::size_t k = 1; k < own_times.size(); ++k)
      EXPECT_NEAR(static_cast<double>((own_times[k] - own_times[k - 1]).ticks), static_cast<double>(interval), 1.0);
  }
}

TEST(IafPscDeltaVaried, ANeuronBelowThresholdCostsNothingPerWindow) {
  NetworkBuilder builder;
  const auto own = builder.add_population("own", 5000, varied({}, {{"V_th", uniform(-55.0, -50.0)}}));
  const Network network = builder.build();
  Simulation simulation(network);
  simulation.run_until(Time::from_ms(1e6));
  EXPECT_EQ(simulation.counters(own).attended, 0u);
  EXPECT_EQ(simulation.counters(own).spikes, 0u);
}

// Blocks have 4096 neurons: the population takes two, and lies after another one.
Network noisy_network(std::uint64_t seed) {
  NetworkBuilder builder(seed);
  builder.add_population("first", 100, IafPscDelta{});
  const auto own = builder.add_population(
      "own", 6000,
      varied({.E_L = -65.0, .V_reset = -65.0},
             {{"tau_m", uniform(8.0, 30.0)},
              {"V_th", {.kind = Distribution::normal, .a = -52.0, .b = 1.0, .low = -55.0, .high = -49.0}},
              {"I_e", normal(100.0, 40.0)}}),
      uniform(-65.0, -56.0));
  builder.connect(own, own, FixedIndegree(40), {.weight = normal(0.1, 0.5), .delay = uniform(0.8, 3.0)});
  builder.drive(own, PoissonGenerator(3000.0), 0.15);
  builder.add_current({own, Slice{0, 50}}, 300.0, Time::from_ms(20.0), Time::from_ms(40.0));
  return builder.build();
}

TEST(IafPscDeltaVaried, GivesTheSameSpikesForEveryNumberOfThreadsAndAfterARestore) {
  const Network network = noisy_network(3);
  const Time end = Time::from_ms(100.0);
  const auto hash_of = [&](int threads) {
    Simulation simulation(network, {.threads = threads});
    SpikeHash hash;
    simulation.attach(hash);
    simulation.run_until(end);
    EXPECT_GT(hash.count(), 2'000u);
    return hash.value();
  };
  const std::uint64_t expected = hash_of(1);
  for (const int threads : {2, 4}) EXPECT_EQ(hash_of(threads), expected);
  SpikeHash hash;
  Simulation first(network, {.threads = 2});
  first.attach(hash);
  for (const double stop : {0.0, 0.3, 25.77, 61.234567891}) first.run_until(Time::from_ms(stop));
  Simulation second(network, {.threads = 4});
  second.load_state(first.save_state());
  second.attach(hash);
  second.run_until(end);
  EXPECT_EQ(hash.value(), expected);
}

TEST(IafPscDeltaVaried, DrawsTheParametersOfANeuronFromTheSeedItsIdAndTheParameter) {
  const std::vector<VariedParameter> parameters{{"tau_m", uniform(8.0, 30.0)}, {"V_th", normal(-52.0, 1.0)}};
  const auto neurons_of = [&](std::uint64_t seed, std::uint32_t first_id, std::vector<VariedParameter> varied_ones) {
    VariedPopulation<IafPscDeltaVaried> population({}, std::move(varied_ones));
    population.settle({"own", seed, first_id, 1000});
    std::vector<IafPscDelta> neurons;
    for (std::uint32_t i = 0; i < 1000; ++i) neurons.push_back(population.neuron(i));
    return neurons;
  };
  const auto expected = neurons_of(1, 0, parameters);
  const auto shifted = neurons_of(1, 500, parameters);
  const auto only_threshold = neurons_of(1, 0, {parameters[1]});
  const auto other_seed = neurons_of(2, 0, parameters);
  double sum = 0.0;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(only_threshold[i].V_th, expected[i].V_th);
    EXPECT_EQ(only_threshold[i].tau_m, 10.0);
    EXPECT_NE(other_seed[i].V_th, expected[i].V_th);
    if (i >= 500) EXPECT_EQ(shifted[i - 500].V_th, expected[i].V_th);
    sum += expected[i].tau_m;
  }
  EXPECT_NEAR(sum / 1000.0, 19.0, 0.6);  // three standard errors
}

std::string refusal(const IafPscDelta& common, std::vector<VariedParameter> parameters) {
  try {
    NetworkBuilder(1).add_population("own", 100, varied(common, std::move(parameters)));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(IafPscDeltaVaried, RefusesByNeuronParameterValueAndRange) {
  std::vector<double> thresholds(100, -55.0);
  thresholds[17] = -70.0;
  EXPECT_EQ(
      refusal({}, {{"V_th", listed(thresholds)}}),
      "population 'own': neuron 17: iaf_psc_delta: V_reset = -70 mV is outside the allowed range (-inf, V_th = -70)");
  std::vector<double> tau_m(100, 10.0);
  tau_m[99] = 0.0;
  EXPECT_THAT(refusal({}, {{"tau_m", listed(tau_m)}}), HasSubstr("neuron 99: iaf_psc_delta: tau_m = 0 ms is outside"));
  EXPECT_THAT(refusal({}, {{"C_m", normal(100.0, 200.0)}}), HasSubstr("C_m = "));
  EXPECT_THAT(refusal({}, {{"V_th", listed({-50.0, -51.0})}}), HasSubstr("V_th lists 2 values for 100 neurons"));
  EXPECT_THAT(refusal({}, {{"t_ref", constant(-1.0)}}), HasSubstr("neuron 0: iaf_psc_delta: t_ref = -1 ms is outside"));
  EXPECT_THAT(refusal({}, {{"V_tj", uniform(1.0, 2.0)}}), HasSubstr("did you mean 'V_th'"));
  EXPECT_THAT(refusal({}, {{"V_th", uniform(-55.0, -60.0)}}), HasSubstr("V_th"));
  EXPECT_THAT(refusal({}, {{"V_th", constant(-50.0)}, {"V_th", constant(-51.0)}}), HasSubstr("given twice"));
  EXPECT_EQ(refusal({.V_reset = -50.0}, {{"V_th", uniform(-45.0, -40.0)}}), "no error");
}

}  // namespace
}  // namespace synop
