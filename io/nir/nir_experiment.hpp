#pragma once

#include <filesystem>
#include <optional>

#include "synop/io/experiment/experiment.hpp"
#include "synop/io/nir/graph.hpp"
#include "synop/io/nir/input_spikes.hpp"
#include "synop/io/nir/nir_section.hpp"

namespace synop {

// Reads the graph of a [nir] section and adds it to the experiment, whose name, seed and duration must be known: in
// exact mode as populations, projections and stimuli; in clocked mode its populations only, so that recorders may name
// them. Throws Error, naming file and node.
void add_nir(const NirSection& section, Experiment& experiment);

namespace nir {

// What enters the graph, as the section says it.
InputSpikes input_spikes_of(const NirSection& section, const Graph& graph, Time end, std::uint64_t seed);

// The population of each node in an experiment whose first populations came from add_nir(); none for maps.
std::vector<std::optional<std::uint32_t>> clocked_populations(const Graph& graph);

// What an experiment file for a graph says besides: what enters and how long.
struct ExperimentChoices {
  std::filesystem::path spike_file;
  std::optional<double> rate;  // 1/s; used where there is no file
  std::optional<double> duration_ms;
};

// Writes an experiment file that runs the graph and records the spikes of the nodes that lead to its Outputs. Throws
// Error(file), also where the file exists unless it may be overwritten.
void write_experiment(const Graph& graph, const Options& options, const ExperimentChoices& choices,
                      const std::filesystem::path& path, bool overwrite);

}  // namespace nir

}  // namespace synop
