#pragma once

#include <cstdint>

#include "synop/io/tasks/dataset.hpp"

namespace synop {

// What a network that learns the kernel of a convolution is shown: of every image one patch, which has the image's label.
struct PatchOptions {
  std::uint32_t rows = 1;
  std::uint32_t columns = 1;
  double least_intensity = 0.0;  // mean of the patch's pixels, in [0, 1)
};

// Patch i is from image i, at a place drawn among those where the mean is at least least_intensity; where no place has
// it, the place (the first, from the top left) with the largest mean. A function of seed and image alone.
// Throws Error(model) if a patch is larger than an image.
ImageSet patches_of(const ImageSet& images, const PatchOptions& options, std::uint64_t seed);

}  // namespace synop
