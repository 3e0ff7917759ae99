#include "synop/core/positions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/random.hpp"

namespace synop {

double length(const Point& d) {
  return std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
}

Point Positions::displacement(const Point& from, const Point& to) const {
  Point d{to[0] - from[0], to[1] - from[1], to[2] - from[2]};
  if (!edge_wrap) return d;
  for (std::size_t k = 0; k < static_cast<std::size_t>(dimensions); ++k)
    d[k] -= extent[k] * std::ceil(d[k] / extent[k] - 0.5);  // half the box is half the box, not its negative
  return d;
}

void Positions::validate(const char* what, std::uint32_t size) const {
  const auto refuse = [&](const std::string& problem) {
    throw Error(ErrorKind::model, fmt::format("{}: {}", what, problem));
  };
  if (dimensions < 1 || dimensions > 3) refuse(fmt::format("{} dimensions; allowed: 1, 2 or 3", dimensions));
  if (points.size() != size) refuse(fmt::format("{} positions for {} neurons", points.size(), size));
  for (std::size_t k = 0; k < static_cast<std::size_t>(dimensions); ++k) {
    if (!(extent[k] > 0.0) || std::isinf(extent[k]))
      refuse(fmt::format("extent[{}] = {} is outside the allowed range (0, inf)", k, extent[k]));
    if (!std::isfinite(center[k])) refuse(fmt::format("center[{}] = {} is not a finite number", k, center[k]));
  }
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t k = 0; k < 3; ++k) {
      const double x = points[i][k];
      const bool used = k < static_cast<std::size_t>(dimensions);
      if (!std::isfinite(x) || (!used && x != 0.0)) refuse(fmt::format("position {} of neuron {} is not usable", x, i));
      if (used && edge_wrap && std::abs(x - center[k]) > 0.5 * extent[k] * (1.0 + 1e-12))
        refuse(fmt::format("coordinate {} of neuron {} lies outside the periodic box [{}, {}]", x, i,
                           center[k] - 0.5 * extent[k], center[k] + 0.5 * extent[k]));
    }
}

Positions grid_positions(const std::vector<std::uint32_t>& shape, const Point& extent, const Point& center,
                         bool edge_wrap) {
  Positions positions{.dimensions = static_cast<int>(shape.size()),
                      .extent = extent,
                      .center = center,
                      .edge_wrap = edge_wrap,
                      .points = {}};
  std::size_t size = 1;
  for (const std::uint32_t n : shape) size *= n;
  positions.points.resize(size);
  for (std::size_t i = 0; i < size; ++i) {
    std::size_t rest = i;
    for (std::size_t k = shape.size(); k-- > 0; rest /= shape[k]) {
      const std::size_t step = rest % shape[k];
      const double place = static_cast<double>(k == 1 ? shape[k] - 1 - step : step) + 0.5;
      positions.points[i][k] = center[k] + extent[k] * (place / shape[k] - 0.5);
    }
  }
  return positions;
}

Positions uniform_positions(std::uint32_t size, int dimensions, const Point& extent, const Point& center,
                            bool edge_wrap, std::uint64_t seed, std::uint32_t first_id) {
  Positions positions{
      .dimensions = dimensions, .extent = extent, .center = center, .edge_wrap = edge_wrap, .points = {}};
  positions.points.resize(size);
  for (std::uint32_t i = 0; i < size; ++i) {
    RandomStream random(seed, Purpose::position, first_id + i);
    for (std::size_t k = 0; k < static_cast<std::size_t>(dimensions); ++k)
      positions.points[i][k] = center[k] + extent[k] * (random.uniform() - 0.5);
  }
  return positions;
}

bool share_space(const Positions& a, const Positions& b) {
  if (a.dimensions != b.dimensions || a.edge_wrap != b.edge_wrap) return false;
  for (std::size_t k = 0; k < static_cast<std::size_t>(a.dimensions); ++k)
    if (a.edge_wrap && a.extent[k] != b.extent[k]) return false;
  return true;
}

double largest_distance(const Positions& a, const Positions& b) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Point span{};
  for (std::size_t k = 0; k < static_cast<std::size_t>(a.dimensions); ++k) {
    double low = infinity, high = -infinity;
    for (const Positions* positions : {&a, &b})
      for (const Point& point : positions->points) low = std::min(low, point[k]), high = std::max(high, point[k]);
    span[k] = a.edge_wrap ? 0.5 * a.extent[k] : high - low;
  }
  return length(span) * (1.0 + 1e-12);
}

}  // namespace synop
