#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "synop/synapses/connect/convolution_shape.hpp"

namespace synop {

// The kernel of a convolution as a projection has learned it: one that joins every neuron of a patch, numbered
// [channel][row][column], with every feature. `path` is the weights.h5 of the run that learned. Returns
// [out channel][in channel of the group][row][column].
//
// Throws Error(file) if the file cannot be read and Error(input), naming file, projection and numbers, unless it holds
// exactly one finite weight for each element of the kernel.
std::vector<double> read_learned_kernel(const std::filesystem::path& path, const std::string& projection,
                                        const ConvolutionShape& shape);

}  // namespace synop
