#pragma once

#include <functional>
#include <vector>

#include "synop/io/nir/graph.hpp"

namespace synop::nir {

// In which order the nodes of a graph act within one instant or time step.
struct Order {
  std::vector<std::uint32_t> nodes;  // every node after those that lead to it
  std::vector<bool> closes_loop;     // for each edge: it comes last in a loop, and is late
};

// An edge closes a loop if it leads back to a node on the way there when the graph is walked depth first from its
// Inputs, in alphabetical order. Edges that leave a node for which `delays` holds wait for nothing in the instant and
// close nothing.
Order order_of(const Graph& graph, const std::function<bool(const Node&)>& delays);

}  // namespace synop::nir
