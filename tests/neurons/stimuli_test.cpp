// Statistics of the stimuli that send spikes, through parrots that repeat what arrives.
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
}  // namespace
}  // namespace synop
