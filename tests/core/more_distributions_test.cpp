// lognormal, exponential and uniform_int: closed-form moments and the Kolmogorov-Smirnov distance, for sample() and
// sample_many().
#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/sampling.hpp"

namespace synop {
namespace {

constexpr std::size_t many = 1'000'000;

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

std::vector<double> drawn_at_once(const Distribution& distribution) {
  std::vector<double> values(many);
  for (std::size_t first = 0; first < many; first += 1000) {
    RandomStream random(9, Purpose::weight, static_cast<std::uint32_t>(first));
    sample_many(distribution, random, std::span(values).subspan(first, 1000));
  }
  return values;
}

std::vector<double> drawn_one_by_one(const Distribution& distribution) {
  std::vector<double> values(many);
  RandomStream random(9, Purpose::delay, 1);
  for (double& x : values) x = sample(distribution, random, 0);
  return values;
}

template <class Cdf>
void expect_distribution(const Distribution& distribution, Cdf cdf, double mean, double sd) {
  for (const auto& draws : {drawn_at_once(distribution), drawn_one_by_one(distribution)}) {
    double sum = 0.0;
    for (const double x : draws) sum += x;
    EXPECT_NEAR(sum / many, mean, 4.5 * sd / std::sqrt(many));
    const double ks = kolmogorov_smirnov(draws, cdf);
    EXPECT_LT(ks, 1.95);
    EXPECT_GT(ks, 0.37);
  }
}

double normal_cdf(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

Distribution lognormal(double mu, double sigma) {
  return {.kind = Distribution::lognormal, .a = mu, .b = sigma};
}
Distribution exponential(double mean) {
  return {.kind = Distribution::exponential, .a = mean};
}

TEST(MoreDistributions, LognormalHasANormalLogarithm) {
  for (const auto& [mu, sigma] : {std::pair(0.0, 0.5), std::pair(-2.0, 1.0), std::pair(3.0, 0.1)})
    expect_distribution(
        lognormal(mu, sigma), [&, mu = mu, sigma = sigma](double x) { return normal_cdf((std::log(x) - mu) / sigma); },
        std::exp(mu + 0.5 * sigma * sigma), std::exp(mu + 0.5 * sigma * sigma) * std::sqrt(std::expm1(sigma * sigma)));
}

TEST(MoreDistributions, ExponentialHasItsMean) {
  for (const double mean : {0.01, 1.0, 25.0})
    expect_distribution(
        exponential(mean), [&](double x) { return -std::expm1(-x / mean); }, mean, mean);
}

TEST(MoreDistributions, MirroredAreMinusTheDraws) {
  Distribution minus = lognormal(-1.0, 0.7);
  minus.mirrored = true;
  std::vector<double> plain = drawn_at_once(lognormal(-1.0, 0.7)), mirrored = drawn_at_once(minus);
  for (double& x : mirrored) x = -x;
  EXPECT_TRUE(mirrored == plain);
  EXPECT_EQ(minus.largest(), 0.0);
  EXPECT_TRUE(std::isinf(minus.smallest()));
  EXPECT_EQ(exponential(2.0).smallest(), 0.0);
}

TEST(MoreDistributions, RedrawAndClipKeepTheBounds) {
  Distribution bounded = exponential(1.0);
  bounded.low = 0.5, bounded.high = 2.0;
  const double mass = std::exp(-0.5) - std::exp(-2.0);
  const double mean = ((1.5 * std::exp(-0.5)) - 3.0 * std::exp(-2.0)) / mass;  // of the truncated exponential
  expect_distribution(
      bounded, [&](double x) { return (std::exp(-0.5) - std::exp(-x)) / mass; }, mean, 0.45);
  bounded.outside = Distribution::clip;
  const std::vector<double> clipped = drawn_at_once(bounded);
  EXPECT_NEAR(static_cast<double>(std::count(clipped.begin(), clipped.end(), 0.5)), many * -std::expm1(-0.5), 2500.0);
  EXPECT_NEAR(static_cast<double>(std::count(clipped.begin(), clipped.end(), 2.0)), many * std::exp(-2.0), 2500.0);
}

TEST(MoreDistributions, UniformIntDrawsEveryWholeNumber) {
  const Distribution d{.kind = Distribution::uniform_int, .a = -2.0, .b = 7.0};
  for (const auto& draws : {drawn_at_once(d), drawn_one_by_one(d)}) {
    double chi2 = 0.0;
    for (double k = -2.0; k <= 7.0; ++k) {
      const auto n = static_cast<double>(std::count(draws.begin(), draws.end(), k));
      chi2 += (n - many / 10.0) * (n - many / 10.0) / (many / 10.0);
    }
    EXPECT_LT(chi2, 33.7);  // 9 degrees of freedom: p < 1e-4; numbers outside would make it huge
  }
  EXPECT_EQ(d.smallest(), -2.0);
  EXPECT_EQ(d.largest(), 7.0);
}

TEST(MoreDistributions, RefuseWhatCannotBeDrawn) {
  const auto refused = [](const Distribution& d) {
    try {
      d.validate("x");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(refused(lognormal(0.0, 1.0)), "no error");
  EXPECT_NE(refused(lognormal(0.0, -1.0)).find("negative"), std::string::npos);
  EXPECT_NE(refused(lognormal(600.0, 10.0)).find("logarithm"), std::string::npos);
  EXPECT_NE(refused(exponential(0.0)).find("(0, inf)"), std::string::npos);
  EXPECT_NE(refused({.kind = Distribution::uniform_int, .a = 0.5, .b = 2.0}).find("whole"), std::string::npos);
  EXPECT_NE(refused({.kind = Distribution::uniform_int, .a = 3.0, .b = 2.0}).find("below"), std::string::npos);
  Distribution far = exponential(1.0);
  far.low = 30.0;
  EXPECT_NE(refused(far).find("exponential(1, 0)"), std::string::npos);
  far = lognormal(0.0, 1.0);
  far.high = -1.0;
  EXPECT_NE(refused(far).find("bounds that keep more"), std::string::npos);
  far.mirrored = true;
  EXPECT_EQ(refused(far), "no error");
}

}  // namespace
}  // namespace synop
