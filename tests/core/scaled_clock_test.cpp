#include "synop/core/scaled_clock.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace synop {
namespace {

constexpr long double ln2 = 0.693147180559945309417232121458176568L;

TEST(Elementary, ExponentialsAndLogarithmsAreThoseOfLongDouble) {
  std::mt19937_64 random(5);
  for (int k = 0; k < 200'000; ++k) {
    const double x = (static_cast<double>(random() >> 11) * 0x1p-53 - 0.5) * (k % 2 == 0 ? 2000.0 : 2.0);
    const long double power = std::exp2(static_cast<long double>(x));
    EXPECT_LT(std::abs(exp2_bounded(x) / power - 1), 4e-16L) << x;
    const auto y = static_cast<double>(power);
    const long double log = std::log2(static_cast<long double>(y));
    EXPECT_LT(std::abs(log2_positive(y) - log), 3e-16L * std::max(1.0L, std::abs(log))) << y;
    if (std::abs(x) < 690.0) {
      EXPECT_LT(std::abs(exp_bounded(x) / std::exp(static_cast<long double>(x)) - 1), 4e-16L + 2.3e-16L * std::abs(x));
    }
  }
  for (int k = -1020; k < 1020; ++k) EXPECT_EQ(exp2_bounded(k), std::ldexp(1.0, k));
  for (const double x : {1e-9, -1e-9, 1e-12})
    EXPECT_NEAR(log_positive(1.0 + x) / std::log1p((1.0 + x) - 1.0), 1.0, 1e-15);
}

// The factor at `t` with all epochs put together: exp(t / tau) = factor(t) 2^(11 epoch).
TEST(ScaledClock, FollowsTheExponentialHoweverLate) {
  std::mt19937_64 random(9);
  for (const double tau : {0.001, 0.5, 10.0, 12.34567, 100.0, 1e6}) {
    for (const std::int64_t start : {0LL, 1'000'000'000'000LL, 1'000'000'000'000'000LL, 9'000'000'000'000'000'000LL}) {
      ScaledClock clock(tau);
      std::int64_t t = start;
      for (int k = 0; k < 300; ++k) {
        t += static_cast<std::int64_t>(static_cast<double>(random() >> 11) * 0x1p-53 * tau * 1e9);
        clock.advance(Time{t});
        const long double epochs = 11.0L * ln2 * static_cast<long double>(clock.epoch());
        // The exponent as a small difference of long doubles loses digits late; what is left bounds the comparison.
        const long double total = static_cast<long double>(t) / (static_cast<long double>(tau * 1e9));
        const long double loss = (total + 1) * 4e-19L + 8e-15L;
        EXPECT_LT(std::abs(clock.factor(Time{t}) / std::exp(total - epochs) - 1), loss)
            << "tau " << tau << " tick " << t;
        EXPECT_GE(t, clock.origin().ticks);
        EXPECT_LE(clock.factor(Time{t}), 2048.0 * (1 + 1e-12));
      }
    }
  }
}

TEST(ScaledClock, IsAFunctionOfTimeWhateverCameBefore) {
  const double tau = 7.3;
  std::mt19937_64 random(2);
  for (int k = 0; k < 2000; ++k) {
    const Time t{static_cast<std::int64_t>(random() % 1'000'000'000'000)};
    ScaledClock stepwise(tau);
    for (int i = 1; i < 5; ++i) {
      const Time before{t.ticks / 5 * i};
      stepwise.advance(before);
      stepwise.factor(before);
    }
    stepwise.advance(t);
    ScaledClock direct(tau);
    direct.advance(t);
    ASSERT_EQ(stepwise.factor(t), direct.factor(t));
    ASSERT_EQ(stepwise.epoch(), direct.epoch());
    const double ticks = direct.ticks_at(log2_positive(direct.factor(t)));
    EXPECT_NEAR(ticks, static_cast<double>((t - direct.origin()).ticks), 1e-2);
  }
}

TEST(ScaledClock, RescalesByPowersOfTwo) {
  EXPECT_EQ(ScaledClock::rescale(0), 1.0);
  EXPECT_EQ(ScaledClock::rescale(3), std::ldexp(1.0, -33));
  EXPECT_EQ(ScaledClock::rescale(1'000'000), 0.0);
}

}  // namespace
}  // namespace synop
