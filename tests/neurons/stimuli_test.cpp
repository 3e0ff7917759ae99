// Statistics of the stimuli that send spikes, through parrots that repeat what arrives.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>

#include <gtest/gtest.h>

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

using Trains = std::vector<std::vector<double>>;  // ms, per neuron

template <class Generator>
std::vector<Spike> spikes_of(const Generator& generator, std::uint32_t size, double end, int threads = 1,
                             double split = 0.0) {
  NetworkBuilder builder(3);
  const auto parrots = builder.add_population("parrots", size, ParrotNeuron{});
  builder.drive(parrots, generator, 1.0);
  const Network network = builder.build({.block_size = 4096});
  SimulationOptions options;
  options.threads = threads;
  Simulation simulation(network, options);
  SpikeRecorder recorder(parrots);
  simulation.attach(recorder);
  if (split > 0.0) {  // the state goes through a saved one
    simulation.run_until(Time::from_ms(split));
    simulation.load_state(simulation.save_state());
  }
  simulation.run_until(Time::from_ms(end));
  return {recorder.spikes().begin(), recorder.spikes().end()};
}

template <class Generator>
Trains trains_of(const Generator& generator, std::uint32_t size, double end) {
  Trains trains(size);
  for (const Spike& spike : spikes_of(generator, size, end)) trains[spike.neuron].push_back(spike.time.ms());
  return trains;
}

std::size_t total(const Trains& trains) {
  std::size_t n = 0;
  for (const auto& train : trains) n += train.size();
  return n;
}

// Spikes of all trains per bin.
std::vector<double> histogram(const Trains& trains, double end, std::size_t bins) {
  std::vector<double> count(bins);
  for (const auto& train : trains)
    for (const double t : train)
      ++count[std::min(bins - 1, static_cast<std::size_t>(t / end * static_cast<double>(bins)))];
  return count;
}

double covariance(const std::vector<double>& a, const std::vector<double>& b) {
  double x = 0.0, y = 0.0, xy = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) x += a[k], y += b[k], xy += a[k] * b[k];
  const auto n = static_cast<double>(a.size());
  return xy / n - x / n * y / n;
}

void expect_chi_square(const std::vector<double>& count, const std::vector<double>& expected) {
  double chi2 = 0.0, degrees = 0.0;
  for (std::size_t k = 0; k < count.size(); ++k) {
    if (expected[k] < 5.0) {
      EXPECT_LE(count[k], 5.0 + 5.0 * std::sqrt(expected[k])) << k;
      continue;
    }
    chi2 += (count[k] - expected[k]) * (count[k] - expected[k]) / expected[k], ++degrees;
  }
  EXPECT_LT(chi2, degrees + 4.0 * std::sqrt(2.0 * degrees));
  EXPECT_GT(chi2, degrees - 4.0 * std::sqrt(2.0 * degrees));
}

template <class Generator>
void expect_same_for_threads_and_splits(const Generator& generator) {
  const auto expected = spikes_of(generator, 9000, 60.0);
  EXPECT_GT(expected.size(), 5000u);
  for (const int threads : {2, 3, 8}) EXPECT_TRUE(spikes_of(generator, 9000, 60.0, threads) == expected) << threads;
  EXPECT_TRUE(spikes_of(generator, 9000, 60.0, 1, 33.3) == expected);
}

InhomogeneousPoissonGenerator steps() {
  InhomogeneousPoissonGenerator generator;
  generator.rate_times = {Time::from_ms(10), Time::from_ms(30), Time::from_ms(50), Time::from_ms(55)};
  generator.rate_values = {100.0, 400.0, 0.0, 50.0};
  return generator;
}

SinusoidalPoissonGenerator sine() {
  SinusoidalPoissonGenerator generator;
  generator.rate = 50.0, generator.amplitude = 50.0, generator.frequency = 25.0, generator.phase = 45.0;
  return generator;
}

GammaSupGenerator gamma_process(double shape, double n_proc) {
  GammaSupGenerator generator;
  generator.rate = 100.0, generator.gamma_shape = shape, generator.n_proc = n_proc;
  return generator;
}

MipGenerator mother(double p_copy) {
  MipGenerator generator;
  generator.rate = 200.0, generator.p_copy = p_copy;
  return generator;
}

PulsepacketGenerator packets() {
  PulsepacketGenerator generator;
  generator.pulse_times = {Time::from_ms(40), Time::from_ms(10)};
  generator.activity = 200.0, generator.sdev = 3.0;
  return generator;
}

TEST(Stimuli, DependNeitherOnThreadsNorOnSplits) {
  expect_same_for_threads_and_splits(steps());
  expect_same_for_threads_and_splits(sine());
  expect_same_for_threads_and_splits(gamma_process(3, 2));
  expect_same_for_threads_and_splits(mother(0.3));
  PulsepacketGenerator few = packets();
  few.activity = 5.0;
  expect_same_for_threads_and_splits(few);
}

