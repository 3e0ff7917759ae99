#pragma once

namespace synop {

// Poisson trains: neuron i of the input population, a poisson_population, fires while the sample is shown with the rate
//
//   r_i = max_rate x_i
//
//   max_rate   Hz   of intensity x = 1
//
// Every presentation of a sample has trains of its own; they depend on (seed, sample, channel) alone.
struct PoissonRate {
  double max_rate = 63.75;

  // Of intensity x = value / full.
  double rate(double value, double full = 1.0) const { return max_rate * value / full; }
};

}  // namespace synop
