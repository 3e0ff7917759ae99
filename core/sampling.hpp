#pragma once

#include <cstdint>
#include <span>

#include "synop/core/distribution.hpp"
#include "synop/core/random.hpp"

namespace synop {

// Draws one value of a validated distribution. `index` selects from a list and is not used otherwise.
double sample(const Distribution& distribution, RandomStream& random, std::uint64_t index);

// Draws values.size() values of a validated distribution that is no list, several at a time: a normal costs about a
// tenth of what sample() takes, and is another one; uniform values are the same. The stream must be new or just moved
// by seek(), and is to be moved before anything else is drawn from it. The first values do not depend on how many are
// drawn.
void sample_many(const Distribution& distribution, RandomStream& random, std::span<double> values);

}  // namespace synop
