#pragma once

#include <span>

#include "synop/core/network.hpp"

namespace synop::detail {

// Counts the synapses of a procedural projection, exactly: all rows of its shards are generated once, in parallel, and
// forgotten. Sets the projection's out-degrees, synapses, groups and delays, and which rows of the shards are filled.
void count_procedural(std::span<Shard> shards, int threads, Projection& projection);

}  // namespace synop::detail
