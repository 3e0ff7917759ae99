#pragma once

#include "synop/io/sonata/detail/circuit.hpp"
#include "synop/io/sonata/detail/edges.hpp"

// Stimuli of an exported network (stimulus_column). They become drives again, not populations with a projection: windows,
// blocks and the order of inputs are then those of the network that was exported, and with them every digit of a spike time.
namespace synop::sonata {

// Whether the population of nodes stands for a stimulus; its places and trains are noted if so. Throws Error(input) if only
// some of its nodes do, or one is not virtual.
bool add_stimulus(Circuit& circuit, std::uint32_t population, const std::vector<std::vector<Time>>& trains);

// Adds the drive that the edges from such nodes are. Throws Error(input), naming the edge, unless each node has one edge,
// all of one weight and delay, to neurons in a row.
void connect_stimulus(Circuit& circuit, const Edges& edges, const std::vector<double>& weights, const std::vector<double>& delays);

// Says which stimuli have no edges.
void note_unconnected_stimuli(Circuit& circuit);

}  // namespace synop::sonata
