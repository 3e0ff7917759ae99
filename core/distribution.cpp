#include "synop/core/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double largest_logarithm = 690.0;        // of a lognormal draw: exp of it is a double
constexpr double least_accepted_fraction = 1e-9;  // the mass of a normal beyond six standard deviations

[[noreturn]] void refuse(std::string_view what, const std::string& problem) {
  throw Error(ErrorKind::model, fmt::format("{}: {}", what, problem));
}

void check_finite(std::string_view what, double x) {
  if (!std::isfinite(x)) refuse(what, fmt::format("value {} is not a finite number", x));
}

double upper_tail(double z) {
  return 0.5 * std::erfc(z / std::sqrt(2.0));
}

// The share of normal draws that fall in [low, high]. Each tail is taken on its own side of the mean, where its
// difference does not cancel.
double normal_fraction(const Distribution& d, double low, double high) {
  if (d.b == 0.0) return low <= d.a && d.a <= high ? 1.0 : 0.0;
  const double z_low = (low - d.a) / d.b;
  const double z_high = (high - d.a) / d.b;
  if (z_low > 0.0) return upper_tail(z_low) - upper_tail(z_high);
  return upper_tail(-z_high) - upper_tail(-z_low);
}

double accepted_fraction(const Distribution& d) {
  const double low = d.mirrored ? -d.high : d.low;
  const double high = d.mirrored ? -d.low : d.high;
  if (d.kind == Distribution::normal) return normal_fraction(d, low, high);
  if (high <= 0.0) return 0.0;
  if (d.kind == Distribution::lognormal) return normal_fraction(d, low > 0.0 ? std::log(low) : -infinity, std::log(high));
  return std::exp(-std::max(low, 0.0) / d.a) - std::exp(-high / d.a);
}

void check_bounds(std::string_view what, const Distribution& d) {
  if (!(d.low < d.high)) refuse(what, fmt::format("low = {} is not below high = {}", d.low, d.high));
  if (d.outside == Distribution::redraw && accepted_fraction(d) < least_accepted_fraction)
    refuse(what,
           fmt::format("fewer than one draw in 10^9 of {}({}, {}) lies in [{}, {}]; allowed to redraw: bounds that keep more",
                       kind_name(d.kind), d.a, d.b, d.low, d.high));
}

void check_standard_deviation(std::string_view what, const Distribution& d) {
  check_finite(what, d.a);
  check_finite(what, d.b);
  if (d.b < 0.0) refuse(what, fmt::format("standard deviation {} is negative; allowed [0, inf)", d.b));
}

// 40 standard deviations are beyond any draw.
void check_logarithm(std::string_view what, const Distribution& d) {
  if (std::abs(d.a) + 40.0 * d.b > largest_logarithm)
    refuse(what, fmt::format("the logarithm has mean {} and standard deviation {}; allowed: |mean| + 40 sd <= {}", d.a, d.b,
                             largest_logarithm));
}

void check_whole(std::string_view what, const Distribution& d) {
  for (const double end : {d.a, d.b})
    if (!(std::abs(end) <= 0x1p31) || end != std::floor(end))
      refuse(what, fmt::format("the end {} of a uniform_int is not a whole number in [-2^31, 2^31]", end));
  if (d.b < d.a) refuse(what, fmt::format("the upper end {} of a uniform_int lies below its lower end {}", d.b, d.a));
}

}  // namespace

std::string_view kind_name(Distribution::Kind kind) {
  constexpr std::string_view names[] = {"constant", "uniform", "normal", "list", "lognormal", "exponential", "uniform_int"};
  return names[kind];
}

double Distribution::smallest() const {
  if (kind == list) return values.empty() ? a : *std::min_element(values.begin(), values.end());
  if (kind == normal) return b == 0.0 ? std::clamp(a, low, high) : low;
  if (kind == lognormal || kind == exponential) return mirrored ? low : std::clamp(0.0, low, high);
  return a;
}

double Distribution::largest() const {
  if (kind == list) return values.empty() ? a : *std::max_element(values.begin(), values.end());
  if (kind == normal) return b == 0.0 ? std::clamp(a, low, high) : high;
  if (kind == lognormal || kind == exponential) return mirrored ? std::clamp(0.0, low, high) : high;
  return kind == uniform || kind == uniform_int ? b : a;
}

void Distribution::validate(std::string_view what) const {
  switch (kind) {
    case constant:
      return check_finite(what, a);
    case uniform:
      check_finite(what, a);
      check_finite(what, b);
      if (b < a) refuse(what, fmt::format("the upper end {} of a uniform lies below its lower end {}", b, a));
      return;
    case normal:
      check_standard_deviation(what, *this);
      return check_bounds(what, *this);
    case lognormal:
      check_standard_deviation(what, *this);
      check_logarithm(what, *this);
      return check_bounds(what, *this);
    case exponential:
      check_finite(what, a);
      if (a <= 0.0) refuse(what, fmt::format("the mean {} of an exponential is outside the allowed range (0, inf)", a));
      return check_bounds(what, *this);
    case uniform_int:
      return check_whole(what, *this);
    case list:
      if (values.empty()) refuse(what, "the list is empty");
      for (const double value : values) check_finite(what, value);
      return;
  }
}

}  // namespace synop
