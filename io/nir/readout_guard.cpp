#include "synop/io/nir/readout_guard.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop::nir {

ReadoutGuard::ReadoutGuard(std::span<const PopulationSection> populations) {
  for (std::uint32_t p = 0; p < populations.size(); ++p)
    if (populations[p].is_readout) readouts_.emplace(p, populations[p].name);
}

void ReadoutGuard::on_spikes(PopulationId population, std::span<const Spike> spikes) {
  const auto readout = readouts_.find(population.index);
  if (readout == readouts_.end() || spikes.empty()) return;
  throw Error(ErrorKind::model,
              fmt::format("the potential of neuron {} of the readout '{}' came to {:g}, its limit in continuous time, at {} ms; "
                          "allowed: weights, time constants and a spike_area that keep it below (a network trained with pulses "
                          "wants spike_area = dt)",
                          spikes.front().neuron, readout->second, any_potential.high, spikes.front().time.ms()));
}

}  // namespace synop::nir
