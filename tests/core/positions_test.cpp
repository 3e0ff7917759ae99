#include "synop/core/positions.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "synop/core/distance_function.hpp"
#include "synop/core/error.hpp"

namespace synop {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Positions, OfAGridFillTheBoxColumnByColumnFromTheTopLeft) {
  const Positions grid = grid_positions({2, 3}, {4.0, 3.0, 1.0}, {10.0, 0.0, 0.0}, false);
  const std::vector<Point> expected{{9, 1, 0}, {9, 0, 0}, {9, -1, 0}, {11, 1, 0}, {11, 0, 0}, {11, -1, 0}};
  EXPECT_EQ(grid.points, expected);
  const Positions line = grid_positions({4}, {2.0, 1.0, 1.0}, {}, false);
  EXPECT_EQ(line.points, (std::vector<Point>{{-0.75, 0, 0}, {-0.25, 0, 0}, {0.25, 0, 0}, {0.75, 0, 0}}));
  const Positions cube = grid_positions({2, 2, 2}, {2.0, 2.0, 2.0}, {}, false);
  EXPECT_EQ(cube.points[0], (Point{-0.5, 0.5, -0.5}));
  EXPECT_EQ(cube.points[1], (Point{-0.5, 0.5, 0.5}));
  EXPECT_EQ(cube.points[2], (Point{-0.5, -0.5, -0.5}));
  EXPECT_EQ(cube.points[4], (Point{0.5, 0.5, -0.5}));
}

TEST(Positions, DrawnAtRandomFillTheBoxEvenly) {
  const Positions drawn = uniform_positions(8000, 3, {2.0, 4.0, 1.0}, {1.0, 0.0, -3.0}, false, 5, 100);
  std::vector<double> octant(8);
  for (const Point& p : drawn.points) {
    ASSERT_TRUE(p[0] > 0 && p[0] < 2 && std::abs(p[1]) < 2 && std::abs(p[2] + 3) < 0.5);
    ++octant[(p[0] > 1 ? 1 : 0) + (p[1] > 0 ? 2 : 0) + (p[2] > -3 ? 4 : 0)];
  }
  double chi2 = 0.0;
  for (const double n : octant) chi2 += (n - 1000.0) * (n - 1000.0) / 1000.0;
  EXPECT_LT(chi2, 29.9);  // 7 degrees of freedom: p < 1e-4
  EXPECT_GT(chi2, 0.3);
  EXPECT_EQ(uniform_positions(10, 3, {2.0, 4.0, 1.0}, {1.0, 0.0, -3.0}, false, 5, 103).points[0], drawn.points[3]);
}

TEST(Positions, WrapAroundAPeriodicBox) {
  const Positions box{.dimensions = 2, .extent = {10.0, 4.0, 1.0}, .edge_wrap = true, .points = {}};
  EXPECT_EQ(box.displacement({4.5, -1.5, 0}, {-4.5, 1.5, 0}), (Point{1.0, -1.0, 0.0}));
  EXPECT_EQ(box.displacement({-4.5, 0, 0}, {4.5, 1.5, 0}), (Point{-1.0, 1.5, 0.0}));
  for (const double from : {-4.0, -1.0, 0.0, 3.0})  // half the box away, whichever way
    for (const double to : {from + 5.0, from - 5.0}) EXPECT_EQ(box.displacement({from, 0, 0}, {to, 0, 0}), (Point{5.0, 0.0, 0.0}));
  const Positions open{.dimensions = 2, .extent = {10.0, 4.0, 1.0}, .points = {}};
  EXPECT_EQ(open.displacement({4.5, -1.5, 0}, {-4.5, 1.5, 0}), (Point{-9.0, 3.0, 0.0}));
  EXPECT_DOUBLE_EQ(length({3.0, 4.0, 12.0}), 13.0);
}

TEST(Positions, RefuseWhatIsNoPlace) {
  Positions positions{.dimensions = 2, .points = {{0, 0, 0}, {0.4, 0.4, 0}}};
  EXPECT_NO_THROW(positions.validate("p", 2));
  EXPECT_THROW(positions.validate("p", 3), Error);
  positions.points[1][0] = 0.7;
  EXPECT_NO_THROW(positions.validate("p", 2));
  positions.edge_wrap = true;
  EXPECT_THROW(positions.validate("p", 2), Error);
  positions.points[1][0] = NAN;
  EXPECT_THROW(positions.validate("p", 2), Error);
}

