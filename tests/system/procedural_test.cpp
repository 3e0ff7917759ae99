// Synapses that are generated at every spike, against the same synapses stored: nothing else may differ.
#include <gtest/gtest.h>

#include "synop/core/graph.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/iaf_psc_exp.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/neurons/poisson_population.hpp"
#include "synop/synapses/connect/all_to_all.hpp"
#include "synop/synapses/connect/explicit_list.hpp"
#include "synop/synapses/connect/one_to_one.hpp"
#include "synop/synapses/connect/pairwise_bernoulli.hpp"

namespace synop {
namespace {

constexpr Time end{100 * ticks_per_ms};
const BuildOptions options{.threads = 2, .delay_resolution = {}, .block_size = 1500};

Synapse one_kind(double weight, double delay, bool procedural) {
  return {.weight = constant(weight), .delay = constant(delay), .procedural = procedural};
}

// Two loops and a readout in several blocks, joined by every rule that has rows: among them rows of half a synapse (so
// that many are empty), slices that begin within a block, and instantaneous synapses. `connect` adds the projections.
template <class Connect>
Network network_with(Connect connect) {
  NetworkBuilder builder(7);
  const IafPscDelta neuron{.tau_m = 20.0, .C_m = 250.0, .E_L = 0.0, .V_th = 20.0, .V_reset = 10.0, .t_ref = 2.0};
  const auto excitatory = builder.add_population("excitatory", 4000, neuron, uniform(0.0, 20.0));
  const auto inhibitory = builder.add_population("inhibitory", 1000, neuron, uniform(0.0, 20.0));
  const auto readout = builder.add_population("readout", 1700, IafPscExp{.t_ref = 0.0, .I_e = 300.0});
  for (const auto target : {excitatory, inhibitory}) builder.drive(target, PoissonGenerator(1500.0), 0.6);
  connect(builder, excitatory, excitatory, PairwiseBernoulli(0.01, false), 0.6, 1.5);
  connect(builder, excitatory, inhibitory, PairwiseBernoulli(0.01), 0.6, 0.8);
  connect(builder, inhibitory, excitatory, PairwiseBernoulli(0.01), -3.0, 1.5);
  connect(builder, inhibitory, inhibitory, PairwiseBernoulli(0.0005), -3.0, 1.5);
  connect(builder, excitatory, readout, PairwiseBernoulli(0.05), 10.0, 0.0);
  connect(builder, {excitatory, Slice{100, 500}}, {readout, Slice{700, 500}}, OneToOne(), 200.0, 3.0);
  connect(builder, {inhibitory, Slice{7, 3}}, {readout, Slice{1400, 300}}, AllToAll(), -20.0, 2.0);
  connect(builder, {inhibitory, Slice{7, 30}}, {inhibitory, Slice{20, 200}}, AllToAll(false), -0.1, 2.0);
  return builder.build(options);
}

Network procedural_network() {
  return network_with([](NetworkBuilder& builder, const Neurons& sources, const Neurons& targets, const auto& rule,
                         double weight, double delay) {
    const auto name = "projection" + std::to_string(builder.estimate().parts.size());
    builder.connect(sources, targets, rule, one_kind(weight, delay, true), name);
  });
}

// The same synapses, listed one by one.
Network stored_twin(const Network& network) {
  const Simulation simulation(network);
  std::uint32_t next = 0;
  return network_with([&](NetworkBuilder& builder, const Neurons& sources, const Neurons& targets, const auto&,
                          double weight, double delay) {
    const Projection& projection = network.projections()[next];
    const auto view = simulation.synapses({next++});
    std::vector<ExplicitList::Connection> list;
    for (std::size_t i = 0; i < view.sources.size(); ++i)
      list.push_back({view.sources[i] - projection.sources.first, view.targets[i] - projection.targets.first});
    builder.connect(sources, targets, ExplicitList(list), one_kind(weight, delay, false), projection.name);
  });
}

std::uint64_t hash_of(const Network& network, int threads) {
  Simulation simulation(network, {.threads = threads});
  SpikeHash hash;
  simulation.attach(hash);
  simulation.run_until(end);
  EXPECT_GT(hash.count(), 2'000u);
  return hash.value();
}

TEST(ProceduralSynapses, GiveTheSpikesOfTheSameSynapsesStored) {
  const Network network = procedural_network();
  const Network twin = stored_twin(network);
  ASSERT_EQ(network.blocks().size(), 6u);
  Simulation a(network), b(twin);
  SpikeHash hash_a, hash_b;
  a.attach(hash_a);
  b.attach(hash_b);
  a.run_until(end);
  b.run_until(end);
  EXPECT_GT(hash_a.count(), 2'000u);
  EXPECT_EQ(hash_a.value(), hash_b.value());
  for (std::uint32_t p = 0; p < network.projections().size(); ++p) {
    const ProjectionId id{p};
    EXPECT_GT(a.counters(id).deliveries, 100u) << network.projection(id).name;
    EXPECT_EQ(a.counters(id).deliveries, b.counters(id).deliveries);
    EXPECT_EQ(a.counters(id).queue_operations, b.counters(id).queue_operations);
    EXPECT_EQ(a.sent(id), b.sent(id));
    EXPECT_EQ(a.in_flight(id), b.in_flight(id));
    EXPECT_EQ(network.projection(id).synapses, twin.projection(id).synapses);
    EXPECT_EQ(network.projection(id).groups, twin.projection(id).groups);
    EXPECT_EQ(network.projection(id).smallest_delay, twin.projection(id).smallest_delay);
    EXPECT_EQ(network.projection(id).largest_delay, twin.projection(id).largest_delay);
    const auto own = a.synapses(id), listed = b.synapses(id);
    EXPECT_TRUE(own.sources == listed.sources && own.targets == listed.targets && own.weights == listed.weights);
  }
}

TEST(ProceduralSynapses, GiveTheSameSpikesForEveryNumberOfThreads) {
  const Network network = procedural_network();
  const std::uint64_t expected = hash_of(network, 1);
  for (const int threads : {2, 3, 8}) EXPECT_EQ(hash_of(network, threads), expected) << threads << " threads";
}

TEST(ProceduralSynapses, AreTheSameAfterARestoreAndInANetworkBuiltAgain) {
  const Network network = procedural_network();
  const std::uint64_t expected = hash_of(network, 1);
  SpikeHash hash;
  Simulation first(network, {.threads = 2});
  first.attach(hash);
  for (const double stop : {0.0, 0.3, 7.77, 40.0, 61.234567891}) first.run_until(Time::from_ms(stop));
  const std::vector<std::byte> state = first.save_state();
  const Network again = procedural_network();
  Simulation second(again, {.threads = 3});
  second.load_state(state);
  EXPECT_EQ(second.save_state(), state);
  second.attach(hash);
  second.run_until(end);
  EXPECT_EQ(hash.value(), expected);
}

TEST(ProceduralSynapses, HaveDeliveredWhatWasSentOrHoldItInFlight) {
  const Network network = procedural_network();
  Simulation simulation(network, {.threads = 2});
  for (const double stop : {0.0, 1.1, 5.0, 23.4567, 80.0}) {
    simulation.run_until(Time::from_ms(stop));
    for (std::uint32_t p = 0; p < network.projections().size(); ++p)
      EXPECT_EQ(simulation.counters(ProjectionId{p}).deliveries + simulation.in_flight({p}), simulation.sent({p}))
          << network.projections()[p].name << " at " << stop << " ms";
  }
}

TEST(ProceduralSynapses, AreEdgesOfTheGraph) {
  const Network network = procedural_network();
  const Network twin = stored_twin(network);
  ASSERT_EQ(num_edges(network), num_edges(twin));
  for (std::uint32_t neuron = 0; neuron < num_vertices(network); neuron += 97) {
    ASSERT_EQ(out_degree(neuron, network), out_degree(neuron, twin));
    auto [edge, last] = out_edges(neuron, network);
    for (auto [stored, stored_last] = out_edges(neuron, twin); stored != stored_last; ++stored, ++edge) {
      ASSERT_NE(edge, last);
      EXPECT_EQ(target(*edge, network), target(*stored, twin));
      EXPECT_EQ(delay_of(network, *edge), delay_of(twin, *stored));
      EXPECT_EQ(synapse_weight(network, *edge), synapse_weight(twin, *stored));
    }
    EXPECT_EQ(edge, last);
  }
}

Network of_probability(double p, bool procedural) {
  NetworkBuilder builder(3);
  const auto cells = builder.add_population("cells", 6000, IafPscDelta{});
  builder.connect(cells, cells, PairwiseBernoulli(p), one_kind(0.1, 1.0, procedural));
  const double estimate = builder.estimate().parts.back().bytes;
  Network network = builder.build(options);
  EXPECT_NEAR(static_cast<double>(network.bytes()), estimate, procedural ? 5'000.0 : 0.2 * estimate);
  return network;
}

TEST(ProceduralSynapses, TakeNoMemory) {
  const Network few = of_probability(0.01, true), many = of_probability(0.5, true);
  EXPECT_GT(many.synapse_count(), 45 * few.synapse_count());
  EXPECT_EQ(many.bytes(), few.bytes());
  EXPECT_LT(many.bytes(), 6000u * 4 + 4 * sizeof(Shard) + 1000u);
  EXPECT_GT(of_probability(0.5, false).bytes(), 500 * many.bytes());
}

}  // namespace
}  // namespace synop
