#include "synop/io/run/run_statistics.hpp"

#include <algorithm>

namespace synop {

PopulationStatistics statistics_of(std::string population, std::uint32_t neurons, std::uint64_t recorded,
                                   std::span<const Spike> spikes, Time start, Time stop) {
  const auto end = std::partition_point(spikes.begin(), spikes.end(), [&](const Spike& s) { return s.time < stop; });
  spikes = spikes.first(static_cast<std::size_t>(end - spikes.begin()));
  PopulationStatistics statistics{.population = std::move(population),
                                  .recorded = recorded,
                                  .start = start,
                                  .stop = stop,
                                  .spikes = spikes.size(),
                                  .cv = interval_cv(spikes, neurons),
                                  .correlation = pairwise_correlation(spikes, neurons, start, stop - start, correlation_bin)};
  statistics.rate = mean_rate(spikes, static_cast<std::uint32_t>(recorded), stop - start);
  return statistics;
}

}  // namespace synop
