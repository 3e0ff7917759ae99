#pragma once

#include <map>
#include <span>
#include <string>

#include "synop/core/observer.hpp"
#include "synop/io/experiment/network_sections.hpp"

namespace synop::nir {

// Ends a run in which a readout of a graph (LI, I, CubaLI) comes to the limit that its potential has in continuous time,
// where it would spike and be reset. To be attached to the simulation of the populations.
class ReadoutGuard final : public Observer {
 public:
  explicit ReadoutGuard(std::span<const PopulationSection> populations);

  // Throws Error(model) naming population and time.
  void on_spikes(PopulationId population, std::span<const Spike> spikes) override;

 private:
  std::map<std::uint32_t, std::string> readouts_;  // names, by population
};

}  // namespace synop::nir
