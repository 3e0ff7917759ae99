#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "synop/core/spike.hpp"
#include "synop/io/nir/input_spikes.hpp"
#include "synop/io/nir/options.hpp"

namespace synop::nir {

// The spikes of every node with neurons, by node; sorted.
using NodeSpikes = std::vector<std::vector<Spike>>;

// Spikes of step k are given the time k dt, that of the inputs that the step takes in.
NodeSpikes run_clocked(const Graph& graph, const Options& options, const InputSpikes& spikes, Time end);
NodeSpikes run_exact(const Graph& graph, const Options& options, const InputSpikes& spikes, Time end, int threads);

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
std::vector<NodeComparison> compare(const Graph& graph, const NodeSpikes& clocked, const NodeSpikes& exact, Delay tolerance);

void print_comparison(std::ostream& out, const Graph& graph, const std::vector<NodeComparison>& rows, const NodeSpikes& clocked,
                      const NodeSpikes& exact, Delay tolerance);

}  // namespace synop::nir
