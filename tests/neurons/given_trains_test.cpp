#include <gtest/gtest.h>

#include "synop/core/drive_streams.hpp"
#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/given_trains.hpp"
#include "synop/neurons/parrot_neuron.hpp"
#include "synop/neurons/poisson_generator.hpp"

namespace synop {
namespace {

using Trains = std::vector<std::vector<Time>>;

std::vector<Spike> spikes_of(const Network& network, double split = 0.0) {
  Simulation simulation(network, {2});
  SpikeRecorder recorder(PopulationId{0});
  simulation.attach(recorder);
  if (split > 0.0) {
    simulation.run_until(Time::from_ms(split));
    simulation.load_state(simulation.save_state());
  }
  simulation.run_until(Time::from_ms(100.0));
  return {recorder.spikes().begin(), recorder.spikes().end()};
}

TEST(GivenTrains, ArriveAtTheirTargetsAfterTheDelay) {
  NetworkBuilder builder(1);
  const auto parrots = builder.add_population("parrots", 5, ParrotNeuron{});
  builder.drive({parrots, Slice{2, 3}}, GivenTrains(2, Trains{{Time{5}, Time{5}}, {}, {Time{1}, Time::from_ms(30)}}), 1.0, Delay{7});
  const std::vector<Spike> expected{{Time{8}, 4}, {Time{12}, 2}, {Time{12}, 2}, {Time::from_ms(30) + Delay{7}, 4}};
  EXPECT_EQ(spikes_of(builder.build()), expected);
}

// The trains of one drive, written down and given, are those of the drive: over several blocks, threads and a saved state.
TEST(GivenTrains, RepeatAnotherStimulus) {
  const Slice some{3000, 7000};
  const auto network = [&](auto model) {
    NetworkBuilder builder(9);
    const auto parrots = builder.add_population("parrots", 12'000, ParrotNeuron{});
    builder.drive({parrots, some}, std::move(model), 1.0, Delay::from_ms(0.1));
    return builder.build({.block_size = 4096});
  };
  const Network drawn = network(PoissonGenerator(20.0));
  Trains trains(some.count);
  for (const Spike& spike : drive_spikes(drawn, 0, Time::from_ms(100.0))) trains.at(spike.neuron - some.first).push_back(spike.time);
  const Network given = network(GivenTrains(some.first, trains));
  const std::vector<Spike> expected = spikes_of(drawn);
  EXPECT_GT(expected.size(), 10'000u);
  EXPECT_TRUE(spikes_of(given) == expected);
  EXPECT_TRUE(spikes_of(given, 33.3) == expected);
  EXPECT_NEAR(given.drives()[0].model->expected_rate(), 20.0, 0.5);
}

TEST(GivenTrains, RefusesUnsortedTrainsAndNeuronsWithoutOne) {
  EXPECT_THROW(GivenTrains(0, Trains{{Time{2}, Time{1}}}), Error);
  EXPECT_THROW(GivenTrains(0, Trains{{Time{-1}}}), Error);
  EXPECT_THROW((void)GivenTrains(4, Trains{{}, {}}).make_stream(1, 0, 0, 3), Error);
}

}  // namespace
}  // namespace synop
