// Stimuli that send next to nothing: neither candidates nor mothers without a spike are drawn one by one.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>

#include <gtest/gtest.h>

#include "neurons/stimulus_trains.hpp"
#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/detail/sine.hpp"
#include "synop/neurons/gamma_sup_generator.hpp"
#include "synop/neurons/inhomogeneous_poisson_generator.hpp"
#include "synop/neurons/mip_generator.hpp"
#include "synop/neurons/parrot_neuron.hpp"
#include "synop/neurons/pulsepacket_generator.hpp"
#include "synop/neurons/sinusoidal_poisson_generator.hpp"

namespace synop {
namespace {

using namespace test;

// The events of one stream before `end`, in ms.
DriveEvents events_of(DriveStream& stream, double end) {
  DriveEvents all, some;
  for (stream.generate(some); !some.empty() && some.times.front() < Time::from_ms(end); stream.generate(some))
    for (std::size_t i = 0; i < some.size(); ++i)
      if (some.times[i] < Time::from_ms(end)) all.times.push_back(some.times[i]), all.targets.push_back(some.targets[i]);
  return all;
}

// 500 s of rate 0, in which thinning would draw 5e14 candidates. Then the rate grows as k t, and the first event comes after
// t with the probability exp(-k t^2 / 2).
TEST(SinusoidalPoissonGenerator, PassesOverTheTimeWithoutRate) {
  SinusoidalPoissonGenerator generator;
  generator.amplitude = 1e9, generator.frequency = 1e-3, generator.phase = 180.0;
  constexpr std::uint32_t neurons = 1000;
  const auto stream = generator.make_stream(5, 0, 0, neurons);
  const double k = 1e9 * neurons * 2.0 * std::numbers::pi * 1e-3;  // 1/s^2
  double sum = 0.0, squares = 0.0;
  constexpr int trials = 400;
  DriveEvents events;
  for (int trial = 0; trial < trials; ++trial) {
    stream->restart(static_cast<std::uint64_t>(trial));
    stream->generate(events);
    ASSERT_FALSE(events.empty());
    const double t = (events.times.front().ms() - 500e3) * 1e-3;
    ASSERT_GE(t, 0.0);
    sum += t, squares += t * t;
  }
  const double mean = std::sqrt(std::numbers::pi / (2.0 * k)), variance = (2.0 - std::numbers::pi / 2.0) / k;
  EXPECT_NEAR(sum / trials, mean, 4.0 * std::sqrt(variance / trials));
  EXPECT_NEAR(squares / trials, 2.0 / k, 4.0 * (2.0 / k) / std::sqrt(trials));
}

// 10^6 candidates in each half period without rate, so every period goes both ways; the counts are the integral of the rate.
TEST(SinusoidalPoissonGenerator, HasItsRateBehindTheTimeWithout) {
  SinusoidalPoissonGenerator generator;
  generator.amplitude = 1e5, generator.frequency = 50.0;
  constexpr std::uint32_t neurons = 1000;
  const auto stream = generator.make_stream(5, 0, 0, neurons);
  const DriveEvents events = events_of(*stream, 40.0);
  constexpr std::size_t bins = 80;
  std::vector<double> count(bins), expected(bins), of_neuron(10), each(10, static_cast<double>(events.size()) / 10.0);
  for (std::size_t i = 0; i < events.size(); ++i) ++count[static_cast<std::size_t>(events.times[i].ms() / 40.0 * bins)], ++of_neuron[events.targets[i] / 100];
  for (std::size_t k = 0; k < bins; ++k) {
    const auto turns = [&](std::size_t edge) { return std::min(0.5, std::fmod(static_cast<double>(edge) / 40.0, 1.0)); };
    if (k % 40 < 20)
      expected[k] = 1e5 * neurons / (2.0 * std::numbers::pi * 50.0) *
                    (std::cos(2.0 * std::numbers::pi * turns(k)) - std::cos(2.0 * std::numbers::pi * (turns(k) + 1.0 / 40.0)));
  }
  expect_chi_square(count, expected);
  expect_chi_square(of_neuron, each);
}

TEST(SinusoidalPoissonGenerator, EndsWhereItsRateStaysZero) {
  SinusoidalPoissonGenerator generator;
  generator.amplitude = 1e9, generator.phase = 180.0;
  DriveEvents events;
  for (const double frequency : {1e-9, 1e-300, 5e-324}) {
    generator.frequency = frequency;
    generator.make_stream(1, 0, 0, 4096)->generate(events);
    EXPECT_TRUE(events.empty()) << frequency;
  }
}

// One mother spike in 300 is copied, to one or more of 100 targets in two groups that share the mother.
TEST(MipGenerator, DrawsRareCopiesDirectly) {
  constexpr std::uint32_t targets = 100, first_group = 37;
  constexpr double p = 3e-5, seconds = 4.0;
  MipGenerator generator;
  generator.rate = 2e7, generator.p_copy = p;
  generator.settle({1000, targets});
  const auto a = generator.make_stream(7, 0, 900, first_group), b = generator.make_stream(7, 0, 1000 + first_group, targets - first_group);
  std::map<Time, std::vector<std::uint32_t>> mothers;
  std::vector<double> of_target(targets);
  const DriveEvents in_a = events_of(*a, seconds * 1e3), in_b = events_of(*b, seconds * 1e3);
  for (std::size_t i = 0; i < in_a.size(); ++i) mothers[in_a.times[i]].push_back(in_a.targets[i]), ++of_target[in_a.targets[i]];
  for (std::size_t i = 0; i < in_b.size(); ++i) mothers[in_b.times[i]].push_back(first_group + in_b.targets[i]), ++of_target[first_group + in_b.targets[i]];
  const double q = 1.0 - std::pow(1.0 - p, targets), expected = 2e7 * seconds * q;
  EXPECT_NEAR(static_cast<double>(mothers.size()), expected, 4.0 * std::sqrt(expected));
  std::vector<double> copies(3), binomial{expected / q * targets * p * std::pow(1.0 - p, targets - 1), 0.0, 0.0};
  binomial[1] = expected / q * targets * (targets - 1) / 2.0 * p * p * std::pow(1.0 - p, targets - 2);
  double both = 0.0;
  for (const auto& [time, of] : mothers) {
    ++copies[std::min<std::size_t>(of.size(), 3) - 1];
    ASSERT_TRUE(std::adjacent_find(of.begin(), of.end(), std::greater_equal()) == of.end()) << time.ms();
    both += of.front() < first_group && of.back() >= first_group ? 1.0 : 0.0;
  }
  EXPECT_NEAR(copies[0], binomial[0], 4.0 * std::sqrt(binomial[0]));
  EXPECT_NEAR(copies[1], binomial[1], 4.0 * std::sqrt(binomial[1]));
  EXPECT_NEAR(both, expected / q * p * p * first_group * (targets - first_group), 5.0 * std::sqrt(binomial[1]));
  expect_chi_square(of_target, std::vector<double>(targets, 2e7 * seconds * p));
}

// 10^12 mother spikes for each copy.
TEST(MipGenerator, DoesNotWaitForMothersWithoutCopies) {
  MipGenerator generator;
  generator.rate = 1e9, generator.p_copy = 1e-13;
  const auto spikes = spikes_of(generator, 10'000, 60e3, 2);
  EXPECT_NEAR(static_cast<double>(spikes.size()), 60.0, 32.0);
  generator.p_copy = 1e-300;
  EXPECT_TRUE(spikes_of(generator, 10'000, 60e3).empty());
}

TEST(Stimuli, OfRareSpikesDependNeitherOnThreadsNorOnSplits) {
  MipGenerator rare;
  rare.rate = 1e8, rare.p_copy = 1e-6;
  expect_same_for_threads_and_splits(rare);
  SinusoidalPoissonGenerator late = sine();
  late.rate = 0.0, late.amplitude = 3e4, late.frequency = 10.0, late.phase = 180.0, late.active.stop = Time::from_ms(52.0);
  expect_same_for_threads_and_splits(late);
}

}  // namespace
}  // namespace synop
