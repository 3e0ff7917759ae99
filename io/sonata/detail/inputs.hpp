#pragma once

#include "synop/io/sonata/detail/circuit.hpp"

namespace synop::sonata {

// Spike trains by population and row, sorted.
using InputTrains = std::vector<std::vector<std::vector<Time>>>;

// The spikes that the inputs of the configuration give to virtual nodes. Inputs onto the same node add up. What a file
// holds of nodes outside the node set is left out, with a note.
InputTrains read_spike_inputs(const SonataConfig& config, std::span<const Nodes> nodes, const NodeSets& sets,
                              std::vector<std::string>& assumptions);

// Adds the currents of the configuration to the circuit's builder.
void add_currents(Circuit& circuit, const NodeSets& sets);

}  // namespace synop::sonata
