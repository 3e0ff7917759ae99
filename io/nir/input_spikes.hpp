#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "synop/core/spike.hpp"
#include "synop/core/time.hpp"
#include "synop/io/nir/graph.hpp"

namespace synop::nir {

// What enters a graph: the sorted spike times of every neuron, by node; of nodes that are no Input nothing.
using InputSpikes = std::vector<std::vector<std::vector<Time>>>;

// What the names of a graph's nodes become where only letters, digits, '_' and '-' are allowed; unique, by node.
std::vector<std::string> population_names(const Graph& graph);

// Spikes that some other program wrote (io/spike_input.hpp). A file with populations has one for each Input, under
// its name; of a graph with one Input the file may have one population of any name. Throws Error(file) and
// Error(input).
InputSpikes read_input_spikes(const Graph& graph, const std::filesystem::path& file);

// The same spikes from lists for one Input. Throws Error(model) unless the graph has one Input of so many neurons.
InputSpikes listed_input_spikes(const Graph& graph, const std::vector<std::vector<Time>>& trains);

// Poisson processes of `rate` spikes per second, an independent one for every neuron of every Input, during [0, end).
// Depend on the seed and on nothing else.
InputSpikes poisson_input_spikes(const Graph& graph, double rate, Time end, std::uint64_t seed);

// How many spikes there are, of all Inputs.
std::uint64_t count_of(const InputSpikes& spikes);

// Hands out input spikes step by step: for every node the neurons that spike during [k dt, (k + 1) dt).
class SteppedInput {
 public:
  SteppedInput(const InputSpikes& spikes, Delay dt);
  const std::vector<std::vector<std::uint32_t>>& next();

 private:
  struct Event {
    std::int64_t step;
    std::uint32_t node;
    std::uint32_t neuron;
    friend auto operator<=>(const Event&, const Event&) = default;
  };
  std::vector<Event> events_;
  std::size_t position_ = 0;
  std::int64_t step_ = 0;
  std::vector<std::vector<std::uint32_t>> now_;
};

}  // namespace synop::nir
