#include "synop/synapses/connect/all_to_all.hpp"

#include <numeric>

namespace synop {

double AllToAll::expected_synapses(const ConnectionContext& context) const {
  const double all = static_cast<double>(context.sources) * context.targets;
  return allow_autapses_ ? all : all - static_cast<double>(context.autapses_before(context.targets));
}

void AllToAll::sources_of(const ConnectionContext& context, std::uint32_t target,
                          std::vector<std::uint32_t>& sources) const {
  sources.clear();
  for (std::uint32_t source = 0; source < context.sources; ++source)
    if (allow_autapses_ || !context.is_autapse(source, target)) sources.push_back(source);
}

void AllToAll::targets_of(const ConnectionContext& context, std::uint32_t source, std::uint32_t first,
                          std::uint32_t end, std::vector<std::uint32_t>& targets) const {
  targets.resize(end - first);
  std::iota(targets.begin(), targets.end(), first);
  if (!allow_autapses_) context.remove_autapse(source, targets);
}

std::optional<std::uint64_t> AllToAll::list_position(const ConnectionContext& context, std::uint32_t target,
                                                     std::uint32_t k) const {
  const std::uint64_t all = std::uint64_t{target} * context.sources + k;
  return allow_autapses_ ? all : all - context.autapses_before(target);
}

}  // namespace synop
