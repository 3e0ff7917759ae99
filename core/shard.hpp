#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synop/core/ids.hpp"
#include "synop/core/time.hpp"

namespace synop {

// The synapses of one projection onto one block of targets, as compressed sparse rows by source. A row is sorted by
// (delay, inhibitory before excitatory, target) and is delivered group by group: the synapses of a row with one
// delay and one sign. Targets are indices within the block, of 16 bits where the block has at most 65,536 neurons.
//
// Sources are counted from the start of the projection's source slice ("row"). Where every synapse has one delay and
// one sign there are no group arrays: a row is its only group, and a group's number is that of its row.
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
  std::vector<std::uint16_t> target;     // of every synapse ...
  std::vector<std::uint32_t> target32;   // ... or here, in a block too large for 16 bits

  Weights weights = Weights::constant;
  double constant_weight = 0.0;
  std::vector<float> weight32;
  std::vector<double> weight64;

  bool contiguous = false;  // the targets of every group are consecutive: first, first + 1, ... (dense connectivity)
  bool grouped = false;
  Delay uniform_delay;                          // not grouped
  bool uniform_inhibitory = false;              // not grouped
  std::vector<std::uint32_t> row_group_begin;   // grouped: sources.count + 1
  std::vector<std::uint32_t> group_begin;       // grouped: groups + 1; empty where every synapse is a group of its own
  // Delay and sign of the groups as ticks * 2 + (1 if excitatory), ascending in a row: by number in a table of those that
  // occur where 16 bits suffice for it, else one by one.
  std::vector<std::uint16_t> group_key;
  std::vector<std::int64_t> key_table;
  std::vector<std::int64_t> group_delay_sign;

  std::uint64_t synapse_count() const { return target.size() + target32.size(); }
  std::uint32_t target_of(std::uint32_t synapse) const {
    return target32.empty() ? target[synapse] : target32[synapse];
  }
  // The delays and signs that occur, some more than once.
  std::span<const std::int64_t> delay_signs() const { return group_key.empty() ? group_delay_sign : key_table; }
  std::uint64_t total_groups() const { return group_key.empty() ? group_delay_sign.size() : group_key.size(); }
  // Groups are numbered over the shard, those of a row one after another.
  std::uint32_t first_group(std::uint32_t row) const { return grouped ? row_group_begin[row] : row; }
  std::uint32_t group_count(std::uint32_t row) const {
    if (!grouped) return row_begin[row + 1] > row_begin[row] ? 1 : 0;
    return row_group_begin[row + 1] - row_group_begin[row];
  }
  std::int64_t delay_sign(std::uint32_t g) const {
    return group_key.empty() ? group_delay_sign[g] : key_table[group_key[g]];
  }
  Group group_at(std::uint32_t g) const {
    if (!grouped) return {uniform_delay, uniform_inhibitory, row_begin[g], row_begin[g + 1]};
    const std::int64_t key = delay_sign(g);
    if (group_begin.empty()) return {{key >> 1}, (key & 1) == 0, g, g + 1};
    return {{key >> 1}, (key & 1) == 0, group_begin[g], group_begin[g + 1]};
  }
  Group group(std::uint32_t row, std::uint32_t index) const { return group_at(first_group(row) + index); }
  // The weight of synapse `i` as built; a plastic synapse's current weight is the simulation's.
  double weight(std::uint32_t i) const {
    switch (weights) {
      case Weights::float32: return static_cast<double>(weight32[i]);
      case Weights::float64: return weight64[i];
      default: return constant_weight;
    }
  }
  std::uint64_t bytes() const;

  // Asks for the memory a later delivery of the group will read: first where its synapses are, then the synapses.
  void prefetch_group(std::uint32_t g) const {
    if (!grouped)
      __builtin_prefetch(row_begin.data() + g);
    else if (!group_begin.empty())
      __builtin_prefetch(group_begin.data() + g);
  }
  void prefetch_synapses(std::uint32_t g) const;
};

inline void Shard::prefetch_synapses(std::uint32_t g) const {
  const std::uint32_t begin = !grouped ? row_begin[g] : group_begin.empty() ? g : group_begin[g];
  if (target32.empty())
    __builtin_prefetch(target.data() + begin);
  else
    __builtin_prefetch(target32.data() + begin);
  if (weights == Weights::float32) __builtin_prefetch(weight32.data() + begin);
  if (weights == Weights::float64) __builtin_prefetch(weight64.data() + begin);
}

}  // namespace synop
