#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "synop/core/spike.hpp"
#include "synop/io/statistics/spike_trains.hpp"

namespace synop {

inline constexpr Delay correlation_bin{5 * ticks_per_ms};

// How the recorded neurons of a population fired in [start, stop).
struct PopulationStatistics {
  std::string population;
  std::uint64_t recorded = 0;  // neurons
  Time start;
  Time stop;
  std::uint64_t spikes = 0;
  double rate = 0.0;  // 1/s
  IntervalCv cv;
  Correlation correlation;  // in bins of correlation_bin
};

// `spikes` in order of time; those at or after `stop` are left out. `neurons` is the size of the population.
PopulationStatistics statistics_of(std::string population, std::uint32_t neurons, std::uint64_t recorded,
                                   std::span<const Spike> spikes, Time start, Time stop);

}  // namespace synop
