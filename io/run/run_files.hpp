#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "synop/core/simulation.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/hdf5/provenance.hpp"
#include "synop/io/run/run_options.hpp"

namespace synop {

// Where the results of a run over [start, stop) come from.
Provenance provenance_of(const Experiment& experiment, const RunOptions& options, Time start, Time stop);

// Writes the weights of the projections, by index, as they stand at their synapses now.
void write_weight_file(const Experiment& experiment, const Simulation& simulation,
                       std::span<const std::uint32_t> projections, const std::filesystem::path& path,
                       const Provenance& provenance);

}  // namespace synop
