#include "synop/core/time.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "synop/core/error.hpp"

namespace synop {
namespace {

TEST(Time, MakesDecimalSumsExact) { EXPECT_EQ(Time::from_ms(0.1) + Delay::from_ms(0.2), Time::from_ms(0.3)); }

TEST(Time, RoundsToTheNearestTickOnce) {
  EXPECT_EQ(Delay::from_ms(1.5).ticks, 1'500'000'000);
  EXPECT_EQ(Delay::from_ms(0.4e-9).ticks, 0);
  EXPECT_EQ(Delay::from_ms(0.6e-9).ticks, 1);
}

TEST(Time, RefusesWhatItCannotHold) {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity(), 9.3e9, -9.3e9})
    EXPECT_THROW(Time::from_ms(bad), Error) << bad;
}

TEST(Suggestions, NameTheNearestCandidate) {
  const std::string_view names[] = {"tau_m", "t_ref", "V_reset"};
  EXPECT_EQ(nearest_name("tau_n", names), "tau_m");
  EXPECT_EQ(nearest_name("vreset", names), "V_reset");
  EXPECT_EQ(nearest_name("banana_split", names), "");
}

}  // namespace
}  // namespace synop
