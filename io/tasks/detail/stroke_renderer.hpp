#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "synop/io/tasks/detail/digit_shapes.hpp"

namespace synop::detail {

// A square sheet on which pen strokes are drawn: for every pixel the squared distance, in pixels, from its centre to
// the nearest point of any stroke, or reach^2 where that is further than `reach`.
class Sheet {
 public:
  static constexpr int side = 28;
  static constexpr std::size_t pixels = 784;  // side * side
  static constexpr float reach = 4.0F;

  Sheet() { squared_distance_.fill(reach * reach); }

  // `points` in pixels from the top left corner of the sheet.
  void draw(std::span<const PenPoint> points);

  // Ink in [0, 1] of pixel p = y * side + x for a round pen: full within `radius` of the stroke's centre line minus
  // half of `edge`, none beyond plus half of it.
  float ink(std::size_t p, float radius, float edge) const;

 private:
  void draw_segment(PenPoint from, PenPoint to);

  std::array<float, pixels> squared_distance_;
};

}  // namespace synop::detail
