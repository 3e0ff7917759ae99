#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace synop {

// A place or a displacement in up to three dimensions; those that are not used are 0. The unit of length is whatever
// the positions are given in: every length of a mask or a function of distance is in the same one.
using Point = std::array<double, 3>;

double length(const Point& displacement);

// Where the neurons of a population are, within a box of `extent` around `center`.
struct Positions {
  int dimensions = 2;           // 1, 2 or 3
  Point extent{1.0, 1.0, 1.0};  // of the used dimensions, > 0
  Point center{};
  bool edge_wrap = false;     // the box is periodic: a displacement is the shortest one
  std::vector<Point> points;  // one for each neuron

  double lower(int dimension) const {
    const auto k = static_cast<std::size_t>(dimension);
    return center[k] - 0.5 * extent[k];
  }
  // From `from` to `to`, each component within half the extent where the box is periodic.
  Point displacement(const Point& from, const Point& to) const;

  // Throws Error(model), naming `what`, unless there are `size` finite points, the extent is positive, and all points
  // lie within the box if it is periodic.
  void validate(const char* what, std::uint32_t size) const;
};

// A grid of cells that fills the box, with a neuron in the middle of each, in NEST's order: the last dimension changes
// fastest, and the second one runs downwards (a layer's first neuron is at its top left).
Positions grid_positions(const std::vector<std::uint32_t>& shape, const Point& extent, const Point& center,
                         bool edge_wrap);

// `size` neurons, uniformly and independently in the box. Neuron i has the random numbers of `first_id` + i.
Positions uniform_positions(std::uint32_t size, int dimensions, const Point& extent, const Point& center,
                            bool edge_wrap, std::uint64_t seed, std::uint32_t first_id);

// Whether distances between the two are defined: the same dimensions and, if one is periodic, the same periodic box
// lengths.
bool share_space(const Positions& a, const Positions& b);

// The largest distance between a point of one and a point of the other can have; at least as large as any that occurs.
double largest_distance(const Positions& a, const Positions& b);

}  // namespace synop
