#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <vector>

#include "synop/core/simulation.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/hdf5/provenance.hpp"

namespace synop {

// What learning has left behind: weights of plastic projections and adapted thresholds, by index.
struct LearnedState {
  std::map<std::uint32_t, std::vector<double>> weights;     // of a projection, in the order of Simulation::synapses()
  std::map<std::uint32_t, std::vector<double>> thresholds;  // "theta" of a population, mV
  std::vector<int> classes;  // of each neuron of the readout, -1: none; empty: they are not labelled
};

LearnedState learned_state(const Simulation& simulation);
void set_learned_state(Simulation& simulation, const LearnedState& state);

// Writes the plastic weights as they stand, the thresholds and the classes of the readout, as read_learned_file() reads
// them (docs/file_formats.md). Throws Error(file).
void write_learned_file(const Experiment& experiment, const Simulation& simulation, std::span<const int> classes,
                        const std::filesystem::path& path, const Provenance& provenance);

// Reads them for the network of a new simulation. Synapses may be in any order, but must be the same ones. Throws
// Error(file) if the file cannot be read and Error(input), with the dataset, when it is damaged, a plastic projection
// or an adaptive population of the experiment is missing in it or the other way round, synapses differ, a number is not
// finite or a weight not one that its model takes.
LearnedState read_learned_file(const std::filesystem::path& path, const Experiment& experiment,
                               const Simulation& simulation);

}  // namespace synop
