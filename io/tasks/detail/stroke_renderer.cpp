#include "synop/io/tasks/detail/stroke_renderer.hpp"

#include <algorithm>
#include <cmath>

namespace synop::detail {

namespace {

// The direction in which a Catmull-Rom curve passes point i; none at ends and corners, so that straight lines between
// corners stay straight.
PenPoint tangent(std::span<const PenPoint> points, std::size_t i) {
  if (i == 0 || i + 1 == points.size() || points[i].corner) return {};
  return {0.5F * (points[i + 1].x - points[i - 1].x), 0.5F * (points[i + 1].y - points[i - 1].y)};
}

// Cubic Hermite interpolation at s in [0, 1].
PenPoint hermite(PenPoint a, PenPoint slope_a, PenPoint b, PenPoint slope_b, float s) {
  const float s2 = s * s;
  const float s3 = s2 * s;
  const float wa = 2 * s3 - 3 * s2 + 1;
  const float wb = 3 * s2 - 2 * s3;
  const float ma = s3 - 2 * s2 + s;
  const float mb = s3 - s2;
  return {wa * a.x + wb * b.x + ma * slope_a.x + mb * slope_b.x, wa * a.y + wb * b.y + ma * slope_a.y + mb * slope_b.y};
}

int first_pixel(float low) {
  return std::max(0, static_cast<int>(low));
}
int end_pixel(float high) {
  return std::min(Sheet::side, static_cast<int>(high) + 1);
}

}  // namespace

void Sheet::draw(std::span<const PenPoint> points) {
  constexpr int pieces = 6;  // per pair of points: chords of 1 to 2 pixels
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const PenPoint slope_a = tangent(points, i);
    const PenPoint slope_b = tangent(points, i + 1);
    PenPoint from = points[i];
    for (int k = 1; k <= pieces; ++k) {
      const PenPoint to =
          hermite(points[i], slope_a, points[i + 1], slope_b, static_cast<float>(k) / static_cast<float>(pieces));
      draw_segment(from, to);
      from = to;
    }
  }
}

void Sheet::draw_segment(PenPoint from, PenPoint to) {
  const float dx = to.x - from.x;
  const float dy = to.y - from.y;
  const float length2 = std::max(dx * dx + dy * dy, 1e-12F);
  const float inverse = 1.0F / length2;
  const int x0 = first_pixel(std::min(from.x, to.x) - reach);
  const int x1 = end_pixel(std::max(from.x, to.x) + reach);
  const int y0 = first_pixel(std::min(from.y, to.y) - reach);
  const int y1 = end_pixel(std::max(from.y, to.y) + reach);
  for (int y = y0; y < y1; ++y) {
    const float py = static_cast<float>(y) + 0.5F - from.y;
    float* row = squared_distance_.data() + std::ptrdiff_t{y} * side;
    for (int x = x0; x < x1; ++x) {
      const float px = static_cast<float>(x) + 0.5F - from.x;
      const float along = std::clamp((px * dx + py * dy) * inverse, 0.0F, 1.0F);
      const float ex = px - along * dx;
      const float ey = py - along * dy;
      row[x] = std::min(row[x], ex * ex + ey * ey);
    }
  }
}

float Sheet::ink(std::size_t p, float radius, float edge) const {
  const float distance = std::sqrt(squared_distance_[p]);
  return std::clamp((radius - distance) / edge + 0.5F, 0.0F, 1.0F);
}

}  // namespace synop::detail
