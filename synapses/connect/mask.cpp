#include "synop/synapses/connect/mask.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double radians = 0.01745329251994329577;

}  // namespace

bool Mask::contains(const Point& displacement) const {
  const Point d{displacement[0] - anchor[0], displacement[1] - anchor[1], displacement[2] - anchor[2]};
  switch (shape) {
    case everywhere:
      return true;
    case ball: {
      const double squared = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
      return squared <= radius * radius && squared >= inner_radius * inner_radius;
    }
    case box:
      for (std::size_t k = 0; k < 3; ++k)
        if (d[k] < lower_left[k] || d[k] > upper_right[k]) return false;
      return true;
    case ellipsoid: {
      const double cosine = std::cos(azimuth_angle * radians), sine = std::sin(azimuth_angle * radians);
      const double x = 2.0 * (d[0] * cosine + d[1] * sine) / axes[0];
      const double y = 2.0 * (d[1] * cosine - d[0] * sine) / axes[1];
      const double z = 2.0 * d[2] / axes[2];
      return x * x + y * y + z * z <= 1.0;
    }
  }
  return false;
}

Mask::Bounds Mask::bounds() const {
  Bounds bounds{lower_left, upper_right};
  if (shape == everywhere) return {{-infinity, -infinity, -infinity}, {infinity, infinity, infinity}};
  const double largest_axis = std::max(axes[0], axes[1]);
  for (std::size_t k = 0; k < 3; ++k) {
    const bool turned = azimuth_angle != 0.0 && k < 2;
    const double reach = shape == ball ? radius : 0.5 * (turned ? largest_axis : axes[k]);
    if (shape != box) bounds.low[k] = -reach, bounds.high[k] = reach;
    bounds.low[k] += anchor[k];
    bounds.high[k] += anchor[k];
  }
  return bounds;
}

void Mask::validate(const char* what, int dimensions) const {
  const auto refuse = [&](const std::string& problem) {
    throw Error(ErrorKind::model, fmt::format("{}: {}", what, problem));
  };
  const auto used = static_cast<std::size_t>(dimensions);
  for (const double x : {radius, inner_radius, azimuth_angle})
    if (!std::isfinite(x)) refuse(fmt::format("{} is not a finite number", x));
  if (shape == ball && !(radius > 0.0))
    refuse(fmt::format("radius = {} is outside the allowed range (0, inf)", radius));
  if (shape == ball && !(inner_radius >= 0.0 && inner_radius < radius))
    refuse(fmt::format("inner_radius = {} is outside the allowed range [0, {})", inner_radius, radius));
  for (std::size_t k = 0; k < 3; ++k) {
    if (!std::isfinite(anchor[k]) || (k >= used && anchor[k] != 0.0))
      refuse(fmt::format("anchor has no component {} in {} dimensions", anchor[k], dimensions));
    if (shape == box && k < used && !(lower_left[k] < upper_right[k]))
      refuse(fmt::format("lower_left[{}] = {} is not below upper_right[{}] = {}", k, lower_left[k], k, upper_right[k]));
    if (shape == ellipsoid && k < used && !(axes[k] > 0.0 && std::isfinite(axes[k])))
      refuse(fmt::format("an axis of length {}; allowed (0, inf)", axes[k]));
  }
  if (azimuth_angle != 0.0 && dimensions == 1) refuse("an azimuth_angle in one dimension");
}

}  // namespace synop
