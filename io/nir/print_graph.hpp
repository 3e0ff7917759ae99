#pragma once

#include <iosfwd>

#include <string>

#include "synop/io/nir/graph.hpp"
#include "synop/io/nir/options.hpp"

namespace synop::nir {

// What a graph holds, for people: nodes with shapes and the range of their parameters, edges, and what can run in
// continuous time, with the reasons where it cannot.
void print_graph(std::ostream& out, const Graph& graph, const Options& options);

// The same as JSON.
std::string graph_json(const Graph& graph, const Options& options);

}  // namespace synop::nir
