#pragma once

#include <span>
#include <string>

#include "synop/io/plot/plot_data.hpp"

namespace synop {

// An SVG with one dot per spike: time to the right, the populations one above the other in the order given, neuron 0 of
// each at its bottom. Draws some 20,000 dots at most: of more spikes it takes an even, fixed selection and says so
// below the picture. Throws Error(usage) unless start < stop.
std::string raster_svg(std::span<const PopulationSpikes> populations, const PlotOptions& options);

}  // namespace synop
