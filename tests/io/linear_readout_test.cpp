#include "synop/io/tasks/linear_readout.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "synop/core/archive.hpp"
#include "synop/io/tasks/readout.hpp"

namespace synop {
namespace {

using Counts = std::vector<std::uint32_t>;

// Populations of neurons with independent Poisson counts of given means per class.
struct PoissonCounts {
  std::vector<std::vector<double>> mean;  // [class][neuron]
  std::mt19937 random{3};

  Counts draw(std::size_t c) {
    Counts counts;
    for (const double m : mean[c]) counts.push_back(std::poisson_distribution<std::uint32_t>(m)(random));
    return counts;
  }
  // The most likely class; linear in the counts. No classifier is better.
  int most_likely(const Counts& counts) const {
    std::vector<double> score;
    for (const std::vector<double>& m : mean) {
      score.push_back(0.0);
      for (std::size_t i = 0; i < m.size(); ++i) score.back() += counts[i] * std::log(m[i]) - m[i];
    }
    return static_cast<int>(std::max_element(score.begin(), score.end()) - score.begin());
  }
};

PoissonCounts overlapping_classes() {
  PoissonCounts source;
  std::mt19937 random(7);
  std::uniform_real_distribution<double> mean(0.05, 1.5);
  source.mean.assign(4, std::vector<double>(30));
  for (auto& means : source.mean)
    for (double& m : means) m = mean(random);
  return source;
}

TEST(LinearReadout, IsAboutAsGoodAsTheBestPossibleClassifierOfPoissonCounts) {
  PoissonCounts source = overlapping_classes();
  LinearReadout linear(30, 4);
  MaxMeanRateReadout vote(30, 4);
  for (int k = 0; k < 8000; ++k) {
    const Counts counts = source.draw(k % 4);
    linear.observe(counts, k % 4);
    vote.observe(counts, k % 4);
  }
  linear.train(1);
  vote.assign();
  int right = 0, best = 0, voted = 0;
  for (int k = 0; k < 8000; ++k) {
    const Counts counts = source.draw(k % 4);
    right += linear.classify(counts) == k % 4;
    best += source.most_likely(counts) == k % 4;
    voted += vote.classify(counts) == k % 4;
  }
  EXPECT_GT(best, 7000);  // a task that can be done ...
  EXPECT_LT(best, 7950);  // ... and not without errors
  EXPECT_GT(right, best - 120);
  EXPECT_LE(right, best + 40);
  EXPECT_GT(right, voted);
}

TEST(LinearReadout, HasNoAnswerToSilence) {
  LinearReadout linear(2, 3);
  linear.observe(Counts{1, 0}, 2);
  linear.observe(Counts{0, 1}, 1);
  linear.train(1);
  EXPECT_EQ(linear.classify(Counts{0, 0}), -1);
  EXPECT_EQ(linear.classify(Counts{3, 0}), 2);
  EXPECT_EQ(linear.classify(Counts{0, 2}), 1);
}

TEST(LinearReadout, IsTheSameAfterItHasBeenSavedBetweenObservations) {
  PoissonCounts source = overlapping_classes();
  std::vector<Counts> samples;
  for (std::size_t k = 0; k < 400; ++k) samples.push_back(source.draw(k % 4));
  LinearReadout whole(30, 4), first(30, 4), second;
  for (std::size_t k = 0; k < 400; ++k) {
    whole.observe(samples[k], static_cast<int>(k % 4));
    if (k < 150) first.observe(samples[k], static_cast<int>(k % 4));
  }
  StateWriter writer;
  writer(first);
  const std::vector<std::byte> bytes = writer.take();
  StateReader reader(bytes);
  reader(second);
  for (std::size_t k = 150; k < 400; ++k) second.observe(samples[k], static_cast<int>(k % 4));
  whole.train(5);
  second.train(5);
  StateWriter of_whole, of_second;
  of_whole(whole);
  of_second(second);
  EXPECT_EQ(of_whole.take(), of_second.take());
}

}  // namespace
}  // namespace synop
