#include "synop/core/sampling.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace synop {
namespace {

constexpr std::size_t many = 4'000'000;

double normal_cdf(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

// The largest distance from the distribution function, times the square root of the number of draws: above 1.95 with a
// probability of 1e-3, below 0.37 too.
template <class Cdf>
double kolmogorov_smirnov(std::vector<double> draws, Cdf cdf) {
  std::sort(draws.begin(), draws.end());
  const auto n = static_cast<double>(draws.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < draws.size(); ++i) {
    const double p = cdf(draws[i]);
    largest = std::max({largest, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
  }
  return largest * std::sqrt(n);
}

// As a network draws them: a stream per target.
std::vector<double> drawn(const Distribution& distribution, std::size_t total = many, std::size_t each = 777) {
  std::vector<double> values(total);
  for (std::size_t first = 0; first < total; first += each) {
    RandomStream random(7, Purpose::weight, static_cast<std::uint32_t>(first));
    sample_many(distribution, random, std::span(values).subspan(first, std::min(each, total - first)));
  }
  return values;
}

const Distribution standard_normal{.kind = Distribution::normal, .a = 0.0, .b = 1.0};

TEST(SampleMany, DrawsNormals) {
  const std::vector<double> draws = drawn(standard_normal);
  const double ks = kolmogorov_smirnov(draws, normal_cdf);
  EXPECT_LT(ks, 1.95);
  EXPECT_GT(ks, 0.37);
  double moment[7] = {};
  for (const double x : draws)
    for (int k = 1; k <= 6; ++k) moment[k] += std::pow(x, k) / many;
  const double expected[7] = {1, 0, 1, 0, 3, 0, 15};
  const double variance[7] = {0, 1, 2, 15, 96, 945, 10170};  // E x^2k - (E x^k)^2
  for (int k = 1; k <= 6; ++k) EXPECT_NEAR(moment[k], expected[k], 4.0 * std::sqrt(variance[k] / many)) << k;
}

// The test above can fail: it tells these draws from normals that are half a percent wider or shifted by 0.002.
TEST(SampleMany, IsToldFromNeighbouringDistributions) {
  const std::vector<double> draws = drawn(standard_normal);
  EXPECT_GT(kolmogorov_smirnov(draws, [](double x) { return normal_cdf(x / 1.005); }), 1.95);
  EXPECT_GT(kolmogorov_smirnov(draws, [](double x) { return normal_cdf(x - 0.002); }), 1.95);
}

TEST(SampleMany, DrawsTheTailsOfANormal) {
  const std::vector<double> draws = drawn(standard_normal, 10 * many, 100'000);
  for (const double z : {2.0, 3.0, 4.0, 4.5, 5.0, 5.5, 6.5}) {
    const double expected = 10.0 * many * normal_cdf(-z);
    const auto above = std::count_if(draws.begin(), draws.end(), [z](double x) { return x > z; });
    const auto below = std::count_if(draws.begin(), draws.end(), [z](double x) { return x < -z; });
    EXPECT_NEAR(static_cast<double>(above), expected, 4.0 * std::sqrt(expected) + 0.5) << z;
    EXPECT_NEAR(static_cast<double>(below), expected, 4.0 * std::sqrt(expected) + 0.5) << z;
  }
}

// Two come from one radius and angle; neither they nor their squares or signs may be correlated, at any distance.
TEST(SampleMany, DrawsIndependentNormals) {
  const std::vector<double> x = drawn(standard_normal, many, many);
  for (const std::size_t lag : {1u, 2u, 15u, 16u, 17u, 32u, 64u}) {
    double plain = 0.0, squares = 0.0, mixed = 0.0;
    for (std::size_t i = 0; i + lag < many; ++i) {
      plain += x[i] * x[i + lag];
      squares += (x[i] * x[i] - 1.0) * (x[i + lag] * x[i + lag] - 1.0);
      mixed += x[i] * (x[i + lag] * x[i + lag] - 1.0);
    }
    EXPECT_LT(std::abs(plain) / std::sqrt(many), 4.0) << lag;
    EXPECT_LT(std::abs(squares) / std::sqrt(4.0 * many), 4.0) << lag;
    EXPECT_LT(std::abs(mixed) / std::sqrt(2.0 * many), 4.0) << lag;
  }
}

TEST(SampleMany, DrawsAnewWhatLiesOutside) {
  const Distribution delay{.kind = Distribution::normal, .a = 1.5, .b = 0.75, .low = 0.1, .high = 3.0};
  const std::vector<double> draws = drawn(delay);
  EXPECT_GE(*std::min_element(draws.begin(), draws.end()), 0.1);
  EXPECT_LE(*std::max_element(draws.begin(), draws.end()), 3.0);
  const double below = normal_cdf((0.1 - 1.5) / 0.75);
  const double inside = normal_cdf((3.0 - 1.5) / 0.75) - below;
  EXPECT_LT(kolmogorov_smirnov(draws, [&](double x) { return (normal_cdf((x - 1.5) / 0.75) - below) / inside; }), 1.95);
}

TEST(SampleMany, RedrawsFarTails) {
  const Distribution tail{.kind = Distribution::normal, .a = 0.0, .b = 1.0, .low = 3.0};
  const std::vector<double> draws = drawn(tail, 20'000, 100);
  const double outside = normal_cdf(-3.0);
  EXPECT_LT(kolmogorov_smirnov(draws, [&](double x) { return 1.0 - normal_cdf(-x) / outside; }), 1.95);
}

TEST(SampleMany, ClipsWhatLiesOutside) {
  const Distribution clipped{
      .kind = Distribution::normal, .a = 1.0, .b = 2.0, .low = 0.0, .high = 2.0, .outside = Distribution::clip};
  const std::vector<double> draws = drawn(clipped);
  for (const double end : {0.0, 2.0}) {
    const auto at_end = static_cast<double>(std::count(draws.begin(), draws.end(), end));
    EXPECT_NEAR(at_end / many, normal_cdf(-0.5), 4.0 * std::sqrt(0.2 / many));
  }
}

TEST(SampleMany, DrawsTheFirstValuesWhateverTheirNumber) {
  const Distribution kinds[] = {
      standard_normal,
      {.kind = Distribution::normal, .a = 1.0, .b = 1.0, .low = 0.5},
      {.kind = Distribution::normal, .a = 1.0, .b = 1.0, .low = 0.5, .outside = Distribution::clip},
      {.kind = Distribution::uniform, .a = -1.0, .b = 3.0}};
  for (const Distribution& distribution : kinds) {
    const std::vector<double> all = drawn(distribution, 2000, 2000);
    for (const std::size_t n : {1u, 2u, 31u, 32u, 33u, 255u, 256u, 257u, 1000u}) {
      const std::vector<double> some = drawn(distribution, n, n);
      EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin())) << n << " of kind " << distribution.kind;
    }
  }
}

TEST(SampleMany, DrawsTheUniformValuesOfSingleCalls) {
  const Distribution uniform{.kind = Distribution::uniform, .a = 0.5, .b = 2.0};
  std::vector<double> values(1001);
  RandomStream many_at_once(5, Purpose::delay, 3), one_by_one(5, Purpose::delay, 3);
  sample_many(uniform, many_at_once, values);
  for (const double value : values) ASSERT_EQ(value, sample(uniform, one_by_one, 0));
}

TEST(SampleMany, FillsInAConstant) {
  RandomStream random(5, Purpose::delay, 3);
  std::vector<double> values(5);
  sample_many({.a = 2.5}, random, values);
  EXPECT_EQ(values, std::vector<double>(5, 2.5));
}

}  // namespace
}  // namespace synop
