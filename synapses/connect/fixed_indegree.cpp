#include "synop/synapses/connect/fixed_indegree.hpp"

#include <unordered_set>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/random.hpp"

namespace synop {

void FixedIndegree::check(const ConnectionContext& context) const {
  const std::uint32_t available = context.sources - (!allow_autapses_ && context.has_autapses() ? 1 : 0);
  if (allow_multapses_ ? available > 0 || indegree_ == 0 : indegree_ <= available) return;
  throw Error(ErrorKind::model,
              fmt::format("fixed_indegree: indegree = {} is outside the allowed range [0, {}] ({} sources, multapses {}, autapses {})",
                          indegree_, available, context.sources, allow_multapses_ ? "allowed" : "not allowed",
                          allow_autapses_ ? "allowed" : "not allowed"));
}

void FixedIndegree::sources_of(const ConnectionContext& context, std::uint32_t target,
                               std::vector<std::uint32_t>& sources) const {
  sources.clear();
  RandomStream random(context.seed, Purpose::connectivity, target, context.projection);
  const auto draw = [&] {
    std::uint32_t source = random.below(context.sources);
    while (!allow_autapses_ && context.is_autapse(source, target)) source = random.below(context.sources);
    return source;
  };
  if (allow_multapses_ && (allow_autapses_ || !context.has_autapse(target))) {
    sources.resize(indegree_);
    return random.fill_below(context.sources, sources);
  }
  if (allow_multapses_) {
    for (std::uint32_t k = 0; k < indegree_; ++k) sources.push_back(draw());
    return;
  }
  // Without replacement: rejection while few are taken. Where most are, the sources to leave out are drawn instead.
  const std::uint32_t available = context.sources - (!allow_autapses_ && context.has_autapse(target) ? 1 : 0);
  const bool choose_left_out = indegree_ > available / 2;
  std::unordered_set<std::uint32_t> drawn;
  while (drawn.size() < (choose_left_out ? available - indegree_ : indegree_)) {
    const std::uint32_t source = draw();
    if (drawn.insert(source).second && !choose_left_out) sources.push_back(source);
  }
  if (!choose_left_out) return;
  for (std::uint32_t source = 0; source < context.sources; ++source)
    if (!drawn.contains(source) && (allow_autapses_ || !context.is_autapse(source, target))) sources.push_back(source);
}

}  // namespace synop
