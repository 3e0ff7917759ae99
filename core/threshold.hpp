#pragma once

#include <cmath>

namespace synop {

// The relative tolerance of every threshold test. A scaled threshold and a scaled input are rounded separately, so an
// exact tie (three inputs of 5 mV on a threshold 15 mV away) would otherwise depend on where the clock started. It is far
// above the rounding of a test (some 1e-15) and moves a crossing by less than a tick.
inline constexpr double threshold_tolerance = 0x1p-40;

// The value from which a state counts as having reached `threshold`, whatever the sign of the threshold.
inline double reached_from(double threshold) { return threshold - threshold_tolerance * std::abs(threshold); }

// Scaled states below this magnitude are set to 0: subnormal numbers are slow.
inline constexpr double negligible_state = 0x1p-960;

inline double rescaled(double state, double factor) {
  const double x = state * factor;
  return std::abs(x) < negligible_state ? 0.0 : x;
}

}  // namespace synop
