#pragma once

#include <string>
#include <vector>

#include "synop/io/nir/graph.hpp"
#include "synop/io/nir/options.hpp"
#include "synop/io/nir/order.hpp"

namespace synop::nir {

// Why a graph cannot run in continuous time with these options: every reason, with its node.
struct Obstacle {
  std::uint32_t node = 0;
  std::string reason;
};
std::vector<Obstacle> exact_obstacles(const Graph& graph, const Options& options);

// Throws Error(model) with all of them, and what can be done, if there are any.
void refuse_obstacles(const Graph& graph, const Options& options);

// Whether all nodes that spike can be reset by subtraction.
bool can_subtract(const Graph& graph);

// Whether a node's output is spikes, as they are or weighted (otherwise it is graded: a potential, say), by node.
std::vector<bool> carries_spikes(const Graph& graph);

// Of every node, the value that its input has for ever without any spike. Nodes that may spike give 0.
std::vector<std::vector<double>> constant_inputs(const Graph& graph);

// The order of maps and Delays, for which neurons are only beginnings and ends.
Order order_between_neurons(const Graph& graph);

// Edges that close a loop in which no Delay lies, by edge.
std::vector<bool> loop_closing_edges(const Graph& graph);

}  // namespace synop::nir
