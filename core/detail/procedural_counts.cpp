#include "synop/core/detail/procedural_counts.hpp"

#include <algorithm>
#include <exception>

#include <omp.h>

namespace synop::detail {

namespace {

constexpr std::uint32_t groups_per_word = 64;

struct Counts {
  std::uint64_t synapses = 0;
  std::uint64_t groups = 0;
};

// The sizes of a row's groups: one, or the inhibitory and the excitatory one.
template <class Visit>
void for_each_size(const Shard& shard, std::uint32_t row, ConnectionRule::RowBuffer& buffer, Visit visit) {
  if (shard.weighted) {
    for (const bool inhibitory : {true, false})
      visit(2 * row + (inhibitory ? 0 : 1), shard.procedural.generate(row, inhibitory, buffer).targets.size());
  } else {
    shard.procedural.generate(row, buffer.targets);
    visit(row, buffer.targets.size());
  }
}

// Rows [first, end), in all blocks; no other thread counts rows of the same word of Shard::filled_groups.
Counts count_rows(std::span<Shard> shards, std::uint32_t first, std::uint32_t end, ConnectionRule::RowBuffer& buffer,
                  Projection& projection) {
  Counts counts;
  for (Shard& shard : shards)
    for (std::uint32_t row = first; row < end; ++row)
      for_each_size(shard, row, buffer, [&](std::uint32_t group, std::size_t size) {
        projection.out_degree[row] += static_cast<std::uint32_t>(size);
        counts.synapses += size;
        if (size == 0) return;
        ++counts.groups;
        shard.filled_groups[group / groups_per_word] |= std::uint64_t{1} << (group % groups_per_word);
      });
  return counts;
}

// Where every group has synapses nothing needs to be looked up.
void forget_if_all_are_filled(Shard& shard) {
  std::uint64_t filled = 0;
  for (const std::uint64_t word : shard.filled_groups) filled += static_cast<std::uint64_t>(__builtin_popcountll(word));
  if (filled == std::uint64_t{shard.sources.count} * (shard.weighted ? 2 : 1)) LargeVector<std::uint64_t>().swap(shard.filled_groups);
}

}  // namespace

void count_procedural(std::span<Shard> shards, int threads, Projection& projection) {
  const std::uint32_t sources = projection.sources.count;
  const std::uint32_t rows_per_word = shards.front().weighted ? groups_per_word / 2 : groups_per_word;
  const std::uint32_t words = sources / rows_per_word + (sources % rows_per_word != 0 ? 1 : 0);
  projection.out_degree.assign(sources, 0);
  for (Shard& shard : shards) shard.filled_groups.assign(words, 0);
  std::uint64_t synapses = 0;
  std::uint64_t groups = 0;
  std::exception_ptr failure;
#pragma omp parallel num_threads(threads) reduction(+ : synapses, groups)
  {
    ConnectionRule::RowBuffer buffer;
#pragma omp for schedule(dynamic, 1)
    for (std::int64_t word = 0; word < std::int64_t{words}; ++word) {
      try {
        const auto first = static_cast<std::uint32_t>(word) * rows_per_word;
        const Counts counts =
            count_rows(shards, first, first + std::min(rows_per_word, sources - first), buffer, projection);
        synapses += counts.synapses;
        groups += counts.groups;
      } catch (...) {  // only memory can run out here
#pragma omp critical(synop_count_failure)
        failure = std::current_exception();
      }
    }
  }
  if (failure) std::rethrow_exception(failure);
  std::for_each(shards.begin(), shards.end(), forget_if_all_are_filled);
  projection.synapses = synapses;
  projection.groups = groups;
  projection.smallest_delay = shards.front().uniform_delay;
  projection.largest_delay = shards.front().uniform_delay;
}

}  // namespace synop::detail
