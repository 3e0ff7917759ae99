// What must not change a result: threads, splits, saving and restoring.
#include <gtest/gtest.h>

#include "support/small_networks.hpp"
#include "synop/core/error.hpp"
#include "synop/core/simulation.hpp"

namespace synop {
namespace {

using namespace synop::literals;

constexpr Time end{150 * ticks_per_ms};

std::uint64_t hash_of(const Network& network, int threads) {
  Simulation simulation(network, {.threads = threads});
  SpikeHash hash;
  simulation.attach(hash);
  simulation.run_until(end);
  EXPECT_GT(hash.count(), 5'000u);
  return hash.value();
}

TEST(Determinism, SpikesAreTheSameForEveryNumberOfThreads) {
  const Network network = test::balanced_network();
  const std::uint64_t expected = hash_of(network, 1);
  for (const int threads : {2, 3, 4, 8}) EXPECT_EQ(hash_of(network, threads), expected) << threads << " threads";
  EXPECT_NE(hash_of(test::balanced_network(2), 1), expected) << "another seed";
}

TEST(Determinism, ARunMayBeSplitSavedAndGoOnElsewhere) {
  const Network network = test::balanced_network();
  const std::uint64_t expected = hash_of(network, 1);
  SpikeHash hash;
  Simulation first(network, {.threads = 2});
  first.attach(hash);
  for (const double stop : {0.0, 0.3, 0.3, 7.77, 40.0, 61.234567891}) first.run_until(Time::from_ms(stop));
  const std::vector<std::byte> state = first.save_state();
  Simulation second(network, {.threads = 3});
  second.load_state(state);
  EXPECT_EQ(second.now(), Time::from_ms(61.234567891));
  EXPECT_EQ(second.save_state(), state) << "what was restored is what was saved";
  second.attach(hash);
  second.run_until(end);
  EXPECT_EQ(hash.value(), expected);
}

TEST(Determinism, ARestartRepeatsTheRun) {
  const Network network = test::balanced_network();
  Simulation simulation(network, {.threads = 2});
  std::vector<std::uint64_t> values;
  for (int k = 0; k < 2; ++k) {
    SpikeHash hash;
    simulation.attach(hash);
    simulation.run_until(end);
    simulation.detach(hash);
    values.push_back(hash.value());
    simulation.restart();
  }
  EXPECT_EQ(values[0], values[1]);
}

TEST(Determinism, ATruncatedOrForeignStateIsRefused) {
  const Network network = test::balanced_network();
  Simulation simulation(network);
  simulation.run_until(Time::from_ms(3.0));
  std::vector<std::byte> state = simulation.save_state();
  Simulation other(network);
  EXPECT_THROW(other.load_state(std::span(state).first(state.size() / 2)), Error);
  state.push_back({});
  EXPECT_THROW(other.load_state(state), Error);
}

TEST(Counters, WhatWasSentHasArrivedOrIsInFlight) {
  const Network network = test::balanced_network();
  Simulation simulation(network, {.threads = 2});
  SpikeHash hash;
  simulation.attach(hash);
  for (const double stop : {0.0, 1.1, 5.0, 23.4567, 80.0}) {
    simulation.run_until(Time::from_ms(stop));
    for (std::uint32_t p = 0; p < network.projections().size(); ++p)
      EXPECT_EQ(simulation.counters(ProjectionId{p}).deliveries + simulation.in_flight({p}), simulation.sent({p}))
          << network.projections()[p].name << " at " << stop << " ms";
  }
  std::uint64_t spikes = 0;
  for (std::uint32_t p = 0; p < network.populations().size(); ++p)
    spikes += simulation.counters(PopulationId{p}).spikes;
  EXPECT_EQ(spikes, hash.count());
  const std::uint64_t in_flight = simulation.in_flight({0});
  EXPECT_GT(in_flight, 0u);
  simulation.reset_counters();
  simulation.run(20_ms);
  EXPECT_EQ(simulation.counters(ProjectionId{0}).deliveries + simulation.in_flight({0}),
            simulation.sent({0}) + in_flight);
}

}  // namespace
}  // namespace synop
