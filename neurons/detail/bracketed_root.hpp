#pragma once

#include <algorithm>
#include <cmath>

namespace synop::detail {

// The root of f in [low, high], f(low) and f(high) of different sign: bisection steps with interpolation between
// (Illinois), to `precision` of the bracket's magnitude or `precision` ms.
template <class F>
double root(F f, double low, double high, double precision = 1e-13) {
  double f_low = f(low);
  double f_high = f(high);
  int side = 0;
  for (int step = 0; step < 200; ++step) {
    if (high - low <= precision * std::max(1.0, std::abs(high))) break;
    double x = step % 4 == 3 ? 0.5 * (low + high) : high - f_high * (high - low) / (f_high - f_low);
    if (!(x > low && x < high)) x = 0.5 * (low + high);
    const double y = f(x);
    if ((y < 0.0) == (f_low < 0.0)) {
      low = x;
      f_low = y;
      if (side == -1) f_high *= 0.5;
      side = -1;
    } else {
      high = x;
      f_high = y;
      if (side == 1) f_low *= 0.5;
      side = 1;
    }
  }
  return high;
}

struct Above {
  double value;  // v - threshold
  double slope;
};

// The crossing in (low, high] of a course that is below its threshold at `low`, at or above it at `high`, and crosses
// once: Newton's method within a bracket, to 1e-13 ms or 1e-13 of the result.
template <class F>
double only_crossing(F above_at, double low, double high) {
  double t = low;
  for (int step = 0; step < 200; ++step) {
    const Above above = above_at(t);
    (above.value < 0.0 ? low : high) = t;
    double next = t - above.value / above.slope;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const bool found = std::abs(next - t) <= 1e-13 * std::max(1.0, next);
    t = next;
    if (found) break;
  }
  return t;
}

}  // namespace synop::detail
