#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace synop {

// How many operations per synapse and inference, S, a spiking network may perform before it costs more than one that
// multiplies every weight once. All energies in J (or any one unit):
//
//   A = MAC + weight read + activation read       of a conventional network, per synapse
//   B = addition + weight read + state read + state write + address   of a spiking one, per synaptic operation
//   N = leak + comparison + state read + state write                   of a neuron that is updated in a step
//
//   spiking wins  <=>  S B + (T / f) N < A,  so  S* = (A - (T / f) N) / B
//
// with T steps per inference and f synapses per neuron. Limits: without memory S* = MAC / addition; where the weight
// dominates and both have the same width, 1; where the conventional network has b bits and the spiking one w, b / w.
struct BreakEvenTerms {
  double conventional = 0.0;  // A
  double event = 0.0;         // B
  double update = 0.0;        // N; 0 where nothing is clocked
  double steps = 0.0;         // T
  double fan_in = 1.0;        // f

  // S*; negative where updates alone cost more than the conventional network. Error(model) unless B > 0 and f > 0.
  double solve() const;
};

enum class Standing { win, marginal, lose };
std::string_view name(Standing standing);

// S against one limit (within 10 % of it is marginal) or against a band (inside it is marginal).
Standing standing(double s, double low, double high);

// A limit of S that somebody published, or that follows from what was published.
struct Threshold {
  std::string name;
  std::string source;
  double low = 0.0;
  double high = 0.0;  // equal to low unless it is a band
};

// Those of the literature, and that of Yan et al. for a conventional network of `activation_bits` and weights of
// `weight_bits`.
std::span<const Threshold> published_thresholds();
Threshold quantised_threshold(unsigned activation_bits, unsigned weight_bits);

// Bits that tell 0 ... count apart: ceil(log2(count + 1)), at least 1.
unsigned bits_for_count(std::uint64_t count);

}  // namespace synop
