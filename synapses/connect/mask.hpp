#pragma once

#include "synop/core/positions.hpp"

namespace synop {

// The region around a neuron in which it may be connected, as displacements from the neuron; NEST's shapes and names.
// Boundaries belong to it.
struct Mask {
  enum Shape {
    everywhere,
    ball,       // circular, spherical: inner_radius <= distance <= radius (doughnut where inner_radius > 0)
    box,        // rectangular, box: lower_left to upper_right
    ellipsoid,  // elliptical, ellipsoidal: axes are full lengths
  };

  Shape shape = everywhere;
  double radius = 0.0;
  double inner_radius = 0.0;
  Point lower_left{};
  Point upper_right{};
  Point axes{1.0, 1.0, 1.0};
  double azimuth_angle = 0.0;  // degrees: turns the ellipsoid from the first axis towards the second
  Point anchor{};              // the middle of the shape, as a displacement from the neuron

  bool contains(const Point& displacement) const;
  // A box of displacements that holds the region.
  struct Bounds {
    Point low, high;
  };
  Bounds bounds() const;
  // Throws Error(model), naming `what`, on a radius, axis or corner that makes no region in that many dimensions.
  void validate(const char* what, int dimensions) const;

  friend bool operator==(const Mask&, const Mask&) = default;
};

}  // namespace synop
