#include "synop/neurons/psc_course.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "synop/neurons/detail/bracketed_root.hpp"

namespace synop {

namespace {

bool is_zero(const SynapticCurrent& x) { return x.I == 0.0 && x.D == 0.0; }

}  // namespace

double PscCourse::value(double t) const {
  const double of_m = faded(rate_m * t);
  double charge = held_charge(i_ex, ex, t, of_m, faded(ex.rate * t));
  if (!is_zero(i_in)) charge += held_charge(i_in, in, t, of_m, faded(in.rate * t));
  return v * of_m + charge / C_m;
}

double PscCourse::current(double t) const {
  const double excitatory = later(i_ex, ex, t, faded(ex.rate * t)).I;
  return is_zero(i_in) ? excitatory : excitatory + later(i_in, in, t, faded(in.rate * t)).I;
}

namespace {

// Ascending instants in (0, end); a handful.
struct Instants {
  std::array<double, 6> at{};
  std::size_t count = 0;

  void add(double t, double end) {
    if (t > 0.0 && t < end) at[count++] = t;
  }
};

// The roots in (0, end) of a function that is monotone between `turns`.
template <class F>
Instants roots_between(const Instants& turns, double end, F f) {
  Instants roots;
  double low = 0.0;
  bool below = f(0.0) < 0.0;
  for (std::size_t k = 0; k <= turns.count; ++k) {
    const double high = k < turns.count ? turns.at[k] : end;
    const bool below_at_high = f(high) < 0.0;
    // What depends on these roots is flat there, so that an error of theirs counts by its square.
    if (below != below_at_high) roots.add(detail::root(f, low, high, 1e-10), end);
    low = high;
    below = below_at_high;
  }
  return roots;
}

// Where I(t) = (I + D t rate) exp(-rate t) has its extremum.
Instants turn_of(const SynapticCurrent& x, double rate, double end) {
  Instants turn;
  if (x.D != 0.0) turn.add((1.0 - x.I / x.D) / rate, end);
  return turn;
}

// The slope of the current, times exp(rate t) of the slower synapse, is
//   F(t) = (p0 + p1 t) exp(-gamma t) + q0 + q1 t,   gamma > 0.
// F'' = (linear) exp(-gamma t) changes its sign once, in closed form, so F' has at most two roots and F three.
Instants turns_of_both(const PscCourse& c, double end) {
  const bool ex_is_fast = c.ex.rate > c.in.rate;
  const Receptor& fast = ex_is_fast ? c.ex : c.in;
  const Receptor& slow = ex_is_fast ? c.in : c.ex;
  const SynapticCurrent& f = ex_is_fast ? c.i_ex : c.i_in;
  const SynapticCurrent& s = ex_is_fast ? c.i_in : c.i_ex;
  const double gamma = fast.rate - slow.rate;
  const double p0 = (f.D - f.I) * fast.rate, p1 = -f.D * fast.rate * fast.rate;
  const double q0 = (s.D - s.I) * slow.rate, q1 = -s.D * slow.rate * slow.rate;
  Instants turn;
  if (p1 != 0.0) turn.add(2.0 / gamma - p0 / p1, end);
  turn = roots_between(turn, end, [&](double t) { return (p1 - gamma * (p0 + p1 * t)) * faded(gamma * t) + q1; });
  return roots_between(turn, end, [&](double t) { return (p0 + p1 * t) * faded(gamma * t) + q0 + q1 * t; });
}

Instants turns_of_current(const PscCourse& c, double end) {
  if (is_zero(c.i_in)) return turn_of(c.i_ex, c.ex.rate, end);
  if (is_zero(c.i_ex)) return turn_of(c.i_in, c.in.rate, end);
  if (c.ex.rate == c.in.rate) return turn_of({c.i_ex.I + c.i_in.I, c.i_ex.D + c.i_in.D}, c.ex.rate, end);
  return turns_of_both(c, end);
}

// An instant after which the excitatory current stays below `level` > 0, so that nothing can cross.
double end_of_excitation(const PscCourse& c, double level) {
  const double tau = 1.0 / c.ex.rate;
  double t = tau * std::max(1.0, c.i_ex.D > 0.0 ? 1.0 - c.i_ex.I / c.i_ex.D : 0.0);
  for (double step = tau; t < 600.0 * tau && later(c.i_ex, c.ex, t, faded(c.ex.rate * t)).I >= level; step *= 1.5) t += step;
  return t;
}

detail::Above above(const PscCourse& c, double t, double threshold) {
  const double v = c.value(t);
  return {v - threshold, c.current(t) / c.C_m - v * c.rate_m};
}

// Without horizon, of a course with i_in = 0. v is highest, against a threshold that grows as exp(t / tau_m), where the
// current falls through `holding`. That instant is enclosed by [low, high]; between them the current is at least that at
// `high`, so v(high) - threshold + (high - low) (holding - I(high)) / C_m < 0 rules a crossing out, mostly at once.
double first_crossing_of_one(const PscCourse& c, double threshold, double holding) {
  const auto current = [&](double t) { return later(c.i_ex, c.ex, t, faded(c.ex.rate * t)).I; };
  // The peak of a current with D > 0; the minimum of one with D < 0, which falls until then and stays below 0 after it.
  const double turn = c.i_ex.D != 0.0 ? (1.0 - c.i_ex.I / c.i_ex.D) / c.ex.rate : 0.0;
  double low = c.i_ex.D > 0.0 ? std::max(turn, 0.0) : 0.0;
  double i_low = current(low);
  if (i_low < holding) return -1.0;
  // From `low` on I <= i_low (1 + x) exp(-x), x = (t - low) / tau, and x - log(1 + x) >= x^2 / (2 + 2 x).
  const double orders = log_positive(i_low / holding);
  double high = low + (orders + std::sqrt(orders * orders + 2.0 * orders)) / c.ex.rate;
  if (c.i_ex.D < 0.0) high = std::min(high, turn);
  double i_high = current(high);
  const auto crossing_before = [&](double t) {
    return detail::only_crossing([&](double x) { return above(c, x, threshold); }, 0.0, t);
  };
  for (int step = 0; step < 100 && high - low > 1e-10 * std::max(1.0, high); ++step) {
    const double over = c.value(high) - threshold;
    if (over >= 0.0) return crossing_before(high);
    if (over + (high - low) * std::max(0.0, holding - i_high) / c.C_m < 0.0) return -1.0;
    double t = low + (high - low) * (i_low - holding) / (i_low - i_high);
    if (step % 3 == 2 || !(t > low && t < high)) t = 0.5 * (low + high);
    const double i = current(t);
    (i >= holding ? low : high) = t;
    (i >= holding ? i_low : i_high) = i;
  }
  return c.value(high) >= threshold ? crossing_before(high) : -1.0;
}

}  // namespace

double first_crossing(const PscCourse& course, double threshold, double horizon) {
  const double holding = threshold * course.C_m * course.rate_m;
  if (std::isinf(horizon)) {
    PscCourse one = course;
    const bool alike = course.ex.rate == course.in.rate;
    if (alike) one.i_ex = {course.i_ex.I + course.i_in.I, course.i_ex.D + course.i_in.D};
    one.i_in = {};
    const double crossing = first_crossing_of_one(one, threshold, holding);
    // Inhibition that fades otherwise only lowers v: what does not cross without it does not cross.
    if (crossing < 0.0 || alike || is_zero(course.i_in)) return crossing;
  }
  const double end = std::isinf(horizon) ? end_of_excitation(course, holding) : horizon;
  Instants pieces = roots_between(turns_of_current(course, end), end, [&](double t) { return course.current(t) - holding; });
  pieces.at[pieces.count++] = end;
  double low = 0.0;
  for (std::size_t k = 0; k < pieces.count; ++k) {
    const double high = pieces.at[k];
    if (course.value(high) >= threshold)
      return detail::only_crossing([&](double t) { return above(course, t, threshold); }, low, high);
    low = high;
  }
  return -1.0;
}

}  // namespace synop
