#include "synop/core/shard.hpp"

namespace synop {

std::uint64_t Shard::bytes() const {
  const auto size = [](const auto&... v) { return ((v.capacity() * sizeof(v[0])) + ...); };
  return sizeof *this + size(row_begin, target, target32, weight32, weight64, row_group_begin, group_begin, group_key,
                             key_table, group_delay_sign);
}

}  // namespace synop
