#pragma once

#include "synop/core/elementary.hpp"

namespace synop {

// base^exponent for 0 <= base and 0 < exponent, where |exponent log2(base)| < 1000 unless base < 1; 0 for a base of 0.
inline double weight_power(double base, double exponent) {
  const double order = exponent * log2_positive(base);
  const double raised = exp2_bounded(select(order < -1000.0, -1000.0, order));
  return select(base <= 0.0, 0.0, raised);
}

}  // namespace synop