TEST(DistanceFunction, HasTheValuesOfItsFormula) {
  const DistanceFunction linear{.kind = DistanceFunction::linear, .a = -0.5, .c = 2.0};
  const DistanceFunction exponential{.kind = DistanceFunction::exponential, .a = 3.0, .c = 0.25, .beta = 0.7};
  const DistanceFunction gaussian{.kind = DistanceFunction::gaussian, .a = 0.8, .c = 0.1, .mean = 0.3, .std = 0.2};
  for (const double d : {0.0, 0.1, 0.5, 1.0, 3.0}) {
    EXPECT_NEAR(linear.at(d), 2.0 - 0.5 * d, 1e-14);
    EXPECT_NEAR(exponential.at(d), 0.25 + 3.0 * std::exp(-d / 0.7), 1e-14);
    EXPECT_NEAR(gaussian.at(d), 0.1 + 0.8 * std::exp(-(d - 0.3) * (d - 0.3) / 0.08), 1e-14);
    for (const double kappa : {1.0, 1.7, 3.0, 20.0}) {
      const DistanceFunction gamma{.kind = DistanceFunction::gamma, .kappa = kappa, .theta = 0.4};
      EXPECT_NEAR(gamma.at(d),
                  std::pow(d, kappa - 1.0) * std::exp(-d / 0.4) / (std::tgamma(kappa) * std::pow(0.4, kappa)), 1e-11);
    }
  }
}

TEST(DistanceFunction, KnowsItsBoundsAndItsReach) {
  const DistanceFunction functions[] = {
      {.kind = DistanceFunction::linear, .a = -0.5, .c = 1.0},
      {.kind = DistanceFunction::linear, .a = 0.5, .c = 0.1},
      {.kind = DistanceFunction::exponential, .beta = 0.3},
      {.kind = DistanceFunction::gaussian, .mean = 0.5, .std = 0.2},
      {.kind = DistanceFunction::gaussian, .a = -1.0, .c = 1.0, .mean = 0.5, .std = 0.2},
      {.kind = DistanceFunction::gamma, .kappa = 3.0, .theta = 0.2}};
  for (const DistanceFunction& f : functions)
    for (const double from : {0.0, 0.2, 0.45, 1.0})
      for (const double width : {0.01, 0.3, 2.0}) {
        double low = infinity, high = -infinity;
        for (int k = 0; k <= 1000; ++k) {
          const double value = f.at(from + width * k / 1000.0);
          low = std::min(low, value), high = std::max(high, value);
        }
        EXPECT_GE(f.largest_between(from, from + width), high);
        EXPECT_LE(f.smallest_between(from, from + width), low);
        EXPECT_NEAR(f.largest_between(from, from + width), high, 1e-4);
        EXPECT_NEAR(f.smallest_between(from, from + width), low, 1e-4);
      }
  EXPECT_NEAR(functions[0].reach(0.1), 1.8, 1e-9);
  EXPECT_EQ(functions[1].reach(0.5), infinity);
  EXPECT_NEAR(functions[2].reach(0.01), -0.3 * std::log(0.01), 1e-9);
  EXPECT_NEAR(functions[3].reach(0.01), 0.5 + 0.2 * std::sqrt(-2.0 * std::log(0.01)), 1e-9);
  EXPECT_EQ(functions[4].reach(0.5), infinity);
  EXPECT_LT(functions[5].at(functions[5].reach(0.01)), 0.01);
  EXPECT_NEAR(functions[5].at(functions[5].reach(0.01)), 0.01, 1e-9);
  EXPECT_THROW((DistanceFunction{.kind = DistanceFunction::gaussian, .std = 0.0}).validate("x"), Error);
  EXPECT_THROW((DistanceFunction{.kind = DistanceFunction::gamma, .kappa = 0.5}).validate("x"), Error);
}

}  // namespace
}  // namespace synop
