#include "synop/synapses/connect/all_to_all.hpp"

#include <algorithm>

namespace synop {

namespace {

// How many of the targets [0, end) are among the sources too.
std::uint64_t autapses_before(const ConnectionContext& context, std::uint32_t end) {
  if (!context.same_population) return 0;
  const std::int64_t low = std::max<std::int64_t>(0, context.autapse_shift);
  const std::int64_t high = std::min<std::int64_t>(end, context.autapse_shift + std::int64_t{context.sources});
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, high - low));
}

}  // namespace

double AllToAll::expected_synapses(const ConnectionContext& context) const {
  const double all = static_cast<double>(context.sources) * context.targets;
  return allow_autapses_ ? all : all - static_cast<double>(autapses_before(context, context.targets));
}

void AllToAll::sources_of(const ConnectionContext& context, std::uint32_t target,
                          std::vector<std::uint32_t>& sources) const {
  sources.clear();
  for (std::uint32_t source = 0; source < context.sources; ++source)
    if (allow_autapses_ || !context.is_autapse(source, target)) sources.push_back(source);
}

std::optional<std::uint64_t> AllToAll::list_position(const ConnectionContext& context, std::uint32_t target,
                                                     std::uint32_t k) const {
  const std::uint64_t all = std::uint64_t{target} * context.sources + k;
  return allow_autapses_ ? all : all - autapses_before(context, target);
}

}  // namespace synop
