#include "synop/neurons/iaf_psc_exp_varied.hpp"

#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/neurons/poisson_population.hpp"
#include "synop/synapses/connect/all_to_all.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"

namespace synop {
namespace {

constexpr std::uint32_t size = 60;

// Neurons that differ, as one population and as populations of one neuron, with the same input: the spikes of neuron i,
// and the potentials of all at the end.
struct Outcome {
  std::vector<std::vector<Time>> spikes;
  std::vector<double> potentials;
};

Synapse from_source(std::uint32_t i) {
  return {.weight = constant(60.0 + i), .delay = constant(1.0), .double_precision = true};
}

Outcome run(const std::vector<IafPscExp>& neurons, bool together) {
  NetworkBuilder builder(3);
  const auto source =
      builder.add_population("source", 40, std::make_unique<PoissonPopulationModel>(PoissonPopulation{40.0}));
  const auto values_of = [&](double IafPscExp::*field) {
    Distribution list{.kind = Distribution::list};
    for (const IafPscExp& neuron : neurons) list.values.push_back(neuron.*field);
    return list;
  };
  if (together)
    builder.add_population("own", size,
                           varied(neurons.front(), {{"V_th", values_of(&IafPscExp::V_th)},
                                                    {"tau_m", values_of(&IafPscExp::tau_m)},
                                                    {"C_m", values_of(&IafPscExp::C_m)},
                                                    {"tau_syn_ex", values_of(&IafPscExp::tau_syn_ex)},
                                                    {"tau_syn_in", values_of(&IafPscExp::tau_syn_in)},
                                                    {"t_ref", values_of(&IafPscExp::t_ref)},
                                                    {"E_L", values_of(&IafPscExp::E_L)},
                                                    {"I_e", values_of(&IafPscExp::I_e)},
                                                    {"V_reset", values_of(&IafPscExp::V_reset)}}));
  for (std::uint32_t i = 0; i < size; ++i) {
    const PopulationId own = together ? PopulationId{1} : builder.add_population(std::to_string(i), 1, neurons[i]);
    builder.connect(source, {own, Slice{together ? i : 0, 1}}, AllToAll(), from_source(i), "s" + std::to_string(i));
  }
  const Network network = builder.build();
  Simulation simulation(network);
  Outcome result;
  for (std::uint32_t p = 1; p < network.populations().size(); ++p) {
    SpikeRecorder recorder(PopulationId{p});
    simulation.attach(recorder);
    simulation.run_until(Time::from_ms(300.0));
    simulation.detach(recorder);
    std::vector<std::vector<Time>> trains(network.population({p}).size);
    for (const Spike& spike : recorder.spikes()) trains[spike.neuron].push_back(spike.time);
    for (auto& train : trains) result.spikes.push_back(train);
    for (const double V : simulation.values({p}, "V_m")) result.potentials.push_back(V);
    simulation.restart();
  }
  return result;
}

// Differing in potentials and currents only, or in everything: with the common dynamics, or with those of its own.
class Differing : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(IafPscExpVaried, Differing, testing::Bool());

TEST_P(Differing, NeuronsOfOnePopulationSpikeAsPopulationsOfOneNeuron) {
  std::mt19937_64 random(1);
  const auto number = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  std::vector<IafPscExp> neurons(size, IafPscExp{.tau_m = 12.0, .tau_syn_ex = 3.0, .tau_syn_in = 6.0, .t_ref = 1.5});
  for (std::uint32_t i = 0; i < size; ++i) {
    IafPscExp& n = neurons[i];
    n.V_th = number(-56.0, -50.0);
    n.E_L = number(-72.0, -60.0);
    n.V_reset = number(-75.0, -58.0);
    n.I_e = number(-50.0, 100.0) + (i % 4 == 0 ? 300.0 : 0.0);  // the latter are driven above threshold
    if (!GetParam()) continue;
    n.tau_m = number(8.0, 20.0);
    n.C_m = number(200.0, 300.0);
    n.tau_syn_ex = i % 5 == 0 ? n.tau_m : i % 5 == 1 ? 1.3 * n.tau_m : number(1.0, 6.0);
    n.tau_syn_in = i % 3 == 0 ? n.tau_syn_ex : number(1.0, 30.0);
    n.t_ref = i % 6 == 0 ? 0.0 : number(0.5, 4.0);
  }
  const Outcome together = run(neurons, true);
  const Outcome apart = run(neurons, false);
  std::size_t compared = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    ASSERT_EQ(together.spikes[i].size(), apart.spikes[i].size()) << i;
    for (std::size_t k = 0; k < together.spikes[i].size(); ++k)
      ASSERT_LE(std::abs((together.spikes[i][k] - apart.spikes[i][k]).ticks), GetParam() ? 3 : 1) << i;
    EXPECT_NEAR(together.potentials[i], apart.potentials[i], 1e-6) << i;
    compared += together.spikes[i].size();
  }
  EXPECT_GT(compared, 500u);
}

TEST(IafPscExpVaried, GivesTheSameSpikesForEveryNumberOfThreadsAndAfterARestore) {
  NetworkBuilder builder(5);
  const auto own = builder.add_population(
      "own", 6000, varied(IafPscExp{}, {{"V_th", normal(-52.0, 1.0)}, {"E_L", uniform(-66.0, -60.0)}}));
  builder.connect(own, own, FixedIndegree(40), {.weight = normal(5.0, 20.0), .delay = uniform(0.8, 3.0)});
  builder.drive(own, PoissonGenerator(3000.0), 60.0);
  const Network network = builder.build();
  const Time end = Time::from_ms(30.0);
  const auto hash_of = [&](int threads) {
    Simulation simulation(network, {.threads = threads});
    SpikeHash hash;
    simulation.attach(hash);
    simulation.run_until(end);
    EXPECT_GT(hash.count(), 1'000u);
    return hash.value();
  };
  const std::uint64_t expected = hash_of(1);
  for (const int threads : {2, 4}) EXPECT_EQ(hash_of(threads), expected);
  SpikeHash hash;
  Simulation first(network, {.threads = 2});
  first.attach(hash);
  first.run_until(Time::from_ms(13.3));
  Simulation second(network, {.threads = 4});
  second.load_state(first.save_state());
  second.attach(hash);
  second.run_until(end);
  EXPECT_EQ(hash.value(), expected);
}

TEST(IafPscExpVaried, RefusesASetThatIsNotValid) {
  NetworkBuilder builder;
  try {
    builder.add_population("own", 4, varied(IafPscExp{.tau_m = 10.0}, {{"tau_syn_ex", constant(10.00001)}}));
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("population 'own': neuron 0: iaf_psc_exp: tau_syn_ex"));
  }
}

}  // namespace
}  // namespace synop
