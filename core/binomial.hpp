#pragma once

#include <cstdint>

#include "synop/core/random.hpp"

namespace synop {

// The largest n of binomial(): whole numbers up to it are exact as double.
inline constexpr std::uint64_t largest_binomial_n = std::uint64_t{1} << 53;

// Draws the number of successes of n independent trials that each succeed with probability p in [0, 1].
//
// Exact but for rounding (relative error of a probability below 1e-7 even for n = 2^53), and made of our own elementary
// functions: hosts agree. Means below 10 by inversion, others by transformed rejection with squeeze, whose cost depends
// little on n and p (algorithm BTRS of W. Hoermann (1993) J. Stat. Comput. Simul. 46:101).
std::uint64_t binomial(RandomStream& random, std::uint64_t n, double p);

}  // namespace synop
