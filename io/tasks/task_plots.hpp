#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "synop/core/simulation.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/tasks/dataset.hpp"

namespace synop {

// Pictures of a task beside its results: raster.svg and rates.svg of the readout's spikes in [start, stop), and
// weights.png, the incoming weights of every readout neuron as an image, brightest where strongest. Returns the names
// of the files written. Without a simulation there are no weights to show.
std::vector<std::string> write_task_plots(const Experiment& experiment, const Simulation* simulation,
                                          const ImageSet* images, std::span<const Spike> spikes, Time start, Time stop,
                                          const std::filesystem::path& folder);

}  // namespace synop
