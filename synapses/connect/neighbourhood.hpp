#pragma once

#include <algorithm>
#include <limits>
#include <optional>

#include "synop/core/connection_rule.hpp"
#include "synop/core/distance_function.hpp"
#include "synop/synapses/connect/cell_index.hpp"
#include "synop/synapses/connect/mask.hpp"

namespace synop {

// Where a neuron (the driver) finds partners in the other population (the pool), and how probable they are: a mask
// around it, and a probability that is constant or a function of distance. A value above 1 counts as 1, one below the
// cutoff, below 0 or below 2^-53 (which random numbers of 52 bits cannot tell from it) as 0.
struct Neighbourhood {
  Mask mask;
  std::optional<DistanceFunction> function;
  double p = 1.0;       // if there is no function
  double cutoff = 0.0;  // in [0, 1]

  double probability(double distance) const { return kept(function ? function->at(distance) : p); }
  // An upper bound of the probability between two distances.
  double most(double nearest, double farthest) const {
    return kept(function ? function->largest_between(nearest, farthest) : p);
  }
  // No probability above 0 is farther away.
  double reach() const { return function ? function->reach(least()) : std::numeric_limits<double>::infinity(); }
  void validate(const char* rule, int dimensions) const;  // throws Error(model)

  friend bool operator==(const Neighbourhood&, const Neighbourhood&) = default;

 private:
  double least() const { return std::max(cutoff, 0x1p-53); }
  double kept(double value) const { return value < least() ? 0.0 : std::min(value, 1.0); }
};

// Finds the partners of drivers in a pool: cells of neurons within the mask and the reach, nothing else is looked at.
class Pool {
 public:
  enum class Role { sources, targets };  // which side of the projection the pool is

  Pool(Neighbourhood neighbourhood, Role role) : near_(neighbourhood), role_(role) {}

  // Checks positions and parameters, then sorts the pool into cells. Throws Error(model), naming the rule.
  void prepare(const ConnectionContext& context, const char* rule);

  // Calls visit(neurons, most) for cells that may have partners of the driver; none is more probable than `most`.
  template <class Visit>
  void visit_cells(const ConnectionContext& context, std::uint32_t driver, Visit visit) const;
  // The exact probability of a pair, 0 outside of the mask.
  double probability(const ConnectionContext& context, std::uint32_t driver, std::uint32_t partner) const;
  // The sum of the probabilities of all pairs, estimated from some drivers; autapses included.
  double expected_pairs(const ConnectionContext& context) const;

  const Neighbourhood& neighbourhood() const { return near_; }
  std::uint32_t drivers(const ConnectionContext& c) const { return role_ == Role::sources ? c.targets : c.sources; }
  bool is_autapse(const ConnectionContext& c, std::uint32_t driver, std::uint32_t partner) const {
    return role_ == Role::sources ? c.is_autapse(partner, driver) : c.is_autapse(driver, partner);
  }

 private:
  const Point& place_of_driver(const ConnectionContext& c, std::uint32_t driver) const {
    return role_ == Role::sources ? c.target_place(driver) : c.source_place(driver);
  }
  const Point& place_of_partner(const ConnectionContext& c, std::uint32_t partner) const {
    return role_ == Role::sources ? c.source_place(partner) : c.target_place(partner);
  }

  Neighbourhood near_;
  Role role_;
  CellIndex cells_;
  Point low_{}, high_{};  // displacements in which partners lie
};

template <class Visit>
void Pool::visit_cells(const ConnectionContext& context, std::uint32_t driver, Visit visit) const {
  cells_.visit_near(place_of_driver(context, driver), low_, high_, [&](const CellIndex::Cell& cell) {
    const double most = near_.most(cell.nearest, cell.farthest);
    if (most > 0.0) visit(cell.neurons, most);
  });
}

}  // namespace synop
