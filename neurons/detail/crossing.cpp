#include "synop/neurons/detail/crossing.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "synop/core/elementary.hpp"

namespace synop::detail {

namespace {

double decay(double x) { return x > 700.0 ? 0.0 : exp_bounded(-x); }
double growth(double x) { return exp_bounded(std::clamp(x, -700.0, 700.0)); }

// The root of f in [low, high], f(low) and f(high) of different sign: bisection steps with interpolation between
// (Illinois), to 1e-13 of the bracket's magnitude or 1e-13 ms.
template <class F>
double root(F f, double low, double high) {
  double f_low = f(low);
  double f_high = f(high);
  int side = 0;
  for (int step = 0; step < 200; ++step) {
    if (high - low <= 1e-13 * std::max(1.0, std::abs(high))) break;
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

// Far enough out that only the sign of the slowest term is left.
double far(const PotentialCourse& c, double horizon) {
  return std::isinf(horizon) ? 60.0 / std::min({c.rate_m, c.rate_ex, c.rate_in}) : horizon;
}

}  // namespace

double PotentialCourse::value(double t) const {
  return (a + b * t) * decay(rate_m * t) + ex * decay(rate_ex * t) + in * decay(rate_in * t);
}

double PotentialCourse::scaled_slope(double t) const {
  return b - rate_m * (a + b * t) - rate_ex * ex * growth((rate_m - rate_ex) * t) -
         rate_in * in * growth((rate_m - rate_in) * t);
}

double PotentialCourse::slope_extremum() const {
  // The derivative of scaled_slope: -rate_m b + p exp((rate_m - rate_ex) t) + q exp((rate_m - rate_in) t), of which at
  // most two terms are not 0 (b stands for a term whose tau_syn equals tau_m).
  const double p = -rate_ex * ex * (rate_m - rate_ex);
  const double q = -rate_in * in * (rate_m - rate_in);
  const double r = -rate_m * b;
  double ratio = 0.0;
  double exponent = 0.0;
  if (p != 0.0 && q != 0.0) {
    ratio = -q / p;
    exponent = rate_in - rate_ex;
  } else {
    const double term = p != 0.0 ? p : q;
    ratio = term != 0.0 ? -r / term : 0.0;
    exponent = rate_m - (p != 0.0 ? rate_ex : rate_in);
  }
  if (!(ratio > 0.0) || exponent == 0.0 || !std::isnormal(ratio)) return -1.0;
  return log_positive(ratio) / exponent;
}

double first_crossing(const PotentialCourse& course, double threshold, double horizon) {
  const double end = far(course, horizon);
  // The pieces on which scaled_slope is monotone.
  std::array<double, 3> pieces{0.0, end, end};
  if (const double t = course.slope_extremum(); t > 0.0 && t < end) pieces[1] = t;
  // The extrema of v, then the end.
  std::array<double, 4> points{};
  std::size_t count = 0;
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
    const double left = course.scaled_slope(pieces[i]);
    const double right = course.scaled_slope(pieces[i + 1]);
    if (pieces[i] < pieces[i + 1] && (left < 0.0) != (right < 0.0))
      points[count++] = root([&](double t) { return course.scaled_slope(t); }, pieces[i], pieces[i + 1]);
  }
  points[count++] = end;
  double low = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    if (course.value(points[i]) >= threshold)
      return root([&](double t) { return course.value(t) - threshold; }, low, points[i]);
    low = points[i];
  }
  return -1.0;
}

namespace {

// The crossing of the threshold in (0, high], v(0) < threshold <= v(high), v crossing once: Newton's method within a
// bracket, to 1e-13 ms or 1e-13 of the result.
double crossing_before(const TwoExponentials& c, double threshold, double high) {
  const double rate_slow = 1.0 / c.tau_slow, rate_fast = 1.0 / c.tau_fast;
  double low = 0.0;
  double t = 0.0;
  for (int step = 0; step < 200; ++step) {
    const double slow = c.slow * decay(rate_slow * t), fast = c.fast * decay(rate_fast * t);
    const double above = slow + fast - threshold;
    (above < 0.0 ? low : high) = t;
    double next = t + above / (rate_slow * slow + rate_fast * fast);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const bool found = std::abs(next - t) <= 1e-13 * std::max(1.0, next);
    t = next;
    if (found) break;
  }
  return t;
}

}  // namespace

double first_crossing(const TwoExponentials& c, double threshold, double horizon) {
  const double ratio = c.tau_fast / c.tau_slow;
  // A maximum lies ahead if v rises now and the slow part, which lasts, is positive.
  if (c.slow > 0.0 && -c.fast > ratio * c.slow) {
    const double log2_rise = log2_positive(-c.fast / (ratio * c.slow));
    const double time_of_peak = log2_rise * 0.693147180559945309417 * c.tau_fast / (1.0 - ratio);
    if (time_of_peak < horizon) {
      const double orders = -log2_rise * ratio / (1.0 - ratio);
      const double peak = orders > -1000.0 ? c.slow * (1.0 - ratio) * exp2_bounded(orders) : 0.0;
      return peak >= threshold ? crossing_before(c, threshold, time_of_peak) : -1.0;
    }
  }
  if (std::isinf(horizon)) return -1.0;
  const double end = c.slow * decay(horizon / c.tau_slow) + c.fast * decay(horizon / c.tau_fast);
  return end >= threshold ? crossing_before(c, threshold, horizon) : -1.0;
}

}  // namespace synop::detail
