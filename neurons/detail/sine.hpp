#pragma once

#include <cmath>

namespace synop::detail {

// sin(2 pi turns), error below 1e-15 for |turns| < 1; of our own for the reasons given in core/elementary.hpp.
inline double sine_of_turns(double turns) {
  double x = turns - std::floor(turns + 0.5);  // in [-1/2, 1/2)
  if (x > 0.25) x = 0.5 - x;
  if (x < -0.25) x = -0.5 - x;
  const double y = x * 6.28318530717958647693;  // |y| <= pi / 2
  const double z = y * y;
  double series = 1.0;
  for (int n = 22; n >= 2; n -= 2) series = 1.0 - series * z / (n * (n + 1.0));  // next term 3e-18
  return y * series;
}

}  // namespace synop::detail
