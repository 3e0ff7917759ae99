#include "synop/neurons/detail/crossing.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "synop/core/elementary.hpp"
#include "synop/core/threshold.hpp"
#include "synop/neurons/detail/bracketed_root.hpp"

namespace synop::detail {

namespace {

double decay(double x) { return x > 700.0 ? 0.0 : exp_bounded(-x); }
double growth(double x) { return exp_bounded(std::clamp(x, -700.0, 700.0)); }

// The largest value of slow exp(-t / tau_slow) + fast exp(-t / tau_fast) after t = 0, slow > 0, if it still rises then.
struct Peak {
  double value;
  double time;
};
bool has_peak(double slow, double fast, double ratio) { return slow > 0.0 && -fast > ratio * slow; }
Peak peak_of(double slow, double fast, double tau_fast, double ratio) {
  const double log2_rise = log2_positive(-fast / (ratio * slow));
  const double orders = -log2_rise * ratio / (1.0 - ratio);
  return {orders > -1000.0 ? slow * (1.0 - ratio) * exp2_bounded(orders) : 0.0,
          log2_rise * 0.693147180559945309417 * tau_fast / (1.0 - ratio)};
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

namespace {

Above above(const PotentialCourse& c, double t, double threshold) {
  const double a = c.a * decay(c.rate_m * t), ex = c.ex * decay(c.rate_ex * t), in = c.in * decay(c.rate_in * t);
  return {a + ex + in - threshold, -c.rate_m * a - c.rate_ex * ex - c.rate_in * in};
}

// Whether the course cannot reach the threshold, by bounds that need at most one logarithm and one exponential.
bool stays_below(const PotentialCourse& c, double threshold) {  // for ever; threshold > 0
  if (c.b != 0.0 || c.rate_ex <= c.rate_m) return false;
  double slow = c.a, fast = c.ex;
  // A positive inhibitory mode (it holds the potential down now) decays at least as fast as the mode it is added to.
  if (c.in > 0.0) {
    if (c.rate_in <= c.rate_m) return false;
    (c.rate_in >= c.rate_ex ? fast : slow) += c.in;
  }
  const double ratio = c.rate_m / c.rate_ex;
  if (!has_peak(slow, fast, ratio)) return slow + fast < reached_from(threshold);
  return peak_of(slow, fast, 1.0 / c.rate_ex, ratio).value < reached_from(threshold);
}

// Value, slope and bounds of the curvature of a course on [0, span], without an exponential.
struct Parabolas {
  double value, slope;
  double least_curvature = 0.0, largest_curvature = 0.0;

  Parabolas(const PotentialCourse& c, double span) : value(c.a + c.ex + c.in), slope(-c.rate_m * c.a - c.rate_ex * c.ex - c.rate_in * c.in) {
    const auto add = [&](double mode, double rate) {
      const double curvature = mode * rate * rate;  // now; later it is smaller, but not below this
      const double later = curvature * std::max(0.0, 1.0 - rate * span);
      least_curvature += std::min(curvature, later);
      largest_curvature += std::max(curvature, later);
    };
    add(c.a, c.rate_m);
    add(c.ex, c.rate_ex);
    add(c.in, c.rate_in);
  }
  double upper_bound(double span) const {
    const double end = value + span * (slope + 0.5 * largest_curvature * span);
    const bool turns = largest_curvature < 0.0 && slope > 0.0 && slope < -largest_curvature * span;
    return turns ? value - 0.5 * slope * slope / largest_curvature : std::max(value, end);
  }
  bool rises(double span) const { return slope + std::min(0.0, least_curvature) * span > 0.0; }
};

}  // namespace

double first_crossing(const PotentialCourse& course, double threshold, double horizon) {
  if (std::isinf(horizon)) {
    if (stays_below(course, threshold)) return -1.0;
  } else if (course.b == 0.0) {
    const Parabolas parabolas(course, horizon);
    if (parabolas.upper_bound(horizon) < reached_from(threshold)) return -1.0;
    if (parabolas.rises(horizon)) {
      if (course.value(horizon) < threshold) return -1.0;
      return only_crossing([&](double t) { return above(course, t, threshold); }, 0.0, horizon);
    }
  }
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

double first_crossing(const TwoExponentials& c, double threshold, double horizon) {
  const double rate_slow = 1.0 / c.tau_slow, rate_fast = 1.0 / c.tau_fast;
  const auto crossing_before = [&](double high) {
    return only_crossing(
        [&](double t) {
          const double slow = c.slow * decay(rate_slow * t), fast = c.fast * decay(rate_fast * t);
          return Above{slow + fast - threshold, -rate_slow * slow - rate_fast * fast};
        },
        0.0, high);
  };
  const double ratio = c.tau_fast / c.tau_slow;
  if (has_peak(c.slow, c.fast, ratio)) {
    const Peak peak = peak_of(c.slow, c.fast, c.tau_fast, ratio);
    if (peak.time < horizon) return peak.value >= threshold ? crossing_before(peak.time) : -1.0;
  }
  if (std::isinf(horizon)) return -1.0;
  const double end = c.slow * decay(rate_slow * horizon) + c.fast * decay(rate_fast * horizon);
  return end >= threshold ? crossing_before(horizon) : -1.0;
}

}  // namespace synop::detail
