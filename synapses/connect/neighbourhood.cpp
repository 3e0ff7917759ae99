#include "synop/synapses/connect/neighbourhood.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/parameters.hpp"

namespace synop {

void Neighbourhood::validate(const char* rule, int dimensions) const {
  check_range(rule, {"p", "", unit_interval, ""}, p);
  check_range(rule, {"cutoff", "", unit_interval, ""}, cutoff);
  if (function) function->validate(fmt::format("{}: p", rule));
  mask.validate(fmt::format("{}: mask", rule).c_str(), dimensions);
}

void Pool::prepare(const ConnectionContext& c, const char* rule) {
  if (c.source_positions == nullptr || c.target_positions == nullptr)
    throw Error(ErrorKind::model, fmt::format("{} by distance needs positions, which the {} population does not have",
                                              rule, c.source_positions == nullptr ? "source" : "target"));
  if (!share_space(*c.source_positions, *c.target_positions))
    throw Error(ErrorKind::model,
                fmt::format("{} by distance: the positions of source and target differ in dimensions ({} and {}) or in "
                            "their periodic box; distances between them are not defined",
                            rule, c.source_positions->dimensions, c.target_positions->dimensions));
  near_.validate(rule, c.source_positions->dimensions);
  cells_ = role_ == Role::sources ? CellIndex(*c.source_positions, {c.source_first, c.sources})
                                  : CellIndex(*c.target_positions, {c.target_first, c.targets});
  const Mask::Bounds mask = near_.mask.bounds();
  for (std::size_t k = 0; near_.mask.shape != Mask::everywhere && k < 3; ++k) {
    const Positions& space = *c.source_positions;
    const double most = std::max(-mask.low[k], mask.high[k]);
    if (space.edge_wrap && k < static_cast<std::size_t>(space.dimensions) &&
        most > 0.5 * space.extent[k] * (1.0 + 1e-12))
      throw Error(ErrorKind::model,
                  fmt::format("{}: the mask reaches {} along dimension {}; allowed: [0, {}], half of the "
                              "periodic box, beyond which displacements wrap around",
                              rule, most, k, 0.5 * space.extent[k]));
  }
  const double reach = near_.reach() * (1.0 + 1e-12);
  for (std::size_t k = 0; k < 3; ++k) {
    low_[k] = std::max(mask.low[k], -reach);
    high_[k] = std::min(mask.high[k], reach);
  }
}

double Pool::probability(const ConnectionContext& c, std::uint32_t driver, std::uint32_t partner) const {
  const Point d = c.source_positions->displacement(place_of_driver(c, driver), place_of_partner(c, partner));
  return near_.mask.contains(d) ? near_.probability(length(d)) : 0.0;
}

double Pool::expected_pairs(const ConnectionContext& context) const {
  constexpr std::uint32_t most_drivers = 256;
  const std::uint32_t all = drivers(context);
  const std::uint32_t looked_at = std::min(all, most_drivers);
  double sum = 0.0;
  for (std::uint32_t k = 0; k < looked_at; ++k) {
    const auto driver = static_cast<std::uint32_t>(std::uint64_t{k} * all / looked_at);
    visit_cells(context, driver, [&](std::span<const std::uint32_t> neurons, double) {
      for (const std::uint32_t partner : neurons) sum += probability(context, driver, partner);
    });
  }
  return sum * all / looked_at;
}

}  // namespace synop
