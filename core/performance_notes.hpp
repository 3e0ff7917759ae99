#pragma once

#include <string>
#include <vector>

#include "synop/core/network.hpp"
#include "synop/core/schedule.hpp"

namespace synop {

// What makes this network slower than it need be, each in a sentence with its number: windows so short that opening them
// costs more than what happens in them, delays so different that hardly any synapses are delivered together, more
// threads than cores. Results are not affected. Empty if there is nothing to say.
std::vector<std::string> performance_notes(const Network& network, const Schedule& schedule, int threads);

}  // namespace synop
