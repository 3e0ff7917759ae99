#include "synop/learning/trace_clock.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "synop/core/random.hpp"

namespace synop::test {
namespace {

TEST(TraceClock, IsTheExponentialToTheLastBitsAtAnyTime) {
  for (const double tau : {0.001, 0.7, 20.0, 1e6}) {
    TraceClock clock(tau);
    RandomStream random(3, Purpose::task, 0);
    const double ticks_per_epoch = tau * 1e9 * std::log(2.0) * 11.0;
    for (int i = 0; i < 2000; ++i) {
      const Time a{static_cast<std::int64_t>(random.next64() >> 4)};
      const Time b = a + Delay{static_cast<std::int64_t>(random.uniform() * 4.0 * ticks_per_epoch)};
      const TraceClock::Factor fa = clock.at(a);
      const TraceClock::Factor fb = clock.at(b);
      const double ratio = fa.value / fb.value * TraceClock::between(fa.epoch, fb.epoch);
      const long double exact =
          std::exp(-static_cast<long double>((b - a).ticks) / (static_cast<long double>(tau) * 1e9L));
      ASSERT_NEAR(ratio / static_cast<double>(exact), 1.0, tau < 0.01 ? 1e-7 : 2e-9) << tau << " " << a.ticks;
    }
  }
}

TEST(TraceClock, IsAFunctionOfTimeAlone) {
  TraceClock forwards(20.0);
  TraceClock anyhow(20.0);
  RandomStream random(4, Purpose::task, 0);
  for (std::int64_t ms = -3000; ms < 3000; ++ms) {
    anyhow.at({static_cast<std::int64_t>(random.below(1u << 30)) * 100'000});
    const Time t{ms * ticks_per_ms};
    const TraceClock::Factor a = forwards.at(t);
    const TraceClock::Factor b = anyhow.at(t);
    ASSERT_EQ(a.value, b.value);
    ASSERT_EQ(a.epoch, b.epoch);
    ASSERT_GE(a.value, 1.0 - 1e-9);
    ASSERT_LE(a.value, 2048.0);
  }
}

}  // namespace
}  // namespace synop::test
