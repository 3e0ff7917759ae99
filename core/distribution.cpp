#include "synop/core/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

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
double accepted_fraction(const Distribution& d) {
  if (d.b == 0.0) return d.low <= d.a && d.a <= d.high ? 1.0 : 0.0;
  const double z_low = (d.low - d.a) / d.b;
  const double z_high = (d.high - d.a) / d.b;
  if (z_low > 0.0) return upper_tail(z_low) - upper_tail(z_high);
  return upper_tail(-z_high) - upper_tail(-z_low);
}

void check_normal(std::string_view what, const Distribution& d) {
  check_finite(what, d.a);
  check_finite(what, d.b);
  if (d.b < 0.0) refuse(what, fmt::format("standard deviation {} is negative; allowed [0, inf)", d.b));
  if (!(d.low < d.high)) refuse(what, fmt::format("low = {} is not below high = {}", d.low, d.high));
  if (d.outside == Distribution::redraw && accepted_fraction(d) < least_accepted_fraction)
    refuse(what,
           fmt::format("fewer than one draw in 10^9 of normal({}, {}) lies in [{}, {}], so redrawing would not end",
                       d.a, d.b, d.low, d.high));
}

}  // namespace

double Distribution::smallest() const {
  if (kind == list) return values.empty() ? a : *std::min_element(values.begin(), values.end());
  if (kind == normal) return b == 0.0 ? std::clamp(a, low, high) : low;
  return a;
}

double Distribution::largest() const {
  if (kind == list) return values.empty() ? a : *std::max_element(values.begin(), values.end());
  if (kind == normal) return b == 0.0 ? std::clamp(a, low, high) : high;
  return kind == uniform ? b : a;
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
      return check_normal(what, *this);
    case list:
      if (values.empty()) refuse(what, "the list is empty");
      for (const double value : values) check_finite(what, value);
      return;
  }
}

}  // namespace synop
