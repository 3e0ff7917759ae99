#include "synop/neurons/conductance_course.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "synop/core/elementary.hpp"

namespace synop {

namespace {

constexpr double first_reach = 2.0;  // of a step, in units of the fastest of its rates: some 15 terms
constexpr double longest_reach = 8.0;
constexpr double shortest_reach = 1e-3;  // terms that have not become small there are at the limit of rounding
constexpr int few_terms = 12;
constexpr double longest_outlook = 1e6;  // ms, so that it can be told in ticks

int least_terms(double reach) {
  return 3 + static_cast<int>(reach);
}

inline double decay(double x) {
  return x > 600.0 ? 0.0 : exp_bounded(-x);
}

// Sum over j < K of a[j] b[K - j]. Unrolled: with a loop the processor would guess its end wrong for every coefficient.
template <std::size_t K, std::size_t... J>
double product_of_older(const double* a, const double* b, std::index_sequence<J...>) {
  return (0.0 + ... + (a[J] * b[K - J]));
}

// A conductance, or 0 if all that it can still move v by is nothing, wherever v goes: another input may take it to the
// other reversal potential.
double effective(double conductance, double rate, double reversal, const ConductanceMembrane& m,
                 const ConductanceState& s) {
  const double rest = s.drive / m.leak;
  const double distance = std::abs(reversal - s.v) + std::abs(reversal - rest) + std::abs(m.E_ex - m.E_in);
  const double effect = conductance * distance;
  return effect > 0.125 * m.tolerance * rate ? conductance : 0.0;
}

// The fastest rate in the course of v from here on.
double fastest_rate(const ConductanceMembrane& m, const ConductanceState& s) {
  return m.leak + s.ex + s.in + std::max(s.ex > 0.0 ? m.rate_ex : 0.0, s.in > 0.0 ? m.rate_in : 0.0);
}

// The root of f in [low, high], f(low) < 0 <= f(high), to 1e-12 of the interval: interpolation that keeps the bracket
// (Illinois), every fourth step a bisection.
template <class F>
double root(F f, double low, double high) {
  double f_low = f(low);
  double f_high = f(high);
  const double precision = 1e-12 * (high - low);
  int side = 0;
  for (int step = 0; step < 200 && high - low > precision; ++step) {
    double x = step % 4 == 3 ? 0.5 * (low + high) : high - f_high * (high - low) / (f_high - f_low);
    if (!(x > low && x < high)) x = 0.5 * (low + high);
    const double y = f(x);
    if (y < 0.0) {
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

// F of the header: the slope that v would have at the threshold.
struct SlopeAtThreshold {
  double ex, in, rate_ex, rate_in, rest;

  double operator()(double t) const { return ex * decay(rate_ex * t) + in * decay(rate_in * t) + rest; }
  // Where it has its extremum; negative if nowhere.
  double extremum() const {
    const double ratio = -(in * rate_in) / (ex * rate_ex);
    if (!(ratio > 0.0) || !std::isnormal(ratio) || rate_in == rate_ex) return -1.0;
    return log_positive(ratio) / (rate_in - rate_ex);
  }
};

}  // namespace

// One coefficient after the other until two in a row are below the tolerance.
struct TaylorCourse::Expansion {
  const ConductanceMembrane& m;
  double* term;
  double span;
  int least;
  double tolerance;
  double ex, in, drive;  // coefficients of the conductances; the constant of the equation
  double sum;            // of the terms so far
  std::array<double, most_terms> conductance{};

  // Makes coefficient K + 1; false if it ends the series. Only a multiplication and a subtraction wait for coefficient
  // K.
  template <std::size_t K>
  [[gnu::always_inline]] bool next() {
    conductance[K] = ex + in + (K == 0 ? m.leak : 0.0);
    const double source = ex * m.E_ex + in * m.E_in + (K == 0 ? drive : 0.0);
    const double older = product_of_older<K>(term, conductance.data(), std::make_index_sequence<K>());
    const double share = span * (1.0 / (K + 1));
    term[K + 1] = (source - older) * share - term[K] * (conductance[0] * share);
    sum += term[K + 1];
    ex *= -m.rate_ex * share;
    in *= -m.rate_in * share;
    return K < 3 || static_cast<int>(K) < least || !(std::abs(term[K + 1]) < 0.25 * tolerance) ||
           !(std::abs(term[K]) < tolerance);
  }
};

bool TaylorCourse::expand(const ConductanceMembrane& m, const ConductanceState& s, double span, int least) {
  span_ = span;
  terms_ = 0;
  term_[0] = s.v;
  Expansion series{m, term_.data(), span, least, m.tolerance + 1e-15 * std::abs(s.v), s.ex, s.in, s.drive, s.v};
  const bool small = [&]<std::size_t... K>(std::index_sequence<K...>) {
    return !((terms_ = K + 1, series.next<K>()) && ...);
  }
  (std::make_index_sequence<most_terms>());
  end_ = series.sum;
  return small;
}

double TaylorCourse::at(double share) const {
  double sum = term_[terms_];
  for (int k = terms_ - 1; k >= 0; --k) sum = sum * share + term_[k];
  return sum;
}

// A step reaches further where the terms become small early, as they do while the conductances fade.
ConductanceState advanced(const ConductanceMembrane& m, const ConductanceState& state, double dt) {
  ConductanceState s = state;
  double reach = first_reach;
  TaylorCourse course;
  while (dt > 0.0) {
    s.ex = effective(s.ex, m.rate_ex, m.E_ex, m, s);
    s.in = effective(s.in, m.rate_in, m.E_in, m, s);
    if (s.ex + s.in == 0.0) {
      const double rest = s.drive / m.leak;
      s.v = rest + (s.v - rest) * decay(m.leak * dt);
      return s;
    }
    const double rate = fastest_rate(m, s);
    const double span = std::min(dt, reach / rate);
    if (!course.expand(m, s, span, least_terms(span * rate)) && reach > shortest_reach) {
      reach *= 0.5;
      continue;
    }
    s.v = course.at_end();
    s.ex *= decay(m.rate_ex * span);
    s.in *= decay(m.rate_in * span);
    dt -= span;
    if (course.terms() < few_terms) reach = std::min(1.5 * reach, longest_reach);
  }
  return s;
}

Outlook look_ahead(const ConductanceMembrane& m, const ConductanceState& s, double threshold) {
  TaylorCourse course;
  const double rate = fastest_rate(m, s);
  double reach = std::min(first_reach, longest_outlook * rate);
  while (!course.expand(m, s, reach / rate, least_terms(reach)) && reach > shortest_reach) reach *= 0.5;
  const double span = course.span();
  const SlopeAtThreshold slope{s.ex * (m.E_ex - threshold), s.in * (m.E_in - threshold), m.rate_ex, m.rate_in,
                               s.drive - m.leak * threshold};
  const double turn = slope.extremum();
  double from = 0.0;
  double slope_from = slope(from);
  for (const double to : {turn, span}) {
    if (!(to > from && to <= span)) continue;
    const double slope_to = slope(to);
    const bool turns_negative = slope_from > 0.0 && slope_to <= 0.0;
    const double last = turns_negative ? root([&](double t) { return -slope(t); }, from, to) : to;
    if ((slope_from > 0.0 || slope_to > 0.0) && course.at(last / span) >= threshold) {
      const auto excess = [&](double t) { return course.at(t / span) - threshold; };
      return {root(excess, from, last), span};
    }
    from = to;
    slope_from = slope_to;
  }
  return {-1.0, span};
}

}  // namespace synop
