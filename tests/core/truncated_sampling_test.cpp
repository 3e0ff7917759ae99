// Bounds far out or close together: the truncated distributions in closed form, by sample() and sample_many().
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "synop/core/sampling.hpp"
#include "synop/core/truncated_sampling.hpp"

namespace synop {
namespace {

constexpr std::size_t many = 200'000;
constexpr double infinity = std::numeric_limits<double>::infinity();

// The mass of a standard normal in [low, high], each tail on its own side.
double normal_mass(double low, double high) {
  const auto above = [](double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); };
  return low > 0.0 ? above(low) - above(high) : above(-high) - above(-low);
}

// The share of all draws that lies in [low, high], before bounds, in closed form.
double mass(const Distribution& d, double low, double high) {
  if (d.mirrored) return mass({.kind = d.kind, .a = d.a, .b = d.b}, -high, -low);
  if (d.kind == Distribution::normal) return normal_mass((low - d.a) / d.b, (high - d.a) / d.b);
  low = std::max(low, 0.0);
  if (d.kind == Distribution::lognormal) return normal_mass((std::log(low) - d.a) / d.b, (std::log(high) - d.a) / d.b);
  return std::exp(-low / d.a) * -std::expm1(-(high - low) / d.a);
}

void expect_truncated(const Distribution& d) {
  d.validate("d");
  std::vector<double> one_by_one(many), at_once(many);
  RandomStream random(3, Purpose::weight, 1), more(3, Purpose::weight, 2);
  for (double& x : one_by_one) x = sample(d, random, 0);
  sample_many(d, more, at_once);
  for (std::vector<double>* draws : {&one_by_one, &at_once}) {
    std::sort(draws->begin(), draws->end());
    EXPECT_GE(draws->front(), d.low);
    EXPECT_LE(draws->back(), d.high);
    const double all = mass(d, d.low, d.high);
    double distance = 0.0;
    for (std::size_t i = 0; i < many; ++i) {
      const double p = mass(d, d.low, (*draws)[i]) / all, n = static_cast<double>(many);
      distance = std::max({distance, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
    }
    EXPECT_LT(distance * std::sqrt(many), 1.95) << kind_name(d.kind) << " in [" << d.low << ", " << d.high << "]";
    EXPECT_GT(distance * std::sqrt(many), 0.37);
  }
}

TEST(TruncatedSampling, DrawsFarTailsAndShortIntervalsOfANormal) {
  for (const auto& [low, high] : {std::pair(5.9, infinity), std::pair(-infinity, -5.9), std::pair(3.0, infinity), std::pair(4.0, 4.3),
                                  std::pair(4.0, 4.1), std::pair(-5.001, -5.0), std::pair(-0.001, 0.003), std::pair(0.0, 1e-6),
                                  std::pair(1.0, 1.001), std::pair(2.5, 3.0)})
    expect_truncated({.kind = Distribution::normal, .a = 7.0, .b = 2.0, .low = 7.0 + 2.0 * low, .high = 7.0 + 2.0 * high});
}

TEST(TruncatedSampling, DrawsTailsOfTheOthers) {
  for (const bool mirrored : {false, true})
    for (const auto& [low, high] : {std::pair(54.0, infinity), std::pair(54.0, 55.0), std::pair(0.0, 0.004), std::pair(1.0, 1.0001)}) {
      Distribution d{.kind = Distribution::exponential, .a = 3.0, .low = low, .high = high};
      if (mirrored) d.mirrored = true, d.low = -high, d.high = -low;
      expect_truncated(d);
      d.kind = Distribution::lognormal, d.a = 1.0, d.b = 0.6;
      if (low != 0.0) expect_truncated(d);
    }
}

// What is drawn where many draws are kept has always been the first draw that lies within the bounds.
TEST(TruncatedSampling, LeavesTheDrawsOfWideBoundsAsTheyWere) {
  const Distribution d{.kind = Distribution::normal, .a = 0.0, .b = 1.0, .low = 2.0};
  EXPECT_FALSE(keeps_few(d));
  RandomStream random(3, Purpose::weight, 1), plain(3, Purpose::weight, 1);
  for (int i = 0; i < 1000; ++i) {
    double x = plain.normal();
    while (x < 2.0) x = plain.normal();
    ASSERT_EQ(sample(d, random, 0), x);
  }
  EXPECT_FALSE(keeps_few({.kind = Distribution::exponential, .a = 1.0, .low = 4.0}));
  EXPECT_FALSE(keeps_few({.kind = Distribution::lognormal, .a = 0.0, .b = 0.0, .low = 0.5}));
  EXPECT_TRUE(keeps_few({.kind = Distribution::exponential, .a = 1.0, .low = 5.0}));
}

}  // namespace
}  // namespace synop
