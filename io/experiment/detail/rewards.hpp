#pragma once

#include <cstddef>

#include "synop/io/experiment/experiment.hpp"

namespace synop::detail {

// Rewards reach synapses whose rule has them, while the run goes on. Throws Error(model) with the position.
void check_reward(const RewardSection& section, const Experiment& experiment);
// Whether some [[reward]] names the projection, by index.
bool is_rewarded(const Experiment& experiment, std::size_t projection);

}  // namespace synop::detail
