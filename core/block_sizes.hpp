#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "synop/core/distribution.hpp"
#include "synop/core/time.hpp"

namespace synop {

// Populations are cut into blocks, each advanced by one thread at a time. Small blocks keep their state in the private
// cache and divide between threads; large ones have more synapses in a group (one source, delay and sign) to share the
// cost of its bookkeeping. The cut depends on the network alone: on sizes and on what is expected of its connections.

// The synapses of a projection as a population of targets sees them.
struct ExpectedRows {
  double synapses = 0.0;  // of the projection
  double per_row = 0.0;   // synapses of one source
  bool both_signs = false;
  double groups = 1.0;    // different delays and signs among them
};

// How many groups a row of so many synapses is expected to have, counted over all blocks.
double expected_groups(const Distribution& delay, bool both_signs, std::optional<Delay> resolution, double per_row);

// The number of blocks of a population of so many neurons. Blocks have at least 4096 neurons, and groups of 64 synapses, or
// of 16 if that makes blocks of at most 65,536 neurons, whose indices need 16 bits. Within that there are eight blocks to
// divide between threads, more where groups would still have 128 synapses.
std::uint32_t block_count(std::uint32_t neurons, std::span<const ExpectedRows> incoming);

inline constexpr std::uint32_t largest_narrow_block = 65'536;

// The neurons of each block but the last.
inline std::uint32_t block_size(std::uint32_t neurons, std::uint32_t blocks) {
  return neurons / blocks + (neurons % blocks != 0 ? 1 : 0);
}

}  // namespace synop
