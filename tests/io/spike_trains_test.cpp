#include "synop/io/statistics/spike_trains.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "synop/core/random.hpp"

namespace synop {
namespace {

using namespace literals;

Spike at(double ms, std::uint32_t neuron) {
  return {Time::from_ms(ms), neuron};
}

void sort(std::vector<Spike>& spikes) {
  std::sort(spikes.begin(), spikes.end(), [](const Spike& a, const Spike& b) { return a.time < b.time; });
}

// Intervals are sums of `order` exponentials: CV 1 / sqrt(order).
std::vector<Spike> gamma_trains(std::uint32_t neurons, double mean_ms, int order, double end_ms) {
  std::vector<Spike> spikes;
  for (std::uint32_t i = 0; i < neurons; ++i) {
    RandomStream random(3, Purpose::task, i);
    for (double t = 0.0;;) {
      for (int k = 0; k < order; ++k) t += random.exponential() * mean_ms / order;
      if (t >= end_ms) break;
      spikes.push_back(at(t, i));
    }
  }
  sort(spikes);
  return spikes;
}

// Pair by pair, as the textbook has it.
double slow_correlation(const std::vector<Spike>& spikes, std::uint32_t neurons, double start, std::size_t bins,
                        double bin) {
  std::vector<std::vector<double>> counts(neurons, std::vector<double>(bins));
  for (const Spike& s : spikes) {
    const double b = std::floor((s.time.ms() - start) / bin);
    if (b >= 0.0 && b < static_cast<double>(bins) && s.neuron < neurons)
      ++counts[s.neuron][static_cast<std::size_t>(b)];
  }
  double sum = 0.0, pairs = 0.0;
  for (std::uint32_t i = 0; i < neurons; ++i)
    for (std::uint32_t j = 0; j < i; ++j) {
      double mi = 0.0, mj = 0.0, ii = 0.0, jj = 0.0, ij = 0.0;
      for (std::size_t b = 0; b < bins; ++b)
        mi += counts[i][b] / static_cast<double>(bins), mj += counts[j][b] / static_cast<double>(bins);
      for (std::size_t b = 0; b < bins; ++b) {
        ii += (counts[i][b] - mi) * (counts[i][b] - mi);
        jj += (counts[j][b] - mj) * (counts[j][b] - mj);
        ij += (counts[i][b] - mi) * (counts[j][b] - mj);
      }
      if (ii > 0.0 && jj > 0.0) sum += ij / std::sqrt(ii * jj), ++pairs;
    }
  return sum / pairs;
}

TEST(SpikeTrains, RateCountsSpikesPerSecondAndNeuron) {
  const std::vector<Spike> spikes{at(100.0, 0), at(101.0, 1), at(350.0, 0)};
  EXPECT_DOUBLE_EQ(mean_rate(spikes, 4, 500_ms), 1.5);
  EXPECT_EQ(mean_rate({}, 4, 500_ms), 0.0);
}

TEST(SpikeTrains, CvIsThatOfKnownIntervals) {
  // Neuron 0: a clock. Neuron 1: intervals 1 and 3, mean 2, deviation 1. Neuron 2: one interval. Neuron 3: silent.
  const std::vector<Spike> spikes{at(1.0, 0), at(2.0, 0), at(2.5, 1), at(3.0, 0),
                                  at(3.5, 1), at(5.0, 2), at(6.5, 1), at(9.0, 2)};
  const IntervalCv cv = interval_cv(spikes, 4);
  EXPECT_EQ(cv.neurons, 2u);
  EXPECT_NEAR(cv.mean, (0.0 + 0.5) / 2.0, 1e-12);
  EXPECT_EQ(interval_cv(spikes, 4, 2).neurons, 3u);
  EXPECT_EQ(interval_cv(spikes, 4, 4).neurons, 0u);
  EXPECT_TRUE(std::isnan(interval_cv(spikes, 4, 4).mean));
}

TEST(SpikeTrains, CvTellsPoissonFromGammaProcesses) {
  for (const int order : {1, 2, 4, 9}) {
    const IntervalCv cv = interval_cv(gamma_trains(400, 10.0, order, 10'000.0), 400);
    EXPECT_EQ(cv.neurons, 400u);
    EXPECT_NEAR(cv.mean, 1.0 / std::sqrt(order), 0.004) << order;
  }
}

TEST(SpikeTrains, CorrelationIsThatOfAllPairs) {
  std::vector<Spike> spikes = gamma_trains(20, 8.0, 1, 400.0);
  for (int i = 0; i < 30; ++i)  // spikes that several neurons share
    for (std::uint32_t n = 0; n < 12; n += 1 + static_cast<std::uint32_t>(i) % 3)
      spikes.push_back(at(10.0 + 12.3 * i, n));
  sort(spikes);
  const Correlation all = pairwise_correlation(spikes, 20, Time{}, 400_ms, 2_ms);
  EXPECT_EQ(all.neurons, 20u);
  EXPECT_GT(all.mean, 0.03);
  EXPECT_NEAR(all.mean, slow_correlation(spikes, 20, 0.0, 200, 2.0), 1e-12);
  const Correlation part =
      pairwise_correlation(spikes, 12, Time::from_ms(50.0), 101_ms, 5_ms);  // the last bin is not whole
  EXPECT_NEAR(part.mean, slow_correlation(spikes, 12, 50.0, 20, 5.0), 1e-12);
}

TEST(SpikeTrains, CorrelationKnowsTheExtremes) {
  const std::vector<Spike> together{at(1.0, 0), at(1.5, 1), at(7.0, 0), at(7.9, 1)};
  EXPECT_NEAR(pairwise_correlation(together, 2, Time{}, 20_ms, 2_ms).mean, 1.0, 1e-12);
  const std::vector<Spike> apart{at(1.0, 0), at(3.0, 1)};
  EXPECT_NEAR(pairwise_correlation(apart, 2, Time{}, 4_ms, 2_ms).mean, -1.0, 1e-12);
  const std::vector<Spike> constant{at(1.0, 0), at(1.0, 1), at(3.0, 0)};  // neuron 0 has one in every bin, 2 none
  const Correlation few = pairwise_correlation(constant, 3, Time{}, 4_ms, 2_ms);
  EXPECT_EQ(few.neurons, 1u);
  EXPECT_TRUE(std::isnan(few.mean));
  EXPECT_TRUE(std::isnan(pairwise_correlation({}, 3, Time{}, 4_ms, 2_ms).mean));
}

TEST(SpikeTrains, IndependentTrainsAreNotCorrelated) {
  const Correlation c = pairwise_correlation(gamma_trains(250, 20.0, 1, 10'000.0), 250, Time{}, 10'000_ms, 2_ms);
  EXPECT_NEAR(c.mean, 0.0, 4.0 * std::sqrt(2.0 / (250.0 * 249.0) / 5000.0));
}

TEST(SpikeTrains, SynchronyIsVarianceOverMeanOfThePopulation) {
  // Bins of 2 ms: 3, 0, 1, 0 spikes of neurons 0 and 1; mean 1, variance 1.5.
  const std::vector<Spike> spikes{at(0.0, 0), at(0.5, 1), at(1.9, 0), at(2.5, 2), at(4.0, 1), at(8.5, 0)};
  EXPECT_NEAR(synchrony(spikes, 2, Time{}, 9_ms, 2_ms), 1.5, 1e-12);
  EXPECT_TRUE(std::isnan(synchrony({}, 2, Time{}, 9_ms, 2_ms)));
  EXPECT_NEAR(synchrony(gamma_trains(200, 20.0, 1, 30'000.0), 200, Time{}, 30'000_ms, 3_ms), 1.0,
              4.0 * std::sqrt(2.0 / 1e4));
}

}  // namespace
}  // namespace synop
