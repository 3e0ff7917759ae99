#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "synop/io/hdf5/snapshot.hpp"

namespace synop::sonata {

// Checks the index `direction` (source_to_target or target_to_source) of the population of edges at `path`, if there is
// one, against the node of every edge at that end. Throws Error(input), naming dataset and row, where they disagree.
// Both spellings are known, indices and indicies, node_id_to_ranges and node_id_to_range. A node without edges has
// an empty or a negative range, or none: the table may be shorter than the population.
void check_edge_index(const Hdf5Snapshot& file, const std::string& path, std::string_view direction,
                      const std::vector<std::uint64_t>& nodes);

}  // namespace synop::sonata
