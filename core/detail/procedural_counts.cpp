#include "synop/core/detail/procedural_counts.hpp"

#include <algorithm>
#include <exception>

#include <omp.h>

namespace synop::detail {

namespace {

constexpr std::uint32_t rows_per_word = 64;

struct Counts {
  std::uint64_t synapses = 0;
  std::uint64_t groups = 0;
};

// The rows of one word of Shard::filled_rows, in all blocks.
Counts count_rows(std::span<Shard> shards, std::uint32_t word, std::vector<std::uint32_t>& targets,
                  Projection& projection) {
  Counts counts;
  const std::uint32_t first = word * rows_per_word;
  const std::uint32_t end = first + std::min(rows_per_word, projection.sources.count - first);
  for (Shard& shard : shards)
    for (std::uint32_t row = first; row < end; ++row) {
      shard.procedural.generate(row, targets);
      projection.out_degree[row] += static_cast<std::uint32_t>(targets.size());
      counts.synapses += targets.size();
      if (targets.empty()) continue;
      ++counts.groups;
      shard.filled_rows[word] |= std::uint64_t{1} << (row - first);
    }
  return counts;
}

// Where every row has synapses nothing needs to be looked up.
void forget_if_all_are_filled(Shard& shard) {
  std::uint64_t filled = 0;
  for (const std::uint64_t word : shard.filled_rows) filled += static_cast<std::uint64_t>(__builtin_popcountll(word));
  if (filled == shard.sources.count) LargeVector<std::uint64_t>().swap(shard.filled_rows);
}

}  // namespace

void count_procedural(std::span<Shard> shards, int threads, Projection& projection) {
  const std::uint32_t sources = projection.sources.count;
  const std::uint32_t words = sources / rows_per_word + (sources % rows_per_word != 0 ? 1 : 0);
  projection.out_degree.assign(sources, 0);
  for (Shard& shard : shards) shard.filled_rows.assign(words, 0);
  std::uint64_t synapses = 0;
  std::uint64_t groups = 0;
  std::exception_ptr failure;
#pragma omp parallel num_threads(threads) reduction(+ : synapses, groups)
  {
    std::vector<std::uint32_t> targets;
#pragma omp for schedule(dynamic, 1)
    for (std::int64_t word = 0; word < std::int64_t{words}; ++word) {
      try {
        const Counts counts = count_rows(shards, static_cast<std::uint32_t>(word), targets, projection);
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
