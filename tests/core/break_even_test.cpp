#include "synop/core/break_even.hpp"

#include <gtest/gtest.h>

#include "synop/core/error.hpp"

namespace synop {
namespace {

TEST(BreakEvenTerms, WithoutMemoryIsTheRatioOfMacToAddition) {
  EXPECT_NEAR((BreakEvenTerms{.conventional = 4.6, .event = 0.9}).solve(), 5.11, 0.005);
  EXPECT_NEAR((BreakEvenTerms{.conventional = 1.5, .event = 0.4}).solve(), 3.75, 1e-12);
  EXPECT_NEAR((BreakEvenTerms{.conventional = 0.23, .event = 0.03}).solve(), 7.67, 0.005);
  EXPECT_NEAR((BreakEvenTerms{.conventional = 3.2, .event = 0.1}).solve(), 32.0, 1e-12);
}

// int32, all operands in 32 KB of SRAM at 10 pJ per word.
TEST(BreakEvenTerms, WithMemoryLiesBelowOne) {
  EXPECT_NEAR((BreakEvenTerms{.conventional = 3.2 + 20, .event = 0.1 + 30}).solve(), 0.77, 0.005);
}

// Equal widths and nothing but weights: one; b bits against w: b / w.
TEST(BreakEvenTerms, TendsToTheRatioOfWidthsWhereWeightsDominate) {
  for (const double weight : {1e3, 1e6, 1e9})
    EXPECT_NEAR((BreakEvenTerms{.conventional = 4.6 + weight, .event = 0.9 + weight}).solve(), 1.0, 4 / weight);
  EXPECT_NEAR(quantised_threshold(3, 8).low, 0.375, 1e-12);
  EXPECT_NEAR(quantised_threshold(4, 8).low, 0.5, 1e-12);
}

// S B + (T / f) N = A holds at S*, and updates alone can cost more than the conventional network.
TEST(BreakEvenTerms, ChargesUpdatesOfNeurons) {
  const BreakEvenTerms terms{.conventional = 23.2, .event = 30.1, .update = 23.2, .steps = 100, .fan_in = 784};
  EXPECT_NEAR(terms.solve() * 30.1 + 100.0 / 784.0 * 23.2, 23.2, 1e-12);
  EXPECT_LT((BreakEvenTerms{.conventional = 1, .event = 1, .update = 1, .steps = 20, .fan_in = 10}).solve(), 0.0);
  EXPECT_THROW((BreakEvenTerms{.conventional = 1}).solve(), Error);
}

// Yan et al.: T = 6 steps are 3 bits, and s* = b / (8 T) of the steps may have a spike: 6.25 %. On average over 5 ...
// 10, 5.99 %.
TEST(QuantisedThreshold, GivesThePublishedSparsities) {
  double sum = 0.0;
  for (std::uint64_t steps = 5; steps <= 10; ++steps)
    sum += quantised_threshold(bits_for_count(steps), 8).low / static_cast<double>(steps);
  EXPECT_NEAR(sum / 6, 0.0599, 0.00005);
  EXPECT_NEAR(quantised_threshold(bits_for_count(6), 8).low / 6, 0.0625, 1e-12);
  EXPECT_THROW(quantised_threshold(0, 8), Error);
}

TEST(BitsForCount, TellsAllCountsApart) {
  EXPECT_EQ(bits_for_count(0), 1u);
  EXPECT_EQ(bits_for_count(1), 1u);
  EXPECT_EQ(bits_for_count(2), 2u);
  EXPECT_EQ(bits_for_count(7), 3u);
  EXPECT_EQ(bits_for_count(8), 4u);
}

TEST(Standing, IsMarginalWithinTenPercentOrInsideABand) {
  EXPECT_EQ(standing(1.5, 1.72, 1.72), Standing::win);
  EXPECT_EQ(standing(1.6, 1.72, 1.72), Standing::marginal);
  EXPECT_EQ(standing(1.9, 1.72, 1.72), Standing::lose);
  EXPECT_EQ(standing(0.14, 0.15, 1.38), Standing::win);
  EXPECT_EQ(standing(0.16, 0.15, 1.38), Standing::marginal);
  EXPECT_EQ(standing(1.39, 0.15, 1.38), Standing::lose);
  EXPECT_GE(published_thresholds().size(), 6u);
}

}  // namespace
}  // namespace synop
