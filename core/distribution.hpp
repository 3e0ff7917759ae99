#pragma once

#include <limits>
#include <string_view>
#include <vector>

namespace synop {

// How a quantity that differs between neurons or synapses is drawn: the description only; drawing is done where the
// random numbers are. The unit is that of the quantity (ms, mV, pA).
struct Distribution {
  enum Kind {
    constant,  // a
    uniform,   // [a, b)
    normal,    // mean a, standard deviation b
    list,      // values[i] for the i-th neuron or synapse
    lognormal,    // the logarithm has mean a and standard deviation b
    exponential,  // mean a > 0
    uniform_int   // whole numbers from a to b, both included
  };
  // What happens to a draw of a normal, lognormal or exponential outside [low, high].
  enum Outside { redraw, clip };

  Kind kind = constant;
  double a = 0.0;
  double b = 0.0;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  Outside outside = redraw;
  bool mirrored = false;  // lognormal, exponential: minus the draw, which then is to lie in [low, high]
  std::vector<double> values = {};

  // The interval that holds every value that can be drawn.
  double smallest() const;
  double largest() const;

  // Throws Error(model), naming `what`, on a value that is not finite, a uniform with b < a, a negative standard
  // deviation, low >= high, an empty list, whole numbers that are none or beyond +-2^31, and a distribution of which
  // [low, high] keeps fewer than one draw in 10^9, although they could be drawn.
  void validate(std::string_view what) const;

  friend bool operator==(const Distribution&, const Distribution&) = default;
};

std::string_view kind_name(Distribution::Kind kind);  // "lognormal"

}  // namespace synop
