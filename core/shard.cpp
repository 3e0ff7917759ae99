#include "synop/core/shard.hpp"

namespace synop {

std::uint64_t Shard::bytes() const {
  const auto size = [](const auto& v) { return v.capacity() * sizeof(v[0]); };
  return sizeof *this + size(row_begin) + size(target) + size(weight32) + size(weight64) + size(row_group_begin) +
         size(group_begin) + size(group_delay_sign);
}

}  // namespace synop
