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
    normal,    // mean a, standard deviation b, kept within [low, high]
    list       // values[i] for the i-th neuron or synapse
  };
  // What happens to a normal draw outside [low, high].
  enum Outside { redraw, clip };

  Kind kind = constant;
  double a = 0.0;
  double b = 0.0;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  Outside outside = redraw;
  std::vector<double> values = {};

  // The interval that holds every value that can be drawn.
  double smallest() const;
  double largest() const;

  // Throws Error(model), naming `what`, on a value that is not finite, a uniform with b < a, a negative standard
  // deviation, low >= high, an empty list, and a normal of which [low, high] keeps fewer than one draw in 10^9, so that
  // redrawing would hardly ever end.
  void validate(std::string_view what) const;

  friend bool operator==(const Distribution&, const Distribution&) = default;
};

}  // namespace synop
