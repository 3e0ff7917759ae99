#include "synop/core/shard.hpp"

namespace synop {

std::uint32_t Shard::row_size(std::uint32_t row) const {
  if (!is_procedural()) return row_begin[row + 1] - row_begin[row];
  std::vector<std::uint32_t> targets;
  procedural.generate(row, targets);
  return static_cast<std::uint32_t>(targets.size());
}

std::uint32_t Shard::generated_size(std::uint32_t row, std::uint32_t group, bool rest) const {
  if (!weighted) return row_size(row);
  ConnectionRule::RowBuffer buffer;
  const auto of_sign = [&](bool inhibitory) {
    return static_cast<std::uint32_t>(procedural.generate(row, inhibitory, buffer).targets.size());
  };
  const bool inhibitory = group % 2 == 0;
  return of_sign(inhibitory) + (inhibitory && rest ? of_sign(false) : 0);
}

std::uint64_t Shard::bytes() const {
  const auto size = [](const auto&... v) { return ((v.capacity() * sizeof(v[0])) + ...); };
  return sizeof *this + size(row_begin, target, target32, weight32, weight64, row_group_begin, group_begin, group_key,
                             key_table, group_delay_sign, filled_groups);
}

}  // namespace synop
