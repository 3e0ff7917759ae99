#pragma once

#include <filesystem>

#include "synop/io/nir/graph.hpp"

namespace synop::nir {

// Writes a graph as NIR 1.0 has it: numbers as float64, so that read_graph() gives the same again, and what counts as
// int64. The file is written as <path>.part and named when it is complete. Throws Error(file).
void write_graph(const Graph& graph, const std::filesystem::path& path);

}  // namespace synop::nir
