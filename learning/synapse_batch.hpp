#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "synop/core/elementary.hpp"
#include "synop/core/vectorised.hpp"
#include "synop/learning/spike_history.hpp"

namespace synop {

// The interval [from, until) of a replay as RecentSpikes tell it, in their epochs: a spike is not before `from` if its
// decay is at most `from`, and so with `until`.
struct DecayInterval {
  double from;
  double until;
};

// Up to `capacity` synapses with what their targets have done lately, one array for each spike back: what a replay
// needs in vector registers. Every synapse goes through the same `depth` spikes; those outside the interval have a
// trace of 0, which changes no weight. No branch depends on data, and no element waits for another.
//
// A synapse that this does not cover is `late`: more than `depth` spikes in the interval, or more than one after it.
struct SynapseBatch {
  static constexpr std::size_t capacity = 64;

  alignas(64) double decay[RecentSpikes::count][capacity];
  alignas(64) double trace[2][capacity];
  alignas(64) float weight[capacity];
  alignas(64) std::uint64_t late[capacity];

  // Reads one line per target, of which the block's stay in the private cache. Returns whether any synapse is late.
  template <std::size_t depth, class Target>
  SYNOP_VECTORISED static bool gather(SynapseBatch& batch, const RecentSpikes* recent, const Target* targets,
                                      std::size_t n, DecayInterval interval) {
    for (std::size_t k = 0; k < n; k += 4) {
      const RecentSpikes* lines[4];
      for (std::size_t i = 0; i < 4; ++i) lines[i] = &recent[targets[std::min(k + i, n - 1)]];
      transpose(lines, 0, {batch.trace[0] + k, batch.trace[1] + k, batch.decay[0] + k, batch.decay[1] + k});
      if (depth > 1)
        transpose(lines, 1, {batch.decay[2] + k, batch.decay[3] + k, batch.decay[4] + k, batch.decay[5] + k});
    }
    std::uint64_t any = 0;
    for (std::size_t k = 0; k < n; ++k) {
      const std::uint64_t late =
          std::uint64_t{batch.decay[depth][k] <= interval.from} | std::uint64_t{batch.decay[1][k] <= interval.until};
      batch.late[k] = late;
      any |= late;
    }
    return any != 0;
  }

  // The spike `decay` stands for at every synapse; returns how many of them lay in the interval.
  template <class OnPost>
  SYNOP_VECTORISED static std::uint64_t potentiate(const OnPost on_post, const double* decay, std::size_t n,
                                                   DecayInterval interval, double x_trace, float* weight) {
    std::uint64_t count = 0;
    for (std::size_t k = 0; k < n; ++k) {
      const std::uint64_t inside = std::uint64_t{decay[k] <= interval.from} & std::uint64_t{decay[k] > interval.until};
      weight[k] = on_post(weight[k], select(inside, x_trace * decay[k], 0.0));
      count += inside;
    }
    return count;
  }

  template <class OnPre>
  SYNOP_VECTORISED static void depress(const OnPre on_pre, const SynapseBatch& batch, std::size_t n, double until,
                                       double y_decay, float* weight) {
    for (std::size_t k = 0; k < n; ++k) {
      const double trace = select(std::uint64_t{batch.decay[0][k] <= until}, batch.trace[1][k], batch.trace[0][k]);
      weight[k] = on_pre(weight[k], trace * y_decay);
    }
  }

 private:
  using Quad = double __attribute__((vector_size(32)));

  static void read_half(const RecentSpikes& line, std::size_t half, Quad& quad) {
    static_assert(sizeof line == 2 * sizeof quad && offsetof(RecentSpikes, decay) == 2 * sizeof(double));
    std::memcpy(&quad, reinterpret_cast<const std::byte*>(&line) + half * sizeof quad, sizeof quad);
  }

  // The first or second four numbers of four lines, from rows to columns.
  static void transpose(const RecentSpikes* const (&lines)[4], std::size_t half,
                        const std::array<double*, 4>& columns) {
    Quad a, b, c, d;
    read_half(*lines[0], half, a);
    read_half(*lines[1], half, b);
    read_half(*lines[2], half, c);
    read_half(*lines[3], half, d);
    const Quad ab02 = __builtin_shufflevector(a, b, 0, 4, 2, 6);
    const Quad ab13 = __builtin_shufflevector(a, b, 1, 5, 3, 7);
    const Quad cd02 = __builtin_shufflevector(c, d, 0, 4, 2, 6);
    const Quad cd13 = __builtin_shufflevector(c, d, 1, 5, 3, 7);
    const Quad column0 = __builtin_shufflevector(ab02, cd02, 0, 1, 4, 5);
    const Quad column1 = __builtin_shufflevector(ab13, cd13, 0, 1, 4, 5);
    const Quad column2 = __builtin_shufflevector(ab02, cd02, 2, 3, 6, 7);
    const Quad column3 = __builtin_shufflevector(ab13, cd13, 2, 3, 6, 7);
    std::memcpy(columns[0], &column0, sizeof column0);  // no array and no loop, which would pass through the stack
    std::memcpy(columns[1], &column1, sizeof column1);
    std::memcpy(columns[2], &column2, sizeof column2);
    std::memcpy(columns[3], &column3, sizeof column3);
  }
};

}  // namespace synop
