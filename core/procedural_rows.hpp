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

  bool is_weighted() const { return rule != nullptr && rule->has_weights(); }
  // The synapses of a row with one sign, of a rule that has weights.
  ConnectionRule::WeightedRow generate(std::uint32_t row, bool inhibitory, ConnectionRule::RowBuffer& buffer) const {
    return rule->weighted_row(context, {row, inhibitory, first, end, local - first}, buffer);
  }
  // Calls visit(target, weight) for all synapses of a row, in order of their targets; `weight` is for rules without weights.
  template <class Visit>
  void for_each(std::uint32_t row, double weight, Visit visit) const;
};

template <class Visit>
void ProceduralRows::for_each(std::uint32_t row, double weight, Visit visit) const {
  if (!is_weighted()) {
    std::vector<std::uint32_t> targets;
    generate(row, targets);
    for (const std::uint32_t target : targets) visit(target, weight);
    return;
  }
  ConnectionRule::RowBuffer buffers[2];
  const ConnectionRule::WeightedRow a = generate(row, true, buffers[0]), b = generate(row, false, buffers[1]);
  for (std::size_t i = 0, j = 0; i < a.targets.size() || j < b.targets.size();) {
    const bool take_a = j == b.targets.size() || (i < a.targets.size() && a.targets[i] <= b.targets[j]);
    if (take_a)
      visit(a.targets[i], a.weights[i]), ++i;
    else
      visit(b.targets[j], b.weights[j]), ++j;
  }
}

}  // namespace synop
