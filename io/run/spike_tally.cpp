#include "synop/io/run/spike_tally.hpp"

#include <algorithm>

namespace synop {

SpikeTally::SpikeTally(const Network& network) {
  for (const Population& population : network.populations())
    of_.push_back({std::vector<std::uint64_t>(population.size), std::vector<std::uint64_t>(population.size)});
}

void SpikeTally::on_spikes(PopulationId population, std::span<const Spike> spikes) {
  std::vector<std::uint64_t>& current = of_[population.index].current;
  for (const Spike& spike : spikes) ++current[spike.neuron];
}

void SpikeTally::end_inference() {
  ++inferences_;
  for (Counts& counts : of_) {
    for (std::size_t i = 0; i < counts.current.size(); ++i) {
      counts.total[i] += counts.current[i];
      counts.active += counts.current[i] != 0 ? 1 : 0;
      counts.largest = std::max(counts.largest, counts.current[i]);
    }
    std::fill(counts.current.begin(), counts.current.end(), 0);
  }
}

void SpikeTally::reset() {
  inferences_ = 0;
  for (Counts& counts : of_) {
    std::fill(counts.total.begin(), counts.total.end(), 0);
    std::fill(counts.current.begin(), counts.current.end(), 0);
    counts.active = counts.largest = 0;
  }
}

}  // namespace synop
