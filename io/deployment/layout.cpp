#include "synop/io/deployment/layout.hpp"

#include <algorithm>
#include <set>

namespace synop {

namespace {

bool has_multapses(const StepProjection& p) {
  for (std::uint32_t row = 0; row < p.sources.count; ++row)
    for (std::uint32_t i = p.row_begin[row] + 1; i < p.row_begin[row + 1]; ++i)
      if (p.targets_of[i] == p.targets_of[i - 1]) return true;
  return false;
}

bool has_autapses(const StepProjection& p) {
  for (std::uint32_t row = 0; row < p.sources.count; ++row)
    for (std::uint32_t i = p.row_begin[row]; i < p.row_begin[row + 1]; ++i)
      if (p.targets_of[i] == row) return true;
  return false;
}

std::uint64_t groups_of(const StepProjection& p) {
  std::uint64_t groups = 0;
  for (std::uint32_t row = 0; row < p.sources.count; ++row)
    for (std::uint32_t i = p.row_begin[row]; i < p.row_begin[row + 1]; ++i)
      groups += i == p.row_begin[row] || p.delay[i] != p.delay[i - 1] ? 1 : 0;
  return groups;
}

ProjectionLayout rows_of(const StepProjection& p) {
  ProjectionLayout layout{.connectivity = Connectivity::rows, .grouped = !p.one_delay};
  layout.stored = p.one_weight ? 1 : p.synapses();
  layout.target_width = width_for(std::max<std::uint64_t>(p.targets.count, 1) - 1);
  layout.row_width = width_for(p.synapses());
  layout.distinct_delays = p.synapses() == 0 ? 0 : 1;
  if (p.one_delay) return layout;
  layout.groups = groups_of(p);
  layout.group_width = layout.row_width;
  layout.row_width = width_for(layout.groups);
  layout.delay_width = width_for(p.largest_delay());
  layout.distinct_delays = static_cast<std::uint32_t>(std::set(p.delay.begin(), p.delay.end()).size());
  return layout;
}

}  // namespace

std::uint32_t width_for(std::uint64_t largest) {
  return largest < 256 ? 1 : largest < 65536 ? 2 : 4;
}

ProjectionLayout layout_of(const StepProjection& p, WeightType weights) {
  const ProjectionLayout rows = rows_of(p);
  if (!p.one_delay || p.synapses() == 0 || has_multapses(p)) return rows;
  const std::uint64_t pairs = std::uint64_t{p.sources.count} * p.targets.count;
  const bool same = p.source == p.target && p.sources == p.targets;
  const std::uint64_t others = pairs - p.sources.count;
  ProjectionLayout dense{.connectivity = Connectivity::dense, .stored = pairs, .distinct_delays = 1};
  if (same && !has_autapses(p)) dense.connectivity = Connectivity::dense_without_self, dense.stored = others;
  if (p.one_weight) {  // nothing is stored, so no pair may be missing
    if (p.synapses() != dense.stored) return rows;
    dense.stored = 1;
    return dense;
  }
  const std::uint64_t of_rows = padded(rows.stored * bytes_of(weights)) + padded(p.synapses() * rows.target_width) +
                                padded(p.row_begin.size() * rows.row_width);
  return padded(dense.stored * bytes_of(weights)) <= of_rows ? dense : rows;
}

std::uint32_t kept_steps(const StepNetwork& network, std::uint32_t population) {
  std::uint32_t longest = 0;
  for (const StepProjection& p : network.projections)
    if (p.source == population) longest = std::max(longest, p.largest_delay());
  return longest + 1;
}

std::uint32_t refractory_width(const StepPopulation& p) {
  return p.refractory_steps == 0 ? 0 : p.refractory_steps < 256 ? 1 : 2;
}

}  // namespace synop
