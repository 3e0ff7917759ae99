#pragma once

#include <algorithm>
#include <cmath>

#include "synop/core/elementary.hpp"

namespace synop {

// A synaptic current that grows and decays with one time constant: I(t) = (I + D t / tau) exp(-t / tau). With D = 0 it
// is exponential; an input of an alpha-shaped one adds to D.
struct SynapticCurrent {
  double I = 0.0;  // pA
  double D = 0.0;  // pA

  // Bounds of I(t) > 0 at all later times and of its integral over tau. With I, D >= 0 and x = I / D < 1 the peak is
  // D exp(x - 1), which lies below its chord on [0, 1]; from x = 1 on the current only falls. A negative I or D only
  // lowers the current.
  double charge_bound() const { return std::max(I, 0.0) + std::max(D, 0.0); }
  double peak_bound() const {
    constexpr double one_over_e = 0.36787944117144233;
    return std::max(I, std::max(I, 0.0) * (1.0 - one_over_e) + std::max(D, 0.0) * one_over_e);
  }
};

// What a membrane and one receptor have in common, times in ms.
struct Receptor {
  double rate = 0.0;  // 1 / tau_syn
  double beta = 0.0;  // 1 / tau_syn - 1 / tau_m
};

// exp(-x) for x >= 0; beyond 2^-300 nothing is left that a comparison could see.
inline double faded(double x) { return exp2_bounded(-std::min(300.0, x * 1.44269504088896340736)); }

// (1 - (1 + y) exp(-y)) / y^2 for |y| <= 0.5, by its Taylor series to y^14 (next term 2e-18).
inline double ramp_response(double y) {
  const double y2 = y * y, y4 = y2 * y2;
  const double a = (1.0 / 2 - y * (1.0 / 3)) + y2 * (1.0 / 8 - y * (1.0 / 30));
  const double b = (1.0 / 144 - y * (1.0 / 840)) + y2 * (1.0 / 5760 - y * (1.0 / 45360));
  const double c = (1.0 / 403200 - y * (1.0 / 3991680)) + y2 * (1.0 / 43545600 - y * (1.0 / 518918400));
  const double d = (1.0 / 6706022400 - y * (1.0 / 93405312000)) + y2 * (1.0 / 1394852659200);
  return a + y4 * (b + y4 * (c + y4 * d));
}

// The charge (pA ms) of a current since h ms ago that the membrane still holds: the integral of
// exp(-(h - s) / tau_m) I(s) over [0, h]. `of_m` and `of_syn` are exp(-h / tau_m) and exp(-h / tau_syn). Where the time
// constants are close, or h is short, the difference of the exponentials is replaced by its series: no digits are lost
// and tau_syn may equal tau_m.
inline double held_charge(const SynapticCurrent& x, const Receptor& receptor, double h, double of_m, double of_syn) {
  const double y = receptor.beta * h;
  double of_I, of_D;
  if (std::abs(y) < 0.5) {
    const double ramp = of_m * ramp_response(y);
    of_I = h * (of_syn + y * ramp);
    of_D = receptor.rate * h * h * ramp;
  } else {
    of_I = (of_m - of_syn) / receptor.beta;
    of_D = receptor.rate * (of_I - h * of_syn) / receptor.beta;
  }
  return x.I * of_I + x.D * of_D;
}

// The same current h ms later.
inline SynapticCurrent later(const SynapticCurrent& x, const Receptor& receptor, double h, double of_syn) {
  return {(x.I + x.D * receptor.rate * h) * of_syn, x.D * of_syn};
}

// 1 / tau_m, 1 / tau_syn (1/ms) and 1 / C_m (1/pF).
struct MembraneRates {
  double m, syn, per_C_m;
};

// False only if v cannot reach theta: for theta > 0 as long as no input comes that would make the current larger, else
// within `span` ms. `current` is that of the excitatory synapses (or of all, where they share one time constant); there
// must be no other positive one. -inf for v passes never.
//
//   theta > 0:   max(v, 0) + charge / C_m >= theta and peak of the current >= theta C_m / tau_m, or v >= theta
//   theta <= 0:  v + max(-v, 0) min(1, span / tau_m) + min(charge, span peak) / C_m >= theta
inline bool may_cross(double v, const SynapticCurrent& current, double theta, const MembraneRates& r, double span) {
  const double peak = current.peak_bound();
  const double charge = current.charge_bound() / r.syn;
  if (theta > 0.0)
    return v >= theta || (std::max(v, 0.0) + charge * r.per_C_m >= theta && peak * r.per_C_m >= theta * r.m &&
                          !std::isinf(v));
  return v + std::max(-v, 0.0) * std::min(1.0, span * r.m) + std::min(charge, span * std::max(peak, 0.0)) * r.per_C_m >= theta;
}

// v(t) = V - V_inf of a membrane with two synaptic currents, t in ms after now, without further input.
struct PscCourse {
  double v = 0.0;                 // mV
  double rate_m = 0.0, C_m = 1.0;  // 1/ms, pF
  Receptor ex, in;
  SynapticCurrent i_ex, i_in;

  double value(double t) const;
  double current(double t) const;  // pA, of both synapses
};

// The first t in (0, horizon] with v(t) >= threshold, to a small fraction of a tick; negative if there is none. Requires
// v(0) < threshold. horizon may be infinite if threshold > 0.
//
// (v - threshold) exp(t / tau_m) rises exactly while the current is above I* = threshold C_m / tau_m, which would hold
// the membrane at its threshold. The instants at which the current passes I* therefore cut the course into pieces with
// at most one crossing, and the ends of a piece tell whether there is one (docs/numerics.md).
double first_crossing(const PscCourse& course, double threshold, double horizon);

}  // namespace synop
