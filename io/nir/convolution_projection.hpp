#pragma once

#include <vector>

#include "synop/io/experiment/network_sections.hpp"
#include "synop/io/nir/convolution_geometry.hpp"

namespace synop::nir {

// Whether the rule `convolution` takes so large a geometry; maps that are larger are written out as synapses.
bool fits_rule(const ConvolutionGeometry& geometry);

// A convolution or pool between two populations, each taken whole: `kernel[tap]` is the weight, in the target model's
// unit, of every synapse that `geometry` gives that tap. Nothing is written out: the rule is `convolution`.
// For geometries within the limits of that rule.
ProjectionSection convolution_projection(const PopulationSlice& source, const PopulationSlice& target,
                                         const ConvolutionGeometry& geometry, const std::vector<double>& kernel,
                                         Delay delay);

}  // namespace synop::nir
