#pragma once

#include <span>
#include <vector>

namespace synop::detail {

// A point the pen passes: x to the right and y down, the digit's box is 0..1 in both. The pen turns smoothly except at
// a corner.
struct PenPoint {
  float x = 0.0F;
  float y = 0.0F;
  bool corner = false;
};

using Stroke = std::vector<PenPoint>;
using DigitShape = std::vector<Stroke>;

// The ways in which people write `digit` (0..9).
std::span<const DigitShape> shapes_of(unsigned digit);

}  // namespace synop::detail
