#include "synop/neurons/conductance_course.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "synop/core/elementary.hpp"
#include "synop/neurons/detail/bracketed_root.hpp"

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

// Coefficients of the powers of x in [0, 1] to those of the Bernstein polynomials of degree n.
void to_bernstein(const double* a, std::size_t n, double* b) {
  std::copy(a, a + n + 1, b);
  double binomial = 1.0;
  for (std::size_t k = 1; k <= n; ++k) {
    binomial *= static_cast<double>(n - k + 1) / static_cast<double>(k);
    b[k] /= binomial;
  }
  for (std::size_t level = 1; level <= n; ++level)
    for (std::size_t k = n; k >= level; --k) b[k] += b[k - 1];
}

// The fastest rate in the course of v from here on.
double fastest_rate(const ConductanceMembrane& m, const ConductanceState& s) {
  return m.leak + s.ex + s.in + std::max(s.ex > 0.0 ? m.rate_ex : 0.0, s.in > 0.0 ? m.rate_in : 0.0);
}

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

// The decaying part is a Taylor series too; it may need more terms than v does.
void TaylorCourse::subtract(const CourseThreshold& threshold, double tolerance) {
  term_[0] -= threshold.constant;
  double part = threshold.adaptation;
  for (int k = 0; k <= terms_ || (k <= most_terms && std::abs(part) > 0.25 * tolerance); ++k) {
    if (k > terms_) term_[terms_ = k] = 0.0;
    term_[k] -= part;
    part *= -threshold.rate * span_ / (k + 1);
  }
}

// On a part of the span a polynomial lies within its Bernstein coefficients, and has at most as many zeros as they change
// sign; parts that leave it open are halved, the earlier half first (Lane & Riesenfeld 1981, BIT 21:112).
double TaylorCourse::first_zero() const {
  double highest = term_[0];
  for (int k = 1; k <= terms_; ++k) highest += std::max(0.0, term_[k]);
  if (highest < 0.0) return -1.0;

  struct Part {
    std::array<double, most_terms + 1> b;
    double begin, length;
  };
  const auto n = static_cast<std::size_t>(terms_);
  constexpr double rounding = 1e-12;  // mV, of a sum of terms
  constexpr int most_halvings = 30;   // what is open then touches zero and no more
  std::array<Part, most_halvings + 2> parts;  // to look at, the earliest last: one of each length, and one more
  std::size_t open = 1;
  parts[0].begin = 0.0;
  parts[0].length = 1.0;
  to_bernstein(term_.data(), n, parts[0].b.data());
  while (open > 0) {
    Part part = parts[--open];
    if (std::none_of(part.b.begin(), part.b.begin() + terms_ + 1, [](double b) { return b > rounding; })) continue;
    if (part.b[0] >= 0.0) return part.begin;
    std::size_t changes = 0;
    for (std::size_t k = 1; k <= n; ++k) changes += (part.b[k] < 0.0) != (part.b[k - 1] < 0.0) ? 1 : 0;
    if (changes == 1)
      return detail::root([&](double share) { return at(share); }, part.begin, part.begin + part.length, 1e-15);
    if (part.length <= 1.0 / (1 << most_halvings)) continue;
    part.length *= 0.5;
    Part later = part;
    later.begin += part.length;
    for (std::size_t level = 1; level <= n; ++level)  // de Casteljau: the earlier half's coefficients, then the later's
      for (std::size_t k = n; k >= level; --k) part.b[k] = 0.5 * (part.b[k] + part.b[k - 1]);
    for (std::size_t level = 1; level <= n; ++level)
      for (std::size_t k = 0; k + level <= n; ++k) later.b[k] = 0.5 * (later.b[k] + later.b[k + 1]);
    parts[open++] = later;
    parts[open++] = part;
  }
  return -1.0;
}

Outlook look_ahead(const ConductanceMembrane& m, const ConductanceState& s, const CourseThreshold& threshold) {
  TaylorCourse course;
  const double rate = std::max(fastest_rate(m, s), threshold.adaptation != 0.0 ? threshold.rate : 0.0);
  double reach = std::min(first_reach, longest_outlook * rate);
  while (!course.expand(m, s, reach / rate, least_terms(reach)) && reach > shortest_reach) reach *= 0.5;
  course.subtract(threshold, m.tolerance);
  const double zero = course.first_zero();
  return {zero < 0.0 ? -1.0 : zero * course.span(), course.span()};
}

}  // namespace synop
