#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "synop/core/ids.hpp"
#include "synop/core/positions.hpp"

namespace synop {

// The neurons of a slice sorted into a regular grid of cells, some 16 to a cell, so that those near a place are found
// without looking at the others.
class CellIndex {
 public:
  CellIndex() = default;
  CellIndex(const Positions& positions, Slice slice);

  struct Cell {
    std::span<const std::uint32_t> neurons;  // within the slice, ascending
    double nearest = 0.0;                    // no neuron of the cell is nearer to the place than this, ...
    double farthest = 0.0;                   // ... and none is farther
  };
  // Calls visit(cell) once for every cell that is not empty and may hold neurons at displacements in [low, high] from
  // `place`, in a fixed order.
  template <class Visit>
  void visit_near(const Point& place, const Point& low, const Point& high, Visit visit) const;

 private:
  struct Steps {
    std::int64_t first = 0, count = 0;
  };
  Steps steps(std::size_t k, double place, double low, double high) const;
  // Bounds of the distance along one dimension between `place` and anything in the cells numbered `step` there.
  void add_distances(std::size_t k, std::int64_t step, double place, double& nearest2, double& farthest2) const;
  std::int64_t wrapped(std::size_t k, std::int64_t step) const { return step >= cells_[k] ? step - cells_[k] : step; }

  std::array<std::int64_t, 3> cells_{1, 1, 1};
  Point low_{};     // corner of the first cell
  Point side_{};    // of a cell; 0 in dimensions that are not used
  Point period_{};  // 0: not periodic
  std::vector<std::uint64_t> begin_;
  std::vector<std::uint32_t> neurons_;
};

template <class Visit>
void CellIndex::visit_near(const Point& place, const Point& low, const Point& high, Visit visit) const {
  const Steps x = steps(0, place[0], low[0], high[0]);
  const Steps y = steps(1, place[1], low[1], high[1]);
  const Steps z = steps(2, place[2], low[2], high[2]);
  for (std::int64_t i = x.first; i < x.first + x.count; ++i)
    for (std::int64_t j = y.first; j < y.first + y.count; ++j)
      for (std::int64_t k = z.first; k < z.first + z.count; ++k) {
        const std::array<std::int64_t, 3> at{wrapped(0, i), wrapped(1, j), wrapped(2, k)};
        const auto cell = static_cast<std::size_t>((at[0] * cells_[1] + at[1]) * cells_[2] + at[2]);
        const std::uint64_t begin = begin_[cell], end = begin_[cell + 1];
        if (begin == end) continue;
        double nearest2 = 0.0, farthest2 = 0.0;
        for (std::size_t dimension = 0; dimension < 3; ++dimension)
          add_distances(dimension, at[dimension], place[dimension], nearest2, farthest2);
        visit(Cell{{neurons_.data() + begin, end - begin}, std::sqrt(nearest2), std::sqrt(farthest2)});
      }
}

}  // namespace synop
