#include "synop/synapses/connect/fixed_total_number.hpp"

#include <limits>

#include <fmt/format.h>

#include "synop/core/binomial.hpp"
#include "synop/core/error.hpp"
#include "synop/core/random.hpp"

namespace synop {

// Pairs that may be connected, of the targets [0, end).
std::uint64_t FixedTotalNumber::pairs_before(const ConnectionContext& context, std::uint32_t end) const {
  const std::uint64_t all = std::uint64_t{end} * context.sources;
  return allow_autapses_ ? all : all - context.autapses_before(end);
}

void FixedTotalNumber::check(const ConnectionContext& context) const {
  const std::uint64_t pairs = pairs_before(context, context.targets);
  const std::uint64_t most = pairs > 0 ? largest_N : 0;
  if (N_ <= most) return;
  throw Error(ErrorKind::model,
              fmt::format("fixed_total_number: N = {} is outside the allowed range [0, {}] ({} sources, {} targets, "
                          "autapses {})",
                          N_, most, context.sources, context.targets, allow_autapses_ ? "allowed" : "not allowed"));
}

// Ranges are numbered as in a heap: 1 is all targets, 2 i and 2 i + 1 are the halves of i. A target lies at most 33
// halvings deep, and a range without pairs never gets a synapse.
FixedTotalNumber::Share FixedTotalNumber::share_of(const ConnectionContext& context, std::uint32_t target) const {
  RandomStream random(context.seed, Purpose::synapse_count, 0, context.projection);
  Share share{.synapses = N_};
  std::uint64_t range = 1;
  for (std::uint32_t first = 0, end = context.targets; end - first > 1 && share.synapses > 0;) {
    const std::uint32_t middle = first + (end - first) / 2;
    const auto pairs_to_middle = static_cast<double>(pairs_before(context, middle) - pairs_before(context, first));
    const auto pairs = static_cast<double>(pairs_before(context, end) - pairs_before(context, first));
    random.seek(range);
    const std::uint64_t lower = binomial(random, share.synapses, pairs_to_middle / pairs);
    const bool in_upper = target >= middle;
    share.before += in_upper ? lower : 0;
    share.synapses = in_upper ? share.synapses - lower : lower;
    (in_upper ? first : end) = middle;
    range = 2 * range + (in_upper ? 1 : 0);
  }
  return share;
}

void FixedTotalNumber::sources_of(const ConnectionContext& context, std::uint32_t target,
                                  std::vector<std::uint32_t>& sources) const {
  sources.clear();
  const std::uint64_t n = share_of(context, target).synapses;
  if (n > std::numeric_limits<std::uint32_t>::max())
    throw Error(
        ErrorKind::model,
        fmt::format("fixed_total_number: N = {} gives target {} {} synapses; the limit is 2^32 - 1", N_, target, n));
  RandomStream random(context.seed, Purpose::connectivity, target, context.projection);
  if (allow_autapses_ || !context.has_autapse(target)) {
    sources.resize(n);
    return random.fill_below(context.sources, sources);
  }
  while (sources.size() < n) {
    const std::uint32_t source = random.below(context.sources);
    if (!context.is_autapse(source, target)) sources.push_back(source);
  }
}

std::optional<std::uint64_t> FixedTotalNumber::list_position(const ConnectionContext& context, std::uint32_t target,
                                                             std::uint32_t k) const {
  return share_of(context, target).before + k;
}

}  // namespace synop
