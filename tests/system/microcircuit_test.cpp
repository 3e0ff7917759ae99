// The microcircuit of examples/potjans_diesmann.hpp: its numbers, and a small version of it.
#include "potjans_diesmann.hpp"

#include <gtest/gtest.h>

#include "synop/core/simulation.hpp"
#include "synop/io/statistics/spike_trains.hpp"

namespace synop {
namespace {

namespace pd = potjans_diesmann;

// The published sizes, synapses, weights and currents follow from the probabilities and potentials.
TEST(Microcircuit, HasThePublishedNumbers) {
  std::uint64_t synapses = 0;
  std::uint32_t neurons = 0;
  for (std::size_t target = 0; target < pd::populations; ++target) {
    neurons += pd::size(target, 1.0);
    for (std::size_t source = 0; source < pd::populations; ++source) synapses += pd::synapses(target, source, 1.0);
  }
  EXPECT_EQ(neurons, 77'169u);
  EXPECT_EQ(synapses, 298'880'968u);
  EXPECT_NEAR(pd::full_weight(0, 0), 87.8085, 1e-3);
  EXPECT_NEAR(pd::full_weight(0, 2), 175.617, 1e-3);
  EXPECT_NEAR(pd::full_weight(0, 1), -351.234, 1e-3);
  const double currents[] = {562.0, 526.9, 737.6, 667.3, 702.5, 667.3, 1018.6, 737.6};
  for (std::size_t p = 0; p < pd::populations; ++p) {
    EXPECT_NEAR(pd::constant_current(p, {.poisson_drive = false}), currents[p], 0.05);
    EXPECT_EQ(pd::constant_current(p, {.poisson_drive = true}), 0.0);
  }
}

// The mean and the variance of a neuron's input, were the others to fire at their published rates, stay as they are.
TEST(Microcircuit, KeepsTheInputWhenScaled) {
  for (const double scale : {0.05, 0.3, 1.0})
    for (const bool poisson : {false, true}) {
      const pd::Options options{.poisson_drive = poisson, .scale = scale};
      for (std::size_t target = 0; target < pd::populations; ++target) {
        double mean = pd::constant_current(target, options), full_mean = pd::mean_external_current(target);
        double variance = 0.0, full_variance = 0.0;
        if (poisson) mean += full_mean * std::sqrt(scale);
        for (std::size_t source = 0; source < pd::populations; ++source) {
          const double w = pd::weight(target, source, options).a, full_w = pd::full_weight(target, source);
          const double inputs =
              pd::published_rates[source] * pd::full_synapses(target, source) / pd::full_sizes[target];
          mean += w * inputs * scale * pd::tau_syn * 1e-3;
          full_mean += full_w * inputs * pd::tau_syn * 1e-3;
          variance += w * w * inputs * scale;
          full_variance += full_w * full_w * inputs;
        }
        EXPECT_NEAR(mean, full_mean, 1e-9 * std::abs(full_mean) + 1e-9);
        EXPECT_NEAR(variance, full_variance, 1e-9 * full_variance);
      }
    }
}

std::uint64_t spike_hash(const pd::Options& options, int threads) {
  const Network network = pd::describe(options).build(pd::build_options(options, threads));
  Simulation simulation(network, {.threads = threads});
  SpikeHash hash;
  simulation.attach(hash);
  simulation.run(Delay::from_ms(40.0));
  EXPECT_GT(hash.count(), options.poisson_drive ? 100u : 0u);  // a small network is quiet with a current
  return hash.value();
}

TEST(Microcircuit, GivesTheSameSpikesWhateverTheThreads) {
  for (const bool poisson : {false, true}) {
    const pd::Options options{.poisson_drive = poisson, .scale = 0.06, .continuous_delays = !poisson};
    const std::uint64_t expected = spike_hash(options, 1);
    for (const int threads : {2, 3, 8}) EXPECT_EQ(spike_hash(options, threads), expected) << threads;
  }
}

// A tenth of the network against a program of its own with steps of 0.1 ms, means of two runs of 5 s. (So small a
// network fires less than the full one: the corrections keep the mean and the variance of the input, not its
// fluctuations.)
TEST(Microcircuit, FiresAsInAGridSimulation) {
  constexpr pd::PerPopulation<double> grid{0.479, 2.112, 3.974, 4.976, 6.465, 7.799, 0.789, 7.000};
  const pd::Options options{.scale = 0.1};
  const Network network = pd::describe(options).build(pd::build_options(options, 1));
  Simulation simulation(network);
  simulation.run(Delay::from_ms(300.0));
  simulation.reset_counters();
  const double seconds = 1.0;
  simulation.run(Delay::from_ms(seconds * 1e3));
  for (std::uint32_t p = 0; p < pd::populations; ++p) {
    const double neurons = network.populations()[p].size;
    const double rate = static_cast<double>(simulation.counters(PopulationId{p}).spikes) / (neurons * seconds);
    // Rates fluctuate with the activity of the network too: three times what independent neurons would do, and 4 %.
    EXPECT_NEAR(rate, grid[p], 3.0 * std::sqrt(grid[p] / (neurons * seconds)) + 0.04 * grid[p]) << pd::names[p];
  }
}

}  // namespace
}  // namespace synop
