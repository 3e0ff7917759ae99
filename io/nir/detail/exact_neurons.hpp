#pragma once

#include <vector>

#include "synop/io/experiment/network_sections.hpp"
#include "synop/io/nir/graph.hpp"
#include "synop/io/nir/options.hpp"

namespace synop::nir::detail {

// A node with a potential as a population of neurons; `current` is what enters each for ever (empty: nothing).
PopulationSection exact_neurons(const Node& node, const std::string& name, const std::vector<double>& current,
                                Reset reset);

// By how much a spike of weight 1 and this area (s) moves the state that inputs of the population's model move.
std::vector<double> jump_per_weight(const Node& node, double area);

// Of Cuba nodes: what has to enter the synaptic current at 0 ms, so that a constant input rises with tau_syn.
std::vector<double> initial_currents(const Node& node, const std::vector<double>& current);

}  // namespace synop::nir::detail
