#include "synop/synapses/connect/pairwise_bernoulli.hpp"

#include <fmt/format.h>

#include "synop/core/elementary.hpp"
#include "synop/core/error.hpp"
#include "synop/core/random.hpp"

namespace synop {

void PairwiseBernoulli::check(const ConnectionContext&) const {
  if (p_ >= 0.0 && p_ <= 1.0) return;
  throw Error(ErrorKind::model, fmt::format("pairwise_bernoulli: p = {} is outside the allowed range [0, 1]", p_));
}

void PairwiseBernoulli::sources_of(const ConnectionContext& context, std::uint32_t target,
                                   std::vector<std::uint32_t>& sources) const {
  sources.clear();
  const auto add = [&](std::uint32_t source) {
    if (allow_autapses_ || !context.is_autapse(source, target)) sources.push_back(source);
  };
  if (p_ >= 1.0) {
    for (std::uint32_t source = 0; source < context.sources; ++source) add(source);
    return;
  }
  if (p_ <= 0.0) return;
  // The gaps between connected sources are geometric, so the work is per synapse and not per pair.
  RandomStream random(context.seed, Purpose::connectivity, target, context.projection);
  const double log_miss = log_of_complement(p_);
  double source = -1.0;
  for (;;) {
    const double gap = log_positive(random.uniform()) / log_miss;
    if (gap >= static_cast<double>(context.sources)) return;
    source += 1.0 + static_cast<double>(static_cast<std::int64_t>(gap));
    if (source >= static_cast<double>(context.sources)) return;
    add(static_cast<std::uint32_t>(source));
  }
}

}  // namespace synop
