#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "synop/core/spike.hpp"
#include "synop/io/nir/input_spikes.hpp"
#include "synop/io/nir/options.hpp"
#include "synop/io/progress.hpp"

namespace synop::nir {

// What a run of a graph gave.
struct GraphRun {
  // The potentials of a readout (LI, I or CubaLI): at the end, and the largest of those at multiples of dt after 0.
  struct Readout {
    std::vector<double> last, largest;
    friend bool operator==(const Readout&, const Readout&) = default;
  };
  std::vector<std::vector<Spike>> spikes;  // by node, sorted; of those that spike
  std::vector<Readout> readouts;           // by node; empty of other nodes, `largest` also where there is no dt

  const std::vector<Spike>& operator[](std::uint32_t node) const { return spikes[node]; }
  friend bool operator==(const GraphRun&, const GraphRun&) = default;
};

// Spikes of step k are given the time k dt, that of the inputs that the step takes in. Both show progress, if it is not
// null, in ticks of simulated time, and throw Error(interrupted) when interrupted.
GraphRun run_clocked(const Graph& graph, const Options& options, const InputSpikes& spikes, Time end,
                     Progress* progress = nullptr);
GraphRun run_exact(const Graph& graph, const Options& options, const InputSpikes& spikes, Time end, int threads,
                   Progress* progress = nullptr);

// Of one node: how the two runs differ.
struct NodeComparison {
  std::uint32_t node = 0;
  std::uint64_t clocked = 0, exact = 0;  // spikes
  // A spike has a partner if it is the k-th of its neuron in both runs and the times differ by at most the tolerance.
  std::uint64_t partners = 0;
  // The earliest spike without one: its neuron, and its time in each run where it has that many spikes.
  struct Difference {
    std::uint32_t neuron = 0;
    std::optional<Time> clocked, exact;
  };
  std::optional<Difference> first;
};

// Of all nodes that spike.
std::vector<NodeComparison> compare(const Graph& graph, const GraphRun& clocked, const GraphRun& exact,
                                    Delay tolerance);

void print_comparison(std::ostream& out, const Graph& graph, const std::vector<NodeComparison>& rows,
                      const GraphRun& clocked, const GraphRun& exact, Delay tolerance);

}  // namespace synop::nir
