#pragma once

#include <vector>

#include "synop/core/network.hpp"
#include "synop/io/nir/graph.hpp"

namespace synop::nir::detail {

struct ExportedNode {
  Node node;
  std::vector<double> bias;  // of IF, for each neuron, where any is not 0
};

// A population as a node of its name. Throws Error(model) naming the population where NIR cannot say what it is.
ExportedNode exported_node(const Population& population);

// Whether a spike lowers the potential in place of setting it, which the file cannot say.
bool resets_by_subtraction(const Population& population);

}  // namespace synop::nir::detail
