#pragma once

#include <cstdint>

#include "synop/io/tasks/dataset.hpp"

namespace synop {

// Digits in the manner of handwriting, 28 x 28 pixels, for experiments that must run without a data set on disk. Each
// digit is a few pen strokes with several ways of writing it; position, size, slant, rotation, pen width and every
// control point vary from image to image. A linear classifier reads them about as well as it reads MNIST, and class
// means alone do not solve them, so that a network has something to learn. They are not MNIST: accuracies on them
// compare only with accuracies on them.
//
// Images [first, first + count) of the endless sequence of `seed`: image i depends on (seed, i) alone, so disjoint
// ranges of one seed serve as training and test sets. Every ten images from a multiple of ten hold each digit once.
ImageSet generate_digits(std::uint64_t seed, std::uint64_t first, std::uint64_t count);

}  // namespace synop
