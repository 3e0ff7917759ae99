#pragma once

#include <string>
#include <utility>
#include <vector>

#include "synop/core/network.hpp"

namespace synop::sonata {

// A drive as SONATA has it: a virtual population with a node for each target, which sends the target's train to it alone.
struct ExportedDrive {
  std::string nodes;  // name of the population; the drive's own, numbered where that is taken
  std::string edges;  // name of the population of edges
};

// One for each drive of the network. Throws Error(model), naming it, where the trains until `stop` would not fit into memory.
std::vector<ExportedDrive> exported_drives(const Network& network, Time stop);

// The steps before `stop` of all currents, in the order in which they are added where they coincide. Throws Error(model),
// naming population and stimulus, for currents that are no steps which all targets share.
std::vector<std::pair<PopulationId, CurrentStep>> exported_steps(const Network& network, Time stop);

}  // namespace synop::sonata
