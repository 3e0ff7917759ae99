#pragma once

#include <optional>

#include "synop/core/detail/delay_store.hpp"
#include "synop/core/plasticity.hpp"
#include "synop/core/shard.hpp"

namespace synop::detail {

constexpr bool is_excitatory(double weight, WeightSign sign) {
  return sign == WeightSign::of_weight ? weight >= 0.0 : sign == WeightSign::excitatory;
}

struct RowGroupsRequest {
  WeightSign sign = WeightSign::of_weight;
  bool same_weight = false;    // all are the shard's constant_weight
  bool listed_delays = false;  // by the user, so that many may be equal
};

// Sorts the filled rows of a shard by delay and sign, and by target within these, and marks the groups of equal ones.
// `delays`: of each synapse, where they are not all the shard's uniform_delay.
void group_rows(Shard& shard, std::optional<DelayStore> delays, const RowGroupsRequest& request);

}  // namespace synop::detail
