// fixed_outdegree, symmetric_pairwise_bernoulli and pairwise_poisson.
#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "support/connections.hpp"
#include "synop/core/error.hpp"
#include "synop/synapses/connect/fixed_outdegree.hpp"
#include "synop/synapses/connect/pairwise_poisson.hpp"
#include "synop/synapses/connect/symmetric_pairwise_bernoulli.hpp"

namespace synop {
namespace {

using namespace test;

constexpr std::uint32_t many = 9000;  // three blocks where each has at most 4096 neurons

template <class Rule>
void expect_same_for_threads_and_blocks(const Rule& rule) {
  const auto drawn = [&](int threads, std::uint32_t block) {
    return synapses_between(rule, many, {.weight = normal(0, 1), .delay = uniform(0.5, 2.0)},
                            {.threads = threads, .block_size = block});
  };
  const Synapses expected = drawn(1, many);
  EXPECT_GT(expected.size(), 10'000u);
  for (const int threads : {1, 2, 3, 8}) EXPECT_TRUE(drawn(threads, 4096) == expected) << threads;
}

TEST(BlockwiseRules, DependNeitherOnThreadsNorOnBlocks) {
  expect_same_for_threads_and_blocks(FixedOutdegree(10));
  expect_same_for_threads_and_blocks(FixedOutdegree(10, false, false));
  expect_same_for_threads_and_blocks(SymmetricPairwiseBernoulli(0.001));
  expect_same_for_threads_and_blocks(PairwisePoisson(0.001));
}

TEST(FixedOutdegree, GivesEverySourceItsOutdegree) {
  for (const std::uint32_t outdegree : {0u, 1u, 24u, 25u, 48u, 49u})
    for (const bool autapses : {false, true})
      for (const bool multapses : {false, true}) {
        const Pairs pairs = pairs_between(FixedOutdegree(outdegree, autapses, multapses), 50);
        std::map<std::uint32_t, std::uint32_t> degree;
        for (const auto& [source, target] : pairs) {
          ++degree[source];
          if (!autapses) {
            EXPECT_NE(source, target);
          }
        }
        EXPECT_EQ(pairs.size(), 50u * outdegree);
        for (const auto& [source, n] : degree) EXPECT_EQ(n, outdegree) << source;
        if (!multapses) {
          EXPECT_EQ(std::set(pairs.begin(), pairs.end()).size(), pairs.size());
        }
      }
}

// Without an autapse the other targets are equally probable; in-degrees are binomial.
TEST(FixedOutdegree, DrawsTargetsUniformly) {
  const ConnectionContext context{
      .sources = 5000, .targets = 100, .seed = 3, .same_population = true, .autapse_shift = -10};
  for (const bool multapses : {false, true})
    for (const std::uint32_t outdegree : {20u, 80u}) {
      std::vector<double> count(100);
      FixedOutdegree(outdegree, true, multapses).pairs_of(context, 0, 100, [&](auto pairs) {
        for (const auto& pair : pairs) ++count[pair.target];
      });
      double chi2 = 0.0;
      const double mean = 50.0 * outdegree;
      const double spread = multapses ? 1.0 : 1.0 - outdegree / 100.0;  // of sampling without replacement
      for (const double n : count) chi2 += (n - mean) * (n - mean) / (mean * spread);
      EXPECT_LT(chi2, 160.0);  // 99 degrees of freedom: p < 1e-4
      EXPECT_GT(chi2, 45.0);
    }
}

TEST(FixedOutdegree, HasTheSameRowsProceduralAndStored) {
  const ConnectionContext context{
      .sources = 30, .targets = 400, .seed = 3, .same_population = true, .autapse_shift = 7};
  for (const bool flags : {false, true}) {
    const FixedOutdegree rule(90, flags, flags);
    std::multiset<std::pair<std::uint32_t, std::uint32_t>> rows, pairs;
    for (std::uint32_t source = 0; source < context.sources; ++source)
      for (const auto& [first, end] : {std::pair(0u, 130u), std::pair(130u, 400u)}) {
        std::vector<std::uint32_t> row;
        rule.targets_of(context, source, first, end, row);
        EXPECT_TRUE(std::is_sorted(row.begin(), row.end()));
        for (const std::uint32_t target : row) rows.emplace(source, target);
      }
    for (std::uint32_t target = 0; target < context.targets; ++target) {
      std::vector<std::uint32_t> sources;
      rule.sources_of(context, target, sources);
      for (const std::uint32_t source : sources) pairs.emplace(source, target);
    }
    EXPECT_EQ(rows.size(), 30u * 90u);
    EXPECT_EQ(rows, pairs);
  }
}

TEST(FixedOutdegree, RefusesMoreTargetsThanThereAre) {
  EXPECT_THROW(pairs_between(FixedOutdegree(50, false, false), 50), Error);
  EXPECT_THROW(pairs_between(FixedOutdegree(51, true, false), 50), Error);
  EXPECT_EQ(pairs_between(FixedOutdegree(51), 50).size(), 51u * 50u);
  EXPECT_THROW(pairs_between(FixedOutdegree(1, false), 1), Error);
}

TEST(SymmetricPairwiseBernoulli, ConnectsBothWaysOrNot) {
  for (const double p : {0.0, 0.001, 0.3, 1.0}) {
    const std::uint32_t n = p < 0.1 ? 6000 : 500;  // more than one tile
    const Pairs pairs = pairs_between(SymmetricPairwiseBernoulli(p), n);
    const std::set<std::pair<std::uint32_t, std::uint32_t>> set(pairs.begin(), pairs.end());
    EXPECT_EQ(set.size(), pairs.size()) << "no multapses";
    for (const auto& [source, target] : set) {
      ASSERT_NE(source, target);
      ASSERT_TRUE(set.contains({target, source}));
    }
    const double mean = p * n * (n - 1.0) / 2.0;
    EXPECT_NEAR(static_cast<double>(set.size()) / 2.0, mean, 4.5 * std::sqrt(mean * (1.0 - p)) + 1e-9) << p;
  }
}

// How often each distance j - i of the indices is drawn: in proportion to how many pairs have it.
TEST(SymmetricPairwiseBernoulli, DrawsPairsUniformly) {
  constexpr std::uint32_t n = 9000, bins = 90;
  std::vector<double> count(bins), expected(bins);
  for (std::uint32_t d = 1; d < n; ++d) expected[d / (n / bins)] += 2.0 * (n - d) * 0.002;
  for (const auto& [source, target] : pairs_between(SymmetricPairwiseBernoulli(0.002), n))
    ++count[(source > target ? source - target : target - source) / (n / bins)];
  double chi2 = 0.0;
  for (std::uint32_t b = 0; b < bins; ++b)  // pairs count twice, so do deviations
    chi2 += (count[b] - expected[b]) * (count[b] - expected[b]) / (2.0 * expected[b]);
  EXPECT_LT(chi2, 148.0);  // 90 degrees of freedom: p < 1e-4
  EXPECT_GT(chi2, 48.0);
}

TEST(SymmetricPairwiseBernoulli, RefusesDifferentNeurons) {
  EXPECT_THROW(pairs_between(SymmetricPairwiseBernoulli(0.1), 20, Slice{0, 10}, Slice{10, 10}), Error);
  EXPECT_THROW(pairs_between(SymmetricPairwiseBernoulli(0.1), 20, Slice{0, 10}), Error);
  EXPECT_NO_THROW(pairs_between(SymmetricPairwiseBernoulli(0.1), 20, Slice{5, 10}, Slice{5, 10}));
  EXPECT_THROW(pairs_between(SymmetricPairwiseBernoulli(1.1), 20), Error);
}

// Numbers of synapses per pair: mean and variance of a Poisson distribution, and no autapse where none is allowed.
TEST(PairwisePoisson, GivesEveryPairAPoissonNumber) {
  for (const double mean : {0.01, 0.7, 5.0})
    for (const bool autapses : {false, true}) {
      constexpr std::uint32_t n = 200;
      std::map<std::pair<std::uint32_t, std::uint32_t>, double> count;
      for (const auto& pair : pairs_between(PairwisePoisson(mean, autapses), n)) ++count[pair];
      double sum = 0.0, squares = 0.0;
      for (const auto& [pair, k] : count) {
        if (!autapses) {
          ASSERT_NE(pair.first, pair.second);
        }
        sum += k, squares += k * k;
      }
      const double pairs = n * (autapses ? n : n - 1.0);
      EXPECT_NEAR(sum / pairs, mean, 4.5 * std::sqrt(mean / pairs));
      const double variance = squares / pairs - (sum / pairs) * (sum / pairs);
      EXPECT_NEAR(variance / (sum / pairs), 1.0, 4.5 * std::sqrt((2.0 + 1.0 / mean) / pairs));
    }
}

TEST(PairwisePoisson, HasRowsOfTheSameDistribution) {
  const ConnectionContext context{.sources = 300, .targets = 400, .seed = 3, .same_population = true};
  const PairwisePoisson rule(0.5, false);
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> count;
  for (std::uint32_t source = 0; source < context.sources; ++source) {
    std::vector<std::uint32_t> row;
    rule.targets_of(context, source, 100, 400, row);
    EXPECT_TRUE(std::is_sorted(row.begin(), row.end()));
    for (const std::uint32_t target : row) {
      ASSERT_TRUE(target >= 100 && target < 400 && target != source);
      ++count[{source, target}];
    }
  }
  double sum = 0.0, squares = 0.0;
  for (const auto& [pair, k] : count) sum += k, squares += k * k;
  const double pairs = 300.0 * 300.0 - 200.0;
  EXPECT_NEAR(sum, 0.5 * pairs, 4.5 * std::sqrt(0.5 * pairs));
  EXPECT_NEAR(squares / pairs - (sum / pairs) * (sum / pairs), 0.5, 0.02);
}

TEST(PairwisePoisson, RefusesMeansOutOfRange) {
  EXPECT_THROW(pairs_between(PairwisePoisson(-0.1), 5), Error);
  EXPECT_THROW(pairs_between(PairwisePoisson(2e6), 5), Error);
  EXPECT_EQ(pairs_between(PairwisePoisson(0.0), 5).size(), 0u);
}

}  // namespace
}  // namespace synop
