#pragma once

#include "synop/io/sonata/detail/circuit.hpp"

namespace synop::sonata {

// Cuts the populations of nodes into parts of equal model and parameters and adds those of neurons and of virtual nodes
// to the circuit and its builder; virtual nodes send the spikes given (by population and row).
// A parameter of dynamics_params in the HDF5 file is one of each neuron where the model lets it differ; others cut.
void add_parts(Circuit& circuit, const std::vector<std::vector<std::vector<Time>>>& spikes);

// Which nodes are virtual, by row. Throws Error(input) on a model_type that is not supported.
std::vector<bool> virtual_nodes(const Nodes& nodes);

}  // namespace synop::sonata
