#include <gtest/gtest.h>

#include <cmath>

#include "learning/plastic_protocol.hpp"
#include "synop/neurons/parrot_neuron.hpp"

namespace synop::test {
namespace {

std::vector<double> random_train(RandomStream& random, std::uint32_t spikes, double last_ms, bool on_grid) {
  std::vector<double> train;
  for (std::uint32_t i = 0; i < spikes; ++i)
    train.push_back(on_grid ? static_cast<double>(random.below(static_cast<std::uint32_t>(last_ms)))
                            : random.uniform() * last_ms);
  std::sort(train.begin(), train.end());
  return train;
}

// Random sources, targets, delays, splits, exponents and signs. On a grid of 1 ms coincidences of every kind are
// frequent.
Protocol random_protocol(std::uint32_t seed, bool on_grid) {
  RandomStream random(99, Purpose::task, seed);
  const double mus[] = {0.0, 1.0, 0.3, 1.6};
  Protocol p{.pre = {},
             .post = {},
             .connections = {},
             .rule = {.tau_plus = 5.0 + 30.0 * random.uniform(),
                      .tau_minus = 5.0 + 30.0 * random.uniform(),
                      .lambda = 0.2 * random.uniform(),
                      .alpha = 0.5 + random.uniform(),
                      .mu_plus = mus[random.below(4)],
                      .mu_minus = mus[random.below(4)],
                      .Wmax = 0.01 * (1.0 + random.uniform())},
             .split = {0.25 * random.below(5)}};
  if (seed % 3 == 0) p.rule.Wmax *= -1.0;
  const std::uint32_t sources = 1 + random.below(5);
  const std::uint32_t targets = 1 + random.below(4);
  for (std::uint32_t i = 0; i < sources; ++i) p.pre.push_back(random_train(random, random.below(60), 1000.0, on_grid));
  for (std::uint32_t i = 0; i < targets; ++i) p.post.push_back(random_train(random, random.below(60), 1000.0, on_grid));
  for (std::uint32_t s = 0; s < sources; ++s)
    for (std::uint32_t t = 0; t < targets; ++t) {
      const double delay = on_grid ? random.below(30) : 30.0 * random.uniform();
      p.connections.push_back({s, t, delay, p.rule.Wmax * random.uniform()});
    }
  return p;
}

std::vector<std::vector<Time>> trains_of(const SpikeRecorder& recorder, std::size_t neurons) {
  std::vector<std::vector<Time>> trains(neurons);
  for (const Spike& spike : recorder.spikes()) trains[spike.neuron].push_back(spike.time);
  return trains;
}

void expect_like_immediate(const Protocol& p, const Simulation::SynapseView& view,
                           const std::vector<std::vector<Time>>& pre, const std::vector<std::vector<Time>>& post,
                           Time now) {
  for (const PlasticConnection& c : p.connections)
    for (std::size_t i = 0; i < view.weights.size(); ++i) {
      if (view.sources[i] != c.source || view.targets[i] != c.target) continue;
      const double initial = static_cast<float>(c.weight);
      const Delay delay = Delay::from_ms(c.delay);
      const auto exact =
          ImmediateSynapse(p.rule, initial, false).run(pre[c.source], post[c.target], delay, p.split, now);
      const auto rounded =
          ImmediateSynapse(p.rule, initial, true).run(pre[c.source], post[c.target], delay, p.split, now);
      EXPECT_NEAR(view.weights[i], static_cast<double>(exact), 2e-5 * std::abs(p.rule.Wmax));
      EXPECT_NEAR(view.weights[i], static_cast<double>(rounded), 1.3e-7 * std::abs(p.rule.Wmax))
          << "one unit in the last place";
    }
}

TEST(PlasticNetwork, AgreesWithAnImmediateReferenceAtEveryStop) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const Protocol p = random_protocol(seed, seed % 2 == 0);
    const PlasticNetwork built = build(p);
    Simulation simulation(built.network);
    SpikeRecorder recorder(built.targets);
    simulation.attach(recorder);
    for (const double stop : {13.0, 333.3, 334.0, 700.0, 1100.0}) {
      simulation.run_until(Time::from_ms(stop));
      expect_like_immediate(p, simulation.synapses(built.plastic), times_of(p.pre), trains_of(recorder, p.post.size()),
                            simulation.now());
      if (HasFailure()) FAIL() << "seed " << seed << ", at " << stop << " ms";
    }
  }
}

// Neurons that drive each other through their plastic synapses beside an outer drive.
struct RecurrentNetwork {
  Network network;
  PopulationId neurons;
  ProjectionId plastic;
  Protocol protocol;
};

RecurrentNetwork build_recurrent(std::uint32_t seed) {
  constexpr std::uint32_t size = 12;
  RandomStream random(7, Purpose::task, seed);
  Protocol p{.pre = {},
             .post = {},
             .connections = {},
             .rule = {.lambda = 0.05, .alpha = 1.1, .mu_plus = 0.2, .mu_minus = 0.2, .Wmax = 8.0},
             .split = {0.25 * random.below(5)}};
  for (std::uint32_t i = 0; i < size; ++i) p.pre.push_back(random_train(random, 40, 900.0, seed % 2 == 0));
  for (std::uint32_t s = 0; s < size; ++s)
    for (std::uint32_t t = 0; t < size; ++t)
      if (s != t) p.connections.push_back({s, t, 0.5 + random.below(6), 8.0 * random.uniform()});
  NetworkBuilder builder(seed);
  const auto outside = builder.add_population("outside", size, std::make_unique<SpikeGenerator>(times_of(p.pre)));
  const auto neurons = builder.add_population("neurons", size, IafPscDelta{.t_ref = 1.0});
  builder.connect(outside, neurons, OneToOne{}, Synapse{.weight = constant(12.0), .delay = constant(0.0)}, "drive");
  const auto plastic = connect_plastic(builder, neurons, neurons, p);
  return {builder.build(), neurons, plastic, p};
}

