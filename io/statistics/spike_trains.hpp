#pragma once

#include <cstdint>
#include <span>

#include "synop/core/spike.hpp"

namespace synop {

// Statistics of the spikes of one population that were recorded during [start, start + span), in order of time, as
// observers get them.

// Spikes per second and neuron.
double mean_rate(std::span<const Spike> spikes, std::uint32_t neurons, Delay span);

struct IntervalCv {
  double mean = 0.0;          // not a number where no neuron counts
  std::uint32_t neurons = 0;  // that count
};
// The coefficient of variation (standard deviation / mean, both of the neuron's own intervals) of the intervals
// between a neuron's spikes, averaged over the neurons with `least_spikes` or more; 0 for a clock, 1 for a Poisson
// process. Short recordings underestimate it: a neuron with n intervals finds about (1 - 1 / n) of a variance, and
// long intervals are cut off.
IntervalCv interval_cv(std::span<const Spike> spikes, std::uint32_t neurons, std::uint32_t least_spikes = 3);

struct Correlation {
  double mean = 0.0;          // not a number with fewer than two neurons that count
  std::uint32_t neurons = 0;  // whose count of spikes is not the same in all bins
};
// Pearson's correlation of the numbers of spikes in the whole bins of [start, start + span), averaged over the pairs
// of the first `neurons` neurons. Neurons whose count is the same in all bins have none and are left out. The
// work grows with the number of spikes and of bins, not with that of pairs.
Correlation pairwise_correlation(std::span<const Spike> spikes, std::uint32_t neurons, Time start, Delay span,
                                 Delay bin);

// Variance / mean of the number of spikes of the first `neurons` neurons together, over the whole bins of
// [start, start + span): 1 for independent Poisson processes. Not a number without spikes.
double synchrony(std::span<const Spike> spikes, std::uint32_t neurons, Time start, Delay span, Delay bin);

}  // namespace synop
