#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synop/core/ids.hpp"
#include "synop/core/large_vector.hpp"
#include "synop/core/procedural_rows.hpp"
#include "synop/core/time.hpp"

namespace synop {

// The synapses of one projection onto one block of targets, as compressed sparse rows by source. A row is sorted by
// (delay, inhibitory before excitatory, target) and is delivered group by group: the synapses of a row with one
// delay and one sign. Targets are indices within the block, of 16 bits where the block has at most 65,536 neurons.
//
// Sources are counted from the start of the projection's source slice ("row"). Where every synapse has one delay and
// one sign there are no group arrays: a row is its only group, and a group's number is that of its row.
//
// A procedural shard has no arrays at all: its synapses have one delay and one weight, and a row, which is one group, is
// generated when it is needed. Where the rule gives weights a row is two groups, 2 row the inhibitory and 2 row + 1 the
// excitatory one. What reads stored synapses (target_of, synapses_of, group, ...) is not for it.
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

  // Instead of all that follows but the constant weight and the uniform delay and sign.
  ProceduralRows procedural;
  bool weighted = false;                     // the rule gives the weights
  LargeVector<std::uint64_t> filled_groups;  // a bit per group of a procedural shard that is not empty; none if all are

  LargeVector<std::uint32_t> row_begin;  // sources.count + 1
  LargeVector<std::uint16_t> target;     // of every synapse ...
  LargeVector<std::uint32_t> target32;   // ... or here, in a block too large for 16 bits

  Weights weights = Weights::constant;
  double constant_weight = 0.0;
  LargeVector<float> weight32;
  LargeVector<double> weight64;

  bool contiguous = false;  // the targets of every group are consecutive: first, first + 1, ... (dense connectivity)
  bool grouped = false;
  Delay uniform_delay;                          // not grouped
  bool uniform_inhibitory = false;              // not grouped
  LargeVector<std::uint32_t> row_group_begin;   // grouped: sources.count + 1
  LargeVector<std::uint32_t> group_begin;       // grouped: groups + 1; empty where every synapse is a group of its own
  // Delay and sign of the groups as ticks * 2 + (1 if excitatory), ascending in a row: by number in a table of those that
  // occur where 16 bits suffice for it, else one by one.
  LargeVector<std::uint16_t> group_key;
  std::vector<std::int64_t> key_table;
  LargeVector<std::int64_t> group_delay_sign;

  bool is_procedural() const { return procedural.rule != nullptr; }
  bool group_is_filled(std::uint32_t g) const {
    return filled_groups.empty() || (filled_groups[g / 64] >> (g % 64) & 1) != 0;
  }
  // The synapses of a row; of a procedural shard they are generated to be counted.
  std::uint32_t row_size(std::uint32_t row) const;
  // The synapses of a procedural delivery: of its group, and of those of the row that come after it if `rest`.
  std::uint32_t generated_size(std::uint32_t row, std::uint32_t group, bool rest) const;

  // Of stored synapses.
  std::uint64_t synapse_count() const { return target.size() + target32.size(); }
  std::uint32_t target_of(std::uint32_t synapse) const {
    return target32.empty() ? target[synapse] : target32[synapse];
  }
  // The delays and signs that occur, some more than once.
  std::span<const std::int64_t> delay_signs() const {
    if (group_key.empty()) return group_delay_sign;
    return key_table;
  }
  std::uint64_t total_groups() const { return group_key.empty() ? group_delay_sign.size() : group_key.size(); }
  // Groups are numbered over the shard, those of a row one after another.
  std::uint32_t first_group(std::uint32_t row) const {
    if (weighted) [[unlikely]] return 2 * row + (group_is_filled(2 * row) ? 0 : 1);
    return grouped ? row_group_begin[row] : row;
  }
  std::uint32_t group_count(std::uint32_t row) const {
    if (weighted) [[unlikely]] return (group_is_filled(2 * row) ? 1u : 0u) + (group_is_filled(2 * row + 1) ? 1u : 0u);
    if (is_procedural()) [[unlikely]] return group_is_filled(row) ? 1 : 0;
    if (!grouped) return row_begin[row + 1] > row_begin[row] ? 1 : 0;
    return row_group_begin[row + 1] - row_group_begin[row];
  }
  std::int64_t delay_sign(std::uint32_t g) const {
    if (!grouped) return uniform_delay.ticks * 2 + ((weighted ? g % 2 == 0 : uniform_inhibitory) ? 0 : 1);
    return group_key.empty() ? group_delay_sign[g] : key_table[group_key[g]];
  }
  Group group_at(std::uint32_t g) const {
    Group group = synapses_of(g);
    const std::int64_t key = delay_sign(g);
    group.delay = Delay{key >> 1};
    group.inhibitory = (key & 1) == 0;
    return group;
  }
  // Only begin and end, which is what a delivery still needs.
  Group synapses_of(std::uint32_t g) const {
    if (!grouped) return {{}, false, row_begin[g], row_begin[g + 1]};
    if (group_begin.empty()) return {{}, false, g, g + 1};
    return {{}, false, group_begin[g], group_begin[g + 1]};
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

  // Asks for memory that will be read soon: where the groups of a row are, ... (Inlined by force, because g++ 12 drops calls
  // of functions that do nothing else.)
  [[gnu::always_inline]] void prefetch_row(std::uint32_t row) const {
    if (is_procedural()) return;
    if (row < sources.count) __builtin_prefetch((grouped ? row_group_begin.data() : row_begin.data()) + row);
  }
  // ... the delays of the group and the one after it, ...
  [[gnu::always_inline]] void prefetch_delays(std::uint32_t g) const {
    if (!group_key.empty())
      __builtin_prefetch(group_key.data() + g);
    else if (grouped)
      __builtin_prefetch(group_delay_sign.data() + g);
  }
  // ... where the synapses of a group are, and the first and the last of them.
  [[gnu::always_inline]] void prefetch_group(std::uint32_t g) const {
    if (is_procedural()) return;
    if (!grouped)
      __builtin_prefetch(row_begin.data() + g);
    else if (!group_begin.empty())
      __builtin_prefetch(group_begin.data() + g);
  }
  [[gnu::always_inline]] void prefetch_synapses(std::uint32_t g) const;
  // Where every synapse is a group of its own: all of the ones that come after group g.
  [[gnu::always_inline]] void prefetch_followers(std::uint32_t g) const;
};

[[gnu::always_inline]] inline void Shard::prefetch_synapses(std::uint32_t g) const {
  if (is_procedural()) return;
  const Group group = synapses_of(g);
  const auto ask = [&](const auto& values) __attribute__((always_inline)) {
    if (values.empty()) return;
    __builtin_prefetch(values.data() + group.begin);
    __builtin_prefetch(values.data() + group.end - 1);
  };
  ask(target);
  ask(target32);
  ask(weight32);
  ask(weight64);
}

[[gnu::always_inline]] inline void Shard::prefetch_followers(std::uint32_t g) const {
  if (!group_begin.empty()) return;
  const auto ask = [&](const auto& values) __attribute__((always_inline)) {
    constexpr std::size_t ahead = 8;
    if (!values.empty()) __builtin_prefetch(values.data() + g + ahead);
  };
  ask(group_delay_sign);
  ask(target);
  ask(target32);
  ask(weight32);
  ask(weight64);
}

}  // namespace synop