TEST(Stimuli, KeepToTheirStartAndStop) {
  const auto check = [](auto generator) {
    generator.active = {Time::from_ms(12), Time::from_ms(34)};
    std::size_t n = 0;
    for (const Spike& spike : spikes_of(generator, 200, 80.0)) {
      ASSERT_TRUE(spike.time >= generator.active.start && spike.time < generator.active.stop);
      ++n;
    }
    EXPECT_GT(n, 50u);
  };
  check(steps());
  check(sine());
  check(gamma_process(3, 2));
  check(mother(0.3));
  check(packets());
}

TEST(InhomogeneousPoissonGenerator, HasTheRateOfEachPiece) {
  constexpr std::uint32_t size = 5000;
  const Trains trains = trains_of(steps(), size, 100.0);
  std::vector<double> expected(100);
  for (std::size_t ms = 0; ms < 100; ++ms)
    expected[ms] = size * 1e-3 * (ms < 10 ? 0.0 : ms < 30 ? 100.0 : ms < 50 ? 400.0 : ms < 55 ? 0.0 : 50.0);
  const std::vector<double> count = histogram(trains, 100.0, 100);
  expect_chi_square(count, expected);
  for (const std::size_t silent : {0u, 9u, 50u, 54u}) EXPECT_EQ(count[silent], 0.0) << silent;
}

// Rescaled by the integral of the rate, intervals are exponential (Kolmogorov-Smirnov).
TEST(InhomogeneousPoissonGenerator, IsPoissonInRescaledTime) {
  InhomogeneousPoissonGenerator generator;
  for (int k = 0; k < 10'000; ++k) {
    generator.rate_times.push_back(Time::from_ms(7.0 * k));
    generator.rate_values.push_back(k % 3 == 0 ? 400.0 : k % 3 == 1 ? 20.0 : 0.0);
  }
  const auto integral = [](double ms) {  // of the rate until then
    const double pieces = std::floor(ms / 7.0), rest = ms - 7.0 * pieces;
    const auto third = static_cast<int>(pieces) % 3;
    return 1e-3 * (7.0 * 420.0 * std::floor(pieces / 3.0) +
                   (third == 0 ? 400.0 * rest : 2800.0 + (third == 1 ? 20.0 * rest : 140.0)));
  };
  const Trains trains = trains_of(generator, 1, 69'990.0);
  std::vector<double> u;
  for (std::size_t k = 1; k < trains[0].size(); ++k)
    u.push_back(-std::expm1(integral(trains[0][k - 1]) - integral(trains[0][k])));
  std::sort(u.begin(), u.end());
  const auto n = static_cast<double>(u.size());
  EXPECT_GT(n, 9000.0);
  double d = 0.0;
  for (std::size_t k = 0; k < u.size(); ++k)
    d = std::max({d, u[k] - static_cast<double>(k) / n, static_cast<double>(k + 1) / n - u[k]});
  EXPECT_LT(d * std::sqrt(n), 1.95) << "p < 0.001";
}

TEST(SinusoidalPoissonGenerator, HasTheRateOfItsPhase) {
  constexpr std::uint32_t size = 2000;
  for (const double amplitude : {50.0, 20.0, -30.0}) {
    SinusoidalPoissonGenerator generator = sine();
    generator.amplitude = amplitude;
    constexpr double period = 40.0;
    Trains trains = trains_of(generator, size, 400.0);
    for (auto& train : trains)
      for (double& t : train) t = std::fmod(t, period);
    std::vector<double> expected(40);
    for (std::size_t k = 0; k < 40; ++k) {  // the integral over a bin
      const auto primitive = [&](double t) {
        const double w = 2.0 * std::numbers::pi / period;
        return 50.0 * t - amplitude / w * std::cos(w * t + std::numbers::pi / 4.0);
      };
      expected[k] = size * 10.0 * 1e-3 * (primitive(static_cast<double>(k) + 1.0) - primitive(static_cast<double>(k)));
    }
    expect_chi_square(histogram(trains, period, 40), expected);
  }
}

TEST(SinusoidalPoissonGenerator, CutsNegativeRatesOff) {
  SinusoidalPoissonGenerator generator = sine();
  generator.amplitude = 500.0, generator.phase = 0.0;
  for (const auto& train : trains_of(generator, 300, 400.0))
    for (const double t : train) ASSERT_GT(50.0 + 500.0 * std::sin(2.0 * std::numbers::pi * t / 40.0), -1e-9);
  generator.frequency = 0.0, generator.phase = -90.0;  // for ever below 0
  EXPECT_EQ(total(trains_of(generator, 3, 100.0)), 0u);
}

TEST(SinusoidalPoissonGenerator, HasASineOfItsOwn) {
  for (double turns = -3.0; turns <= 3.0; turns += 0.001)
    ASSERT_NEAR(detail::sine_of_turns(turns), std::sin(2.0 * std::numbers::pi * turns), 4e-15) << turns;
}

TEST(GammaSupGenerator, HasTheRegularityOfItsShape) {
  for (const double shape : {1.0, 2.0, 5.0, 16.0}) {
    const Trains trains = trains_of(gamma_process(shape, 1), 400, 2000.0);
    double n = 0, sum = 0, squares = 0;
    for (const auto& train : trains)
      for (std::size_t k = 1; k < train.size(); ++k) {
        const double interval = train[k] - train[k - 1];
        ++n, sum += interval, squares += interval * interval;
      }
    const double mean = sum / n, cv = std::sqrt(squares / n - mean * mean) / mean;
    EXPECT_NEAR(mean, 10.0, 0.15) << shape;
    EXPECT_NEAR(cv, 1.0 / std::sqrt(shape), 0.012) << shape;
  }
}

// From the beginning: the expected rate does not depend on time, since processes start in equilibrium.
TEST(GammaSupGenerator, StartsInEquilibrium) {
  const Trains trains = trains_of(gamma_process(16, 2), 5000, 40.0);
  const std::vector<double> count = histogram(trains, 40.0, 40);
  for (const double n : count) EXPECT_NEAR(n, 1000.0, 4.5 * std::sqrt(1000.0));
  double sum = 0.0;
  for (const double n : count) sum += n;
  EXPECT_NEAR(sum, 40'000.0, 4.5 * std::sqrt(40'000.0));
}