TEST(PlasticNetwork, AgreesWithAnImmediateReferenceWhenRecurrent) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const RecurrentNetwork built = build_recurrent(seed);
    Simulation simulation(built.network);
    SpikeRecorder recorder(built.neurons);
    simulation.attach(recorder);
    for (const double stop : {100.25, 400.0, 950.0}) {
      simulation.run_until(Time::from_ms(stop));
      const auto trains = trains_of(recorder, 12);
      expect_like_immediate(built.protocol, simulation.synapses(built.plastic), trains, trains, simulation.now());
      if (HasFailure()) FAIL() << "seed " << seed << ", at " << stop << " ms";
    }
    EXPECT_GT(recorder.spikes().size(), 200U);
  }
}

struct Outcome {
  std::uint64_t hash;
  std::vector<double> weights;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

TEST(PlasticNetwork, DoesNotDependOnThreadsOrOnWhereARunIsSplit) {
  const RecurrentNetwork built = build_recurrent(3);
  const auto run = [&](int threads, const std::vector<double>& stops, bool look) {
    Simulation simulation(built.network, {.threads = threads});
    SpikeHash hash;
    simulation.attach(hash);
    for (const double stop : stops) {
      simulation.run_until(Time::from_ms(stop));
      if (look) simulation.synapses(built.plastic);
    }
    return Outcome{hash.value(), simulation.synapses(built.plastic).weights};
  };
  const Outcome whole = run(1, {950.0}, false);
  for (const int threads : {1, 2, 3, 8}) EXPECT_EQ(run(threads, {950.0}, false), whole) << threads;
  EXPECT_EQ(run(2, {0.1, 17.3, 17.31, 500.0, 950.0}, false), whole);
  EXPECT_EQ(run(1, {0.1, 17.3, 17.31, 500.0, 950.0}, true), whole);
}

TEST(PlasticNetwork, ContinuesFromASavedStateBitForBit) {
  const RecurrentNetwork built = build_recurrent(4);
  Simulation first(built.network);
  first.run_until(Time::from_ms(333.3));
  const std::vector<std::byte> state = first.save_state();
  first.run_until(Time::from_ms(950.0));
  Simulation second(built.network, {.threads = 3});
  second.load_state(state);
  second.run_until(Time::from_ms(950.0));
  EXPECT_EQ(second.synapses(built.plastic).weights, first.synapses(built.plastic).weights);
}

TEST(PlasticNetwork, CountsAWeightOfZeroAmongThoseOfItsRule) {
  for (const double Wmax : {1.0, -1.0})
    for (const auto& values : {std::vector<double>{0.0, 0.0}, std::vector<double>{0.0, 0.5 * Wmax}}) {
      NetworkBuilder builder;
      const auto source = builder.add_population("source", 1, ParrotNeuron{});
      const auto parrots = builder.add_population("parrots", 2, ParrotNeuron{});
      builder.connect(source, parrots, ExplicitList({{0, 0}, {0, 1}}),
                      Synapse{.weight = {.kind = Distribution::list, .values = values},
                              .delay = constant(1.0),
                              .plasticity = synop::plastic(StdpSynapse{.Wmax = Wmax})});
      const Network network = builder.build();
      const Shard& shard = network.shards()[0];
      ASSERT_EQ(shard.group_count(0), 1u);
      EXPECT_EQ(shard.group(0, 0).inhibitory, Wmax < 0.0);
    }
}

TEST(PlasticNetwork, GivesEveryBlockOfTargetsItsOwnWeights) {
  constexpr std::uint32_t targets = 9000;  // three blocks
  NetworkBuilder builder;
  const auto source = builder.add_population("source", 1, std::make_unique<SpikeGenerator>(times_of({{10.0, 40.0}})));
  const auto parrots = builder.add_population("parrots", targets, ParrotNeuron{});
  std::vector<ExplicitList::Connection> pairs;
  for (std::uint32_t t = 0; t < targets; ++t) pairs.push_back({0, t});
  const auto plastic = builder.connect(
      source, parrots, ExplicitList(pairs),
      Synapse{.weight = constant(0.5),
              .delay = constant(2.0),
              .plasticity = synop::plastic(StdpSynapse{.lambda = 0.1, .mu_plus = 0.0, .mu_minus = 0.0, .Wmax = 1.0}),
              .split = {0.0}});
  const Network network = builder.build();
  // Parrots repeat at the instant of arrival: at the synapse the post follows the pre at once.
  for (const int threads : {1, 3}) {
    Simulation simulation(network, {.threads = threads});
    simulation.run_until(Time::from_ms(60.0));
    const double e = std::exp(-30.0 / 20.0);
    for (const double w : simulation.synapses(plastic).weights)
      ASSERT_NEAR(w, 0.5 + 0.1 - 0.1 * e + 0.1 * (1.0 + e), 1e-6);
  }
}

}  // namespace
}  // namespace synop::test
