// Networks of convolutions against the same synapses stored one by one: nothing else may differ.
#include <map>
#include <memory>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/graph.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/iaf_psc_exp.hpp"
#include "synop/neurons/poisson_population.hpp"
#include "synop/synapses/connect/convolution.hpp"
#include "synop/synapses/connect/explicit_list.hpp"

namespace synop {
namespace {

constexpr Time end{200 * ticks_per_ms};

Convolution random_convolution(ConvolutionShape shape, double scale, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<double> kernel(shape.kernel_size());
  for (double& weight : kernel) weight = scale * std::normal_distribution(0.1, 1.0)(random);
  return Convolution(shape, kernel);
}

// Events, two layers of convolution with strides and borders, a loop from the second to the first, pooling. `connect`
// adds the projections.
template <class Connect>
Network network_with(Connect connect, std::uint32_t block_size) {
  NetworkBuilder builder(3);
  const IafPscDelta neuron{.tau_m = 20.0, .E_L = 0.0, .V_th = 15.0, .V_reset = 0.0, .t_ref = 1.0};
  const auto events = builder.add_population("events", 2 * 20 * 24,
                                             std::make_unique<PoissonPopulationModel>(PoissonPopulation{.rate = 40.0}));
  const ConvolutionShape first{
      .in_channels = 2, .out_channels = 6, .rows = {20, 5, 1, 2, 2, 1}, .columns = {24, 5, 1, 2, 2, 1}};
  const auto one = builder.add_population("one", static_cast<std::uint32_t>(first.outputs()), neuron);
  const ConvolutionShape second{
      .in_channels = 6, .out_channels = 8, .groups = 2, .rows = {20, 3, 2, 1, 1, 1}, .columns = {24, 3, 2, 1, 0, 2}};
  const auto two = builder.add_population("two", static_cast<std::uint32_t>(second.outputs()), neuron);
  const ConvolutionShape back{.in_channels = 8,
                              .out_channels = 6,
                              .rows = {10, 1, 1, 5, 5, 1},
                              .columns = {second.columns.out_size(), 1, 1, 0, 24 - second.columns.out_size(), 1}};
  ConvolutionShape window{
      .in_channels = 8, .rows = {10, 2, 2, 0, 0, 1}, .columns = {second.columns.out_size(), 2, 2, 0, 0, 1}};
  const Convolution pool = Convolution::pooling(window, 2000.0);
  const auto pooled =
      builder.add_population("pooled", static_cast<std::uint32_t>(pool.shape().outputs()), IafPscExp{.t_ref = 0.0});
  connect(builder, events, one, random_convolution(first, 3.0, 1), 0.0);
  connect(builder, one, two, random_convolution(second, 4.0, 2), 0.5);
  connect(builder, two, one, random_convolution(back, 1.0, 3), 1.5);
  connect(builder, two, pooled, pool, 0.0);
  return builder.build({.threads = 2, .delay_resolution = {}, .block_size = block_size});
}

Network computed_network(std::uint32_t block_size = 0) {
  return network_with([](NetworkBuilder& builder, PopulationId source, PopulationId target, const Convolution& rule,
                         double delay) { builder.connect(source, target, rule, {.delay = constant(delay)}); },
                      block_size);
}

Network stored_twin(const Network& network) {
  const Simulation simulation(network);
  std::uint32_t next = 0;
  return network_with(
      [&](NetworkBuilder& builder, PopulationId source, PopulationId target, const Convolution&, double delay) {
        const auto view = simulation.synapses({next++});
        std::vector<ExplicitList::Connection> list;
        for (std::size_t i = 0; i < view.sources.size(); ++i) list.push_back({view.sources[i], view.targets[i]});
        builder.connect(source, target, ExplicitList(list),
                        {.weight = {.kind = Distribution::Kind::list, .values = view.weights},
                         .delay = constant(delay),
                         .double_precision = true});
      },
      0);
}

struct Outcome {
  std::uint64_t hash = 0;
  std::vector<std::uint64_t> spikes, deliveries, in_flight;
  bool operator==(const Outcome&) const = default;
};

Outcome run(const Network& network, int threads) {
  Simulation simulation(network, {.threads = threads});
  SpikeHash hash;
  simulation.attach(hash);
  simulation.run_until(end);
  Outcome outcome{.hash = hash.value()};
  for (std::uint32_t p = 0; p < network.populations().size(); ++p)
    outcome.spikes.push_back(simulation.counters(PopulationId{p}).spikes);
  for (std::uint32_t p = 0; p < network.projections().size(); ++p) {
    outcome.deliveries.push_back(simulation.counters(ProjectionId{p}).deliveries);
    outcome.in_flight.push_back(simulation.in_flight({p}));
  }
  return outcome;
}

TEST(ConvolutionNetwork, SpikesAndCountsAsTheSameSynapsesStored) {
  const Network network = computed_network();
  const Outcome computed = run(network, 1);
  for (std::uint64_t spikes : computed.spikes) EXPECT_GT(spikes, 300u);
  EXPECT_EQ(computed, run(stored_twin(network), 1));
  EXPECT_EQ(computed, run(network, 3));
  EXPECT_EQ(computed, run(computed_network(500), 2)) << "in other blocks";
}

TEST(ConvolutionNetwork, StoresNothingPerSynapse) {
  const Network network = computed_network();
  for (const Projection& projection : network.projections()) EXPECT_GE(projection.synapses, 800u);
  EXPECT_LT(20 * network.bytes(), stored_twin(network).bytes()) << "4 bytes per source, and the kernels";
}

TEST(ConvolutionNetwork, DeliversWhatIsSent) {
  const Network network = computed_network(700);
  Simulation simulation(network);
  simulation.run_until(end);
  for (std::uint32_t p = 0; p < network.projections().size(); ++p) {
    EXPECT_EQ(simulation.counters(ProjectionId{p}).deliveries + simulation.in_flight({p}), simulation.sent({p})) << p;
  }
}

TEST(ConvolutionNetwork, GoesOnFromASavedState) {
  const Network network = computed_network();
  Simulation whole(network), first(network), second(network);
  SpikeHash of_whole, of_second;
  first.run_until(Time{101'234'567});
  second.load_state(first.save_state());
  whole.run_until(Time{101'234'567});
  whole.attach(of_whole);
  second.attach(of_second);
  whole.run_until(end);
  second.run_until(end);
  EXPECT_EQ(of_whole.value(), of_second.value());
  EXPECT_GT(of_whole.count(), 1000u);
}

TEST(ConvolutionNetwork, IsAGraphLikeAnyOther) {
  const Network network = computed_network(900);
  const Network twin = stored_twin(network);
  for (const std::uint32_t neuron : {0u, 30u, 500u, 1300u, 4000u}) {
    ASSERT_EQ(out_degree(neuron, network), out_degree(neuron, twin));
    std::map<std::uint32_t, double> of_network, of_twin;
    const auto collect = [neuron](const Network& graph, auto& weights) {
      for (auto [edge, last] = out_edges(neuron, graph); edge != last; ++edge)
        weights[target(*edge, graph)] += synapse_weight(graph, *edge);
    };
    collect(network, of_network);
    collect(twin, of_twin);
    EXPECT_EQ(of_network, of_twin);
  }
}

TEST(ConvolutionNetwork, RefusesAWeightBesideTheKernel) {
  NetworkBuilder builder;
  const auto p = builder.add_population("p", 9, IafPscDelta{});
  const ConvolutionShape shape{.rows = {.size = 3}, .columns = {.size = 3}};
  try {
    builder.connect(p, p, Convolution(shape, {1.0}), {.weight = constant(2.0)});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("weight = 2 beside those of the rule convolution; allowed: 1"));
  }
}

}  // namespace
}  // namespace synop
