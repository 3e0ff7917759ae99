#pragma once

namespace synop::detail {

// v(t) = (a + b t) exp(-t / tau_m) + ex exp(-t / tau_ex) + in exp(-t / tau_in), t in ms after now. b is the limit form of
// synapses with tau_syn == tau_m, whose own term is then 0.
struct PotentialCourse {
  double a = 0.0, b = 0.0, ex = 0.0, in = 0.0;  // mV (b: mV/ms)
  double rate_m = 0.0, rate_ex = 0.0, rate_in = 0.0;  // 1 / tau, 1/ms

  double value(double t) const;
  // v'(t) exp(t / tau_m), which has the sign of the slope and at most one extremum of its own.
  double scaled_slope(double t) const;
  // Where scaled_slope has its extremum; negative if there is none.
  double slope_extremum() const;
};

// The first t in (0, horizon] with v(t) >= threshold, to a small fraction of a tick; negative if there is none.
// Requires v(0) < threshold. horizon may be infinite if threshold > 0.
//
// v is cut at its at most two extrema, found between 0, the extremum of scaled_slope and the horizon; on each piece it
// is monotone, so the ends tell whether it crosses and a bracket holds exactly one crossing.
double first_crossing(const PotentialCourse& course, double threshold, double horizon);

// v(t) = slow exp(-t / tau_slow) + fast exp(-t / tau_fast), tau_fast < tau_slow, t in ms after now.
struct TwoExponentials {
  double slow = 0.0, fast = 0.0;              // mV
  double tau_slow = 0.0, tau_fast = 0.0;      // ms
};

// As above. v has at most one extremum, in closed form with its value, so that most courses which passed a bound but do
// not cross are sent away with one logarithm and one exponential.
double first_crossing(const TwoExponentials& course, double threshold, double horizon);

}  // namespace synop::detail