// Many processes together are nearly Poisson: the Fano factor of counts over times below the interval of one.
TEST(GammaSupGenerator, SuperposesIndependentProcesses) {
  const Trains trains = trains_of(gamma_process(5, 50), 2000, 2.0);
  double sum = 0.0, squares = 0.0;
  for (const auto& train : trains)
    sum += static_cast<double>(train.size()), squares += static_cast<double>(train.size() * train.size());
  const double mean = sum / 2000.0;
  EXPECT_NEAR(mean, 10.0, 0.35);
  EXPECT_LT(squares / 2000.0 - mean * mean, 0.95 * mean + 1.0);
}

TEST(MipGenerator, CopiesWithTheirProbability) {
  for (const double p : {0.1, 0.5, 1.0}) {
    constexpr double end = 20'000.0;
    const Trains trains = trains_of(mother(p), 12, end);
    std::vector<std::vector<double>> counts;
    for (const auto& train : trains) {
      EXPECT_NEAR(static_cast<double>(train.size()), 200.0 * p * 20.0, 4.5 * std::sqrt(200.0 * p * 20.0));
      counts.push_back(histogram({train}, end, 4000));
    }
    double correlation = 0.0;
    for (std::size_t a = 0; a < 12; ++a)
      for (std::size_t b = 0; b < a; ++b)
        correlation += covariance(counts[a], counts[b]) /
                       std::sqrt(covariance(counts[a], counts[a]) * covariance(counts[b], counts[b])) / 66.0;
    EXPECT_NEAR(correlation, p, 0.02) << p;
  }
}

TEST(MipGenerator, HasOneMotherForAllBlocks) {
  for (const Spike& spike : spikes_of(mother(1.0), 5000, 20.0)) ASSERT_LT(spike.neuron, 5000u);
  const Trains trains = trains_of(mother(1.0), 5000, 20.0);
  EXPECT_FALSE(trains[0].empty());
  for (const auto& train : trains) ASSERT_EQ(train, trains[0]);
}

TEST(PulsepacketGenerator, GivesAllTargetsTheSameNormalPackets) {
  PulsepacketGenerator generator = packets();
  generator.activity = 2000.0;
  generator.pulse_times = {Time::from_ms(100)};
  const Trains trains = trains_of(generator, 3, 200.0);
  EXPECT_EQ(trains[0].size(), 2000u);
  EXPECT_EQ(trains[1], trains[0]);
  EXPECT_EQ(trains[2], trains[0]);
  std::vector<double> t = trains[0];
  std::sort(t.begin(), t.end());
  double d = 0.0;
  for (std::size_t k = 0; k < t.size(); ++k) {
    const double p = 0.5 * std::erfc(-(t[k] - 100.0) / 3.0 / std::sqrt(2.0));
    d = std::max({d, p - static_cast<double>(k) / 2000.0, static_cast<double>(k + 1) / 2000.0 - p});
  }
  EXPECT_LT(d * std::sqrt(2000.0), 1.95);
}

TEST(Stimuli, RefuseWrongParameters) {
  InhomogeneousPoissonGenerator rates = steps();
  rates.rate_values.pop_back();
  EXPECT_THROW(rates.validate(), Error);
  rates = steps();
  std::swap(rates.rate_times[0], rates.rate_times[1]);
  EXPECT_THROW(rates.validate(), Error);
  EXPECT_THROW(gamma_process(2.5, 1).validate(), Error);
  EXPECT_THROW(gamma_process(0, 1).validate(), Error);
  EXPECT_THROW(mother(1.5).validate(), Error);
  PulsepacketGenerator pulses = packets();
  pulses.activity = 0.5;
  EXPECT_THROW(pulses.validate(), Error);
  pulses = packets();
  pulses.active = {Time::from_ms(5), Time::from_ms(4)};
  EXPECT_THROW(pulses.validate(), Error);
}

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
