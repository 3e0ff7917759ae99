#include "synop/synapses/connect/cell_index.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "synop/core/elementary.hpp"

namespace synop {

namespace {

constexpr double neurons_per_cell = 16.0;
constexpr double most_cells = 1 << 22;
constexpr double margin = 1e-9;  // of a cell: distances between points are rounded, those to cells must bound them

}  // namespace

// Cells are cubes as nearly as possible. A periodic box is filled with them, other positions are enclosed.
CellIndex::CellIndex(const Positions& positions, Slice slice) {
  const auto dimensions = static_cast<std::size_t>(positions.dimensions);
  Point span{};
  double volume = 1.0;
  int extended = 0;
  for (std::size_t k = 0; k < dimensions; ++k) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (std::uint32_t i = slice.first; i < slice.end(); ++i) {
      low = std::min(low, positions.points[i][k]);
      high = std::max(high, positions.points[i][k]);
    }
    if (positions.edge_wrap) {
      low = positions.lower(static_cast<int>(k));
      high = low + positions.extent[k];
      period_[k] = positions.extent[k];
    }
    low_[k] = low;
    span[k] = high - low;
    if (span[k] > 0.0) volume *= span[k], ++extended;
  }
  const double wanted = std::min(most_cells, std::max(1.0, slice.count / neurons_per_cell));
  const double side = extended > 0 ? exp2_bounded(log2_positive(volume / wanted) / extended) : 0.0;
  for (std::size_t k = 0; k < dimensions; ++k) {
    if (span[k] > 0.0)
      cells_[k] = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::min(most_cells, span[k] / side + 0.5)));
    side_[k] = span[k] / static_cast<double>(cells_[k]);
  }
  const auto cell_of = [&](std::uint32_t i) {
    std::int64_t cell = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      const double step = side_[k] > 0.0 ? (positions.points[i][k] - low_[k]) / side_[k] : 0.0;
      cell = cell * cells_[k] + std::clamp<std::int64_t>(static_cast<std::int64_t>(step), 0, cells_[k] - 1);
    }
    return static_cast<std::size_t>(cell);
  };
  begin_.assign(static_cast<std::size_t>(cells_[0] * cells_[1] * cells_[2]) + 2, 0);
  for (std::uint32_t i = slice.first; i < slice.end(); ++i) ++begin_[cell_of(i) + 2];
  std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
  neurons_.resize(slice.count);
  for (std::uint32_t i = slice.first; i < slice.end(); ++i) neurons_[begin_[cell_of(i) + 1]++] = i - slice.first;
}

// In a periodic dimension steps count on beyond the last cell, at most once around.
CellIndex::Steps CellIndex::steps(std::size_t k, double place, double low, double high) const {
  const std::int64_t all = cells_[k];
  if (side_[k] == 0.0 || all == 1) return {0, 1};
  const double from = std::floor((place + low - low_[k]) / side_[k] - margin);
  const double to = std::floor((place + high - low_[k]) / side_[k] + margin);
  if (period_[k] == 0.0) {
    const double last = static_cast<double>(all - 1);
    // Neurons on the upper edge of all lie in the last cell, those outside do not exist.
    const auto first = static_cast<std::int64_t>(std::clamp(from, 0.0, last));
    if (to < 0.0 || from > last + 1.0) return {0, 0};
    return {first, static_cast<std::int64_t>(std::clamp(to, 0.0, last)) - first + 1};
  }
  if (!(to - from + 1.0 < static_cast<double>(all))) return {0, all};
  const auto first = static_cast<std::int64_t>(from);
  return {((first % all) + all) % all, static_cast<std::int64_t>(to - from) + 1};
}

void CellIndex::add_distances(std::size_t k, std::int64_t step, double place, double& nearest2,
                              double& farthest2) const {
  const double half = 0.5 * side_[k] * (1.0 + margin);
  double offset = low_[k] + side_[k] * (static_cast<double>(step) + 0.5) - place;
  if (period_[k] > 0.0) offset -= period_[k] * std::nearbyint(offset / period_[k]);
  offset = std::abs(offset);
  const double nearest = std::max(0.0, offset - half);
  double farthest = offset + half;
  if (period_[k] > 0.0) farthest = std::min(farthest, 0.5 * period_[k] * (1.0 + margin));
  nearest2 += nearest * nearest;
  farthest2 += farthest * farthest;
}

}  // namespace synop
