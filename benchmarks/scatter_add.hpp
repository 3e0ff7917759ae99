#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <ctime>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>

// The bound of the machine that benchmarks compare themselves with: x[target] += w for the same targets and nothing
// else. It pays for the memory that the targets and the state must come from, and for no model, queue or order.
namespace synop {

// Processor time of this thread. That of the process would include threads of OpenMP that wait, busily, for more to do
// after a network has been built.
inline double thread_seconds() {
  std::timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Nanoseconds per target of a scatter-add into `neurons` doubles: the median of five passes of 20 ms or more.
template <class Index>
double scatter_add_ns(std::span<const Index> targets, std::size_t neurons) {
  if (targets.empty()) return 0.0;
  std::vector<double> x(neurons);
  std::array<double, 5> passes{};
  for (double& pass : passes) {
    std::size_t added = 0;
    const double start = thread_seconds();
    double seconds = 0.0;
    do {
      for (const Index target : targets) x[target] += 1e-12;
      benchmark::ClobberMemory();
      added += targets.size();
      seconds = thread_seconds() - start;
    } while (seconds < 0.02);
    pass = seconds * 1e9 / static_cast<double>(added);
  }
  std::sort(passes.begin(), passes.end());
  return passes[2];
}

}  // namespace synop
