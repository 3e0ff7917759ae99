#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synop/core/shard.hpp"

namespace synop {

// Where the synapses of every target of a shard are, in the order of their sources: 8 bytes each.
class IncomingSynapses {
 public:
  struct Synapse {
    std::uint32_t number;  // in the shard
    std::uint32_t row;
  };

  IncomingSynapses(const Shard& shard, std::uint32_t targets) : begin_(targets + 1) {
    for (std::uint32_t i = 0; i < shard.synapse_count(); ++i) ++begin_[shard.target_of(i) + 1];
    for (std::uint32_t t = 0; t < targets; ++t) begin_[t + 1] += begin_[t];
    synapses_.resize(shard.synapse_count());
    std::vector<std::uint32_t> next(begin_.begin(), begin_.end() - 1);
    for (std::uint32_t row = 0; row < shard.sources.count; ++row)
      for (std::uint32_t i = shard.row_begin[row]; i < shard.row_begin[row + 1]; ++i)
        synapses_[next[shard.target_of(i)]++] = {i, row};
  }

  std::span<const Synapse> of(std::uint32_t target) const {
    return {synapses_.data() + begin_[target], begin_[target + 1] - begin_[target]};
  }
  std::uint64_t bytes() const {
    return synapses_.capacity() * sizeof(Synapse) + begin_.capacity() * sizeof(std::uint32_t);
  }

 private:
  std::vector<std::uint32_t> begin_;  // per target
  std::vector<Synapse> synapses_;
};

}  // namespace synop
