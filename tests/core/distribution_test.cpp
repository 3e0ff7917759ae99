#include "synop/core/distribution.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "synop/core/error.hpp"

namespace synop {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Distribution, AcceptsEveryKind) {
  const Distribution good[] = {
      {.a = -1.0},
      {.kind = Distribution::uniform, .a = 1.0, .b = 1.0},
      {.kind = Distribution::normal, .a = 0.0, .b = 0.0},
      {.kind = Distribution::normal, .a = 1.5, .b = 0.75, .low = 0.1},
      {.kind = Distribution::normal, .a = 0.0, .b = 1.0, .low = 5.9},
      {.kind = Distribution::normal, .a = 0.0, .b = 1.0, .high = -5.9},
      {.kind = Distribution::normal, .a = 0.0, .b = 1.0, .low = 9.0, .outside = Distribution::clip},
      {.kind = Distribution::list, .values = {1.0, -2.0}}};
  for (const Distribution& distribution : good) EXPECT_NO_THROW(distribution.validate("V_m")) << distribution.kind;
}

TEST(Distribution, RefusesValuesThatAreNotFiniteOrMakeNoSense) {
  const Distribution bad[] = {{.a = std::nan("")},
                              {.a = infinity},
                              {.kind = Distribution::uniform, .a = 1.0, .b = 0.5},
                              {.kind = Distribution::uniform, .a = -infinity, .b = 0.5},
                              {.kind = Distribution::normal, .a = 0.0, .b = -1.0},
                              {.kind = Distribution::normal, .a = std::nan(""), .b = 1.0},
                              {.kind = Distribution::normal, .a = 0.0, .b = 1.0, .low = 1.0, .high = 1.0},
                              {.kind = Distribution::normal, .a = 0.0, .b = 1.0, .low = std::nan("")},
                              {.kind = Distribution::list},
                              {.kind = Distribution::list, .values = {1.0, std::nan("")}}};
  for (const Distribution& distribution : bad) EXPECT_THROW(distribution.validate("V_m"), Error) << distribution.kind;
}

TEST(Distribution, RefusesBoundsThatKeepNextToNothing) {
  const Distribution bad[] = {{.kind = Distribution::normal, .a = 0.0, .b = 1.0, .low = 6.1},
                              {.kind = Distribution::normal, .a = 0.0, .b = 1.0, .high = -6.1},
                              {.kind = Distribution::normal, .a = 0.0, .b = 1.0, .low = 0.5, .high = 0.5 + 1e-12},
                              {.kind = Distribution::normal, .a = 2.0, .b = 0.0, .high = 1.0}};
  for (const Distribution& distribution : bad) EXPECT_THROW(distribution.validate("V_m"), Error) << distribution.low;
}

TEST(Distribution, KnowsItsBounds) {
  const Distribution normal{.kind = Distribution::normal, .a = 1.0, .b = 1.0, .low = 0.0};
  EXPECT_EQ(normal.smallest(), 0.0);
  EXPECT_EQ(normal.largest(), infinity);
  const Distribution list{.kind = Distribution::list, .values = {3.0, -1.0, 2.0}};
  EXPECT_EQ(list.smallest(), -1.0);
  EXPECT_EQ(list.largest(), 3.0);
}

}  // namespace
}  // namespace synop
