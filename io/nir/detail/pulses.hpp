#pragma once

#include <vector>

#include "synop/io/nir/detail/paths.hpp"
#include "synop/io/nir/exact_network.hpp"

namespace synop::nir::detail {

// The spikes of an Input as pulses of height 1 during `dt`: a current in steps into every neuron that they reach,
// through the weights and delays between. Added to `made`, whose populations must be there.
void add_pulses(const Graph& graph, std::uint32_t input, Paths& paths, const std::vector<std::vector<Time>>& trains,
                Delay dt, ExactNetwork& made);

}  // namespace synop::nir::detail
