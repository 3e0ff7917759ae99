#pragma once

#include "synop/core/distribution.hpp"
#include "synop/core/random.hpp"

namespace synop {

// Whether so few draws of a normal, lognormal or exponential fall into [low, high] (one in some hundred) that to draw until
// one does is slower than sample_truncated(). Uses no function of the C library, so that the answer is the same everywhere.
bool keeps_few(const Distribution& distribution);

// A draw of what redrawing would give, in a few steps wherever the bounds lie: rejection from an exponential or a uniform
// that is close to the density within the bounds. For the tail of a normal: Robert 1995, Stat. Comput. 5:121.
double sample_truncated(const Distribution& distribution, RandomStream& random);

}  // namespace synop
