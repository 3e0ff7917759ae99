#pragma once

#include <filesystem>

#include "synop/io/nir/graph.hpp"

namespace synop::nir {

// Reads a .nir file of any version up to 1.x: nested graphs are taken apart and shapes worked out. HDF5 runs in a child
// process with limits. Throws Error(file) if the file cannot be read and Error(input), naming node and dataset, if it
// is damaged or says something that is wrong or unknown.
Graph read_graph(const std::filesystem::path& path);

}  // namespace synop::nir
