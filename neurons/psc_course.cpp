#include "synop/neurons/psc_course.hpp"

#include <array>

#include "synop/neurons/detail/bracketed_root.hpp"

namespace synop {

double PscCourse::value(double t) const {
  const double of_m = faded(rate_m * t);
  return v * of_m + (held_charge(i_ex, ex, t, of_m, faded(ex.rate * t)) +
                     held_charge(i_in, in, t, of_m, faded(in.rate * t))) / C_m;
}

double PscCourse::current(double t) const {
  return later(i_ex, ex, t, faded(ex.rate * t)).I + later(i_in, in, t, faded(in.rate * t)).I;
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

bool is_zero(const SynapticCurrent& x) { return x.I == 0.0 && x.D == 0.0; }

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

}  // namespace

double first_crossing(const PscCourse& course, double threshold, double horizon) {
  const double holding = threshold * course.C_m * course.rate_m;
  const double end = std::isinf(horizon) ? end_of_excitation(course, holding) : horizon;
  Instants pieces = roots_between(turns_of_current(course, end), end, [&](double t) { return course.current(t) - holding; });
  pieces.at[pieces.count++] = end;
  double low = 0.0;
  for (std::size_t k = 0; k < pieces.count; ++k) {
    const double high = pieces.at[k];
    if (course.value(high) >= threshold)
      return detail::only_crossing(
          [&](double t) {
            const double v = course.value(t);
            return detail::Above{v - threshold, course.current(t) / course.C_m - v * course.rate_m};
          },
          low, high);
    low = high;
  }
  return -1.0;
}

}  // namespace synop
