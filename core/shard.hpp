#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synop/core/ids.hpp"
#include "synop/core/time.hpp"

namespace synop {

// The synapses of one projection onto one block of targets, as compressed sparse rows by source. A row is sorted by
// (delay, inhibitory before excitatory, target) and is delivered group by group: the synapses of a row with one
// delay and one sign. Targets are 16-bit indices within the block.
//
// Sources are counted from the start of the projection's source slice ("row"). Where every synapse has one delay and
// one sign there are no group arrays: a row is its only group.
struct Shard {
  enum class Weights : std::uint8_t { constant, float32, float64 };

  struct Group {
    Delay delay;
    bool inhibitory = false;
    std::uint32_t begin = 0;  // synapses [begin, end) of the shard
    std::uint32_t end = 0;
    std::uint32_t size() const { return end - begin; }
  };

  ProjectionId projection;
  BlockId block;
  Slice sources;  // of the source population

  std::vector<std::uint32_t> row_begin;  // sources.count + 1
  std::vector<std::uint16_t> target;

  Weights weights = Weights::constant;
  double constant_weight = 0.0;
  std::vector<float> weight32;
  std::vector<double> weight64;

  bool contiguous = false;  // the targets of every group are consecutive: first, first + 1, ... (dense connectivity)
  bool grouped = false;
  Delay uniform_delay;                          // not grouped
  bool uniform_inhibitory = false;              // not grouped
  std::vector<std::uint32_t> row_group_begin;   // grouped: sources.count + 1
  std::vector<std::uint32_t> group_begin;       // grouped: groups + 1
  std::vector<std::int64_t> group_delay_sign;   // grouped: delay ticks * 2 + (1 if excitatory), ascending in a row

  std::uint64_t synapse_count() const { return target.size(); }
  std::uint32_t group_count(std::uint32_t row) const {
    if (!grouped) return row_begin[row + 1] > row_begin[row] ? 1 : 0;
    return row_group_begin[row + 1] - row_group_begin[row];
  }
  Group group(std::uint32_t row, std::uint32_t index) const {
    if (!grouped) return {uniform_delay, uniform_inhibitory, row_begin[row], row_begin[row + 1]};
    const std::uint32_t g = row_group_begin[row] + index;
    return {{group_delay_sign[g] >> 1}, (group_delay_sign[g] & 1) == 0, group_begin[g], group_begin[g + 1]};
  }
  // The weight of synapse `i` as built; a plastic synapse's current weight is the simulation's.
  double weight(std::uint32_t i) const {
    switch (weights) {
      case Weights::float32: return static_cast<double>(weight32[i]);
      case Weights::float64: return weight64[i];
      default: return constant_weight;
    }
  }
  std::uint64_t bytes() const;
};

}  // namespace synop
