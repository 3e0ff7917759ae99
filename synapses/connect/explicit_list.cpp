#include "synop/synapses/connect/explicit_list.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

ExplicitList::ExplicitList(const std::vector<Connection>& connections) {
  by_target_.reserve(connections.size());
  for (const Connection& c : connections) by_target_.push_back({c.target, c.source, by_target_.size()});
  std::stable_sort(by_target_.begin(), by_target_.end(), [](const Entry& a, const Entry& b) { return a.target < b.target; });
}

void ExplicitList::check(const ConnectionContext& context) const {
  for (const Entry& entry : by_target_)
    if (entry.source >= context.sources || entry.target >= context.targets)
      throw Error(ErrorKind::model,
                  fmt::format("explicit: connection {} from {} to {} is outside the allowed range [0, {}) x [0, {})",
                              entry.position, entry.source, entry.target, context.sources, context.targets));
}

std::size_t ExplicitList::first_of(std::uint32_t target) const {
  const auto at = std::lower_bound(by_target_.begin(), by_target_.end(), target,
                                   [](const Entry& entry, std::uint32_t t) { return entry.target < t; });
  return static_cast<std::size_t>(at - by_target_.begin());
}

void ExplicitList::sources_of(const ConnectionContext&, std::uint32_t target, std::vector<std::uint32_t>& sources) const {
  sources.clear();
  for (std::size_t i = first_of(target); i < by_target_.size() && by_target_[i].target == target; ++i)
    sources.push_back(by_target_[i].source);
}

std::optional<std::uint64_t> ExplicitList::list_position(const ConnectionContext&, std::uint32_t target,
                                                         std::uint32_t k) const {
  const std::size_t i = first_of(target) + k;
  return i < by_target_.size() ? by_target_[i].position : i;
}

}  // namespace synop
