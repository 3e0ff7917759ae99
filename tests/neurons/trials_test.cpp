// What restart(trial) does to the noise of stimuli and of spike sources.
#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/parrot_neuron.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/neurons/poisson_population.hpp"

namespace synop {
namespace {

constexpr std::uint32_t size = 20;

// The spikes of the first 100 ms of a trial, after what was recorded before is dropped.
std::vector<Spike> spikes_of(Simulation& simulation, SpikeRecorder& recorder) {
  const std::size_t before = recorder.spikes().size();
  simulation.run_until(Time::from_ms(100.0));
  return {recorder.spikes().begin() + static_cast<std::ptrdiff_t>(before), recorder.spikes().end()};
}

void expect_noise_to_follow_the_trial(const Network& network, PopulationId population) {
  Simulation simulation(network);
  SpikeRecorder recorder(population);
  simulation.attach(recorder);
  const std::vector<Spike> first = spikes_of(simulation, recorder);
  ASSERT_GT(first.size(), 100u);
  std::vector<std::vector<Spike>> seen;
  for (const std::uint64_t trial :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{16}, (std::uint64_t{1} << 36) - 1}) {
    simulation.restart(trial);
    const std::vector<Spike> once = spikes_of(simulation, recorder);
    simulation.restart(trial);
    EXPECT_EQ(spikes_of(simulation, recorder), once) << "trial " << trial;
    EXPECT_EQ(once == first, trial == 0) << "trial " << trial;
    for (const std::vector<Spike>& other : seen) EXPECT_NE(once, other) << "trial " << trial;
    seen.push_back(once);
  }
  EXPECT_THROW(simulation.restart(std::uint64_t{1} << 36), Error);
}

TEST(Restart, GivesEveryTrialAStimulusOfItsOwn) {
  NetworkBuilder builder(3);
  const auto parrots = builder.add_population("parrots", size, ParrotNeuron{});
  builder.drive(parrots, PoissonGenerator(200.0), 1.0);
  expect_noise_to_follow_the_trial(builder.build(), parrots);
}

TEST(Restart, GivesEveryTrialPoissonPopulationsOfItsOwn) {
  NetworkBuilder builder(3);
  const auto sources =
      builder.add_population("sources", size, std::make_unique<PoissonPopulationModel>(PoissonPopulation{200.0}));
  expect_noise_to_follow_the_trial(builder.build(), sources);
}

// A group of many neurons draws more than a substream holds; the next trial must not begin inside what it drew.
TEST(Restart, DoesNotRepeatInOneTrialWhatAnotherDrewLater) {
  const PoissonGenerator generator(1000.0);
  const auto stream = generator.make_stream(1, 0, 0, 4096);
  std::vector<std::uint32_t> long_trial;
  DriveEvents events;
  while (long_trial.size() < (std::size_t{1} << 21) + 256) {
    stream->generate(events);
    long_trial.insert(long_trial.end(), events.targets.begin(), events.targets.end());
  }
  stream->restart(1);
  stream->generate(events);
  for (std::size_t at = 0; at + 8 < long_trial.size(); ++at)
    ASSERT_FALSE(std::equal(events.targets.begin(), events.targets.begin() + 8, long_trial.begin() + static_cast<std::ptrdiff_t>(at)))
        << "event " << at;
}

}  // namespace
}  // namespace synop
