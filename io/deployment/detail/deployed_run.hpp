#pragma once

#include <vector>

#include "synop/core/spike.hpp"
#include "synop/io/deployment/deployed_network.hpp"
#include "synop/io/deployment/step_network.hpp"

namespace synop {

// A deployed network with memory of its own, fed with spikes in continuous time.
class DeployedRun {
 public:
  DeployedRun(std::span<const std::byte> image, Delay step);

  // From the start to the step at or after `span`; given are the spikes of each source population by its number (empty
  // for others), sorted by time. A spike is one of the first step that knows of it.
  void run(const std::vector<std::vector<Spike>>& given, Delay span);

  // The spikes of a population of neurons, at the ends of their steps.
  const std::vector<Spike>& spikes(std::uint32_t population) const { return spikes_[population]; }
  const DeployedNetwork& network() const { return network_; }

 private:
  Buffer ram_;
  DeployedNetwork network_;
  Delay step_;
  std::vector<std::vector<Spike>> spikes_;
  std::vector<std::size_t> next_;
};

}  // namespace synop
