#include "synop/core/binomial.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace synop {
namespace {

double probability(double n, double p, double k) {
  return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(p) +
                  (n - k) * std::log1p(-p));
}

struct ChiSquare {
  double sum = 0.0;
  double degrees = -1.0;
  // In standard deviations of a normal variable (Wilson & Hilferty 1931).
  double z() const {
    const double v = 2.0 / (9.0 * degrees);
    return (std::cbrt(sum / degrees) - (1.0 - v)) / std::sqrt(v);
  }
};

// Of `draws` numbers against the exact probabilities of (n, p); values that are expected fewer than 20 times are put
// together.
ChiSquare chi_square(const std::vector<std::uint64_t>& numbers, double n, double p) {
  const double draws = static_cast<double>(numbers.size());
  const double sd = std::sqrt(n * p * (1.0 - p)) + 1.0;
  const auto low = static_cast<std::uint64_t>(std::max(0.0, std::floor(n * p - 8.0 * sd)));
  const auto high = static_cast<std::uint64_t>(std::min(n, std::ceil(n * p + 8.0 * sd)));
  std::vector<double> count(high - low + 1);
  for (const std::uint64_t k : numbers) {
    EXPECT_TRUE(k >= low && k <= high) << k << " of n = " << n << ", p = " << p;
    if (k >= low && k <= high) ++count[k - low];
  }
  ChiSquare chi;
  double expected = 0.0, observed = 0.0, expected_before = 0.0;
  for (std::uint64_t k = low; k <= high; ++k) {
    expected += draws * probability(n, p, static_cast<double>(k));
    observed += count[k - low];
    const double rest = draws - expected_before - expected;
    if (expected < 20.0 || (rest < 20.0 && k != high)) continue;
    chi.sum += (observed - expected) * (observed - expected) / expected;
    ++chi.degrees;
    expected_before += expected;
    expected = observed = 0.0;
  }
  if (expected > 0.0) chi.sum += (observed - expected) * (observed - expected) / expected, ++chi.degrees;
  return chi;
}

std::vector<std::uint64_t> draw(std::size_t draws, std::uint64_t n, double p, std::uint32_t id) {
  RandomStream random(17, Purpose::synapse_count, id);
  std::vector<std::uint64_t> numbers(draws);
  for (std::uint64_t& k : numbers) k = binomial(random, n, p);
  return numbers;
}

struct Case {
  std::uint64_t n;
  double p;
};

// Both methods, the border between them, small and large n, p on both sides of 1/2.
constexpr Case cases[] = {{1, 0.5},     {2, 0.3},      {10, 0.5},        {19, 0.5},        {20, 0.5},       {21, 0.5},
                          {40, 0.25},   {1000, 0.009}, {1000, 0.0101},   {100, 0.999},     {100, 0.9},      {500, 0.5},
                          {5000, 0.37}, {100000, 0.5}, {1000000, 0.002}, {1u << 31, 1e-9}, {1u << 31, 2e-7}};

TEST(Binomial, HasTheExactProbabilities) {
  for (std::uint32_t i = 0; i < std::size(cases); ++i) {
    const auto [n, p] = cases[i];
    const ChiSquare chi = chi_square(draw(400'000, n, p, i), static_cast<double>(n), p);
    EXPECT_LT(chi.z(), 3.5) << "n = " << n << ", p = " << p << ": " << chi.sum << " for " << chi.degrees;
    EXPECT_GT(chi.z(), -3.5) << "n = " << n << ", p = " << p << ": " << chi.sum << " for " << chi.degrees;
  }
}

// The test above can fail: it tells draws from those of a probability that differs by half a percent.
TEST(Binomial, IsToldFromANeighbouringProbability) {
  for (std::uint32_t i = 10; i < 15; ++i) {
    const auto [n, p] = cases[i];
    const double other = p < 0.5 ? p * 1.005 : 1.0 - (1.0 - p) * 1.005;
    EXPECT_GT(chi_square(draw(400'000, n, p, i), static_cast<double>(n), other).z(), 3.5)
        << "n = " << n << ", p = " << p;
  }
}

TEST(Binomial, HasTheMomentsForTheLargestN) {
  for (const auto& [n, p] : {Case{largest_binomial_n, 0.5}, Case{largest_binomial_n, 1e-9},
                             Case{largest_binomial_n, 0.99}, Case{std::uint64_t{1} << 40, 0.3}}) {
    const double mean = static_cast<double>(n) * p;
    const double sd = std::sqrt(mean * (1.0 - p));
    double sum = 0.0, squares = 0.0, fourth = 0.0;
    constexpr int draws = 200'000;
    for (const std::uint64_t k : draw(draws, n, p, 99)) {
      const double z = (static_cast<double>(k) - mean) / sd;
      sum += z;
      squares += z * z;
      fourth += z * z * z * z;
    }
    EXPECT_NEAR(sum / draws, 0.0, 4.0 / std::sqrt(draws)) << n << " " << p;
    EXPECT_NEAR(squares / draws, 1.0, 4.0 * std::sqrt(2.0 / draws)) << n << " " << p;
    EXPECT_NEAR(fourth / draws, 3.0, 4.0 * std::sqrt(96.0 / draws)) << n << " " << p;
  }
}

TEST(Binomial, KnowsTheCertainCases) {
  RandomStream random(1, Purpose::synapse_count, 0);
  EXPECT_EQ(binomial(random, 0, 0.5), 0u);
  EXPECT_EQ(binomial(random, 1000, 0.0), 0u);
  EXPECT_EQ(binomial(random, 1000, 1.0), 1000u);
  EXPECT_EQ(binomial(random, 1000, 1e-300), 0u);
  EXPECT_EQ(binomial(random, largest_binomial_n, 1e-30), 0u);
}

}  // namespace
}  // namespace synop
