#pragma once

#include <cstdint>

#include "synop/core/distribution.hpp"
#include "synop/core/random.hpp"

namespace synop {

// Draws one value of a validated distribution. `index` selects from a list and is not used otherwise.
double sample(const Distribution& distribution, RandomStream& random, std::uint64_t index);

}  // namespace synop
