#pragma once

#include <array>

namespace synop {

// A membrane with a leak and two exponentially decaying conductances, between two inputs. Potentials are relative to
// E_L (mV), conductances are divided by C (1/ms), t is in ms:
//
//   dv/dt = -(leak + ex(t) + in(t)) v + ex(t) E_ex + in(t) E_in + drive,
//   ex(t) = ex exp(-rate_ex t),  in(t) = in exp(-rate_in t)
//
// Linear, but without a closed form: the exponent of its integrating factor holds exponentials.
struct ConductanceMembrane {
  double leak = 0.0;  // g_L / C
  double E_ex = 0.0, E_in = 0.0;
  double rate_ex = 0.0, rate_in = 0.0;  // 1 / tau_syn
  double tolerance = 0.0;               // of one step, mV
};

struct ConductanceState {
  double v = 0.0;
  double ex = 0.0, in = 0.0;
  double drive = 0.0;  // I / C, mV/ms
};

// A threshold (relative to E_L, mV) that is constant, or the sum of a constant and a part that decays.
struct CourseThreshold {
  double constant = 0.0;
  double adaptation = 0.0;  // mV, now ...
  double rate = 0.0;        // ... and how fast it decays, 1/ms
};

// v on [0, span] as its Taylor polynomial, sum of term[k] (t / span)^k. The equation gives each coefficient from those
// before it (Cauchy product with the coefficients of the exponentials); v is entire, so the series converges for every
// span, and it is cut where two terms in a row are below the tolerance. No step of a lower order, no rejected
// stages: the same polynomial serves to advance, to look for a crossing and to locate it.
//   Jorba & Zou (2005) Exp. Math. 14:99.
class TaylorCourse {
 public:
  static constexpr int most_terms = 28;

  // Takes at least `least` terms, which must be more than the span in units of the fastest rate: from there on terms
  // fall. False if they have not become small: the span is too long.
  bool expand(const ConductanceMembrane& membrane, const ConductanceState& state, double span, int least);
  double span() const { return span_; }
  int terms() const { return terms_; }
  double at_end() const { return end_; }
  double at(double share) const;  // v at share * span
  // Subtracts the course of a threshold, so that at() is the distance from it.
  void subtract(const CourseThreshold& threshold, double tolerance);
  // The first zero of the polynomial, from below, as a share of the span; negative if there is none.
  double first_zero() const;

 private:
  struct Expansion;

  std::array<double, most_terms + 1> term_;
  int terms_ = 0;
  double span_ = 0.0;
  double end_ = 0.0;
};

// The state after `dt`, in as few steps as the tolerance allows. A conductance that cannot move v by an eighth of the
// tolerance any more is set to 0; without conductances the course is in closed form.
ConductanceState advanced(const ConductanceMembrane& membrane, const ConductanceState& state, double dt);

// What is known of the next crossing of the threshold if no input comes.
struct Outlook {
  double crossing = -1.0;  // ms from now; negative: none within `searched`
  double searched = 0.0;   // ms
};
// Looks at one step ahead, for the first instant at which v is at the threshold. Requires v below it.
Outlook look_ahead(const ConductanceMembrane& membrane, const ConductanceState& state, const CourseThreshold& threshold);

}  // namespace synop
