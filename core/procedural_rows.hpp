#pragma once

#include <cstdint>
#include <vector>

#include "synop/core/connection_rule.hpp"

namespace synop {

// The rows of a shard that stores no synapses: a connection rule is asked for a row whenever one is needed. A row is a
// pure function of what is held here and of its number, so it is the same at every spike, for every reader.
struct ProceduralRows {
  const ConnectionRule* rule = nullptr;  // the projection's; null: the shard's synapses are stored
  ConnectionContext context = {};
  std::uint32_t first = 0;  // targets [first, end) of the projection's slice lie in the block, ...
  std::uint32_t end = 0;
  std::uint32_t local = 0;  // ... where the first of them has this number

  // Replaces `targets` by those of a row, ascending, as indices within the block.
  void generate(std::uint32_t row, std::vector<std::uint32_t>& targets) const {
    rule->targets_of(context, row, first, end, targets);
    const std::uint32_t shift = local - first;  // modulo 2^32
    if (shift == 0) return;
    for (std::uint32_t& target : targets) target += shift;
  }
};

}  // namespace synop
