#pragma once

#include <string_view>

namespace synop {

// A function of distance: the probability of a connection, a weight or a delay. NEST's names; lengths are in the unit
// of the positions, values in the unit of what is given.
//
//   linear        c + a d
//   exponential   c + a exp(-d / beta)
//   gaussian      c + a exp(-(d - mean)^2 / (2 std^2))
//   gamma         c + a d^(kappa - 1) exp(-d / theta) / (theta^kappa Gamma(kappa))
//
// Made of our own elementary functions: hosts agree.
struct DistanceFunction {
  enum Kind { linear, exponential, gaussian, gamma };

  Kind kind = linear;
  double a = 1.0;
  double c = 0.0;
  double beta = 1.0;  // > 0
  double mean = 0.0;
  double std = 1.0;    // > 0
  double kappa = 1.0;  // >= 1, so that the value at distance 0 is finite
  double theta = 1.0;  // > 0

  double at(double distance) const;  // distance >= 0, or infinity
  // The bounds of its values over the distances [from, to]; `to` may be infinity.
  double largest_between(double from, double to) const;
  double smallest_between(double from, double to) const;
  // A distance from which on all values are below `limit`; infinity if there is none.
  double reach(double limit) const;
  // Throws Error(model), naming `what`, on a parameter out of range.
  void validate(std::string_view what) const;

  friend bool operator==(const DistanceFunction&, const DistanceFunction&) = default;

 private:
  template <class Better>
  double best_between(double from, double to, Better better) const;
};

}  // namespace synop
