#pragma once

namespace synop {

// Direct current: neuron i of the input population receives, while the sample is shown, the constant current
//
//   I_i = max_current x_i
//
//   max_current   pA   of intensity x = 1; may be negative
//
// Rueckauer, Lungu, Hu, Pfeiffer & Liu (2017) Front. Neurosci. 11:682.
struct DirectCurrent {
  double max_current = 0.0;

  double amplitude(double x) const { return max_current * x; }
};

}  // namespace synop
