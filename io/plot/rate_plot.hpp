#pragma once

#include <span>
#include <string>

#include "synop/io/plot/plot_data.hpp"

namespace synop {

// An SVG of each population's rate over time, in spikes per second and neuron, counted in bins of width `bin` that
// start at options.start (the last may be narrower). Throws Error(usage) unless start < stop and 0 < bin, or for more
// than a million bins.
std::string rate_svg(std::span<const PopulationSpikes> populations, const PlotOptions& options, Delay bin);

}  // namespace synop
