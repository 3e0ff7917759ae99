#include "synop/synapses/connect/symmetric_pairwise_bernoulli.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "synop/core/elementary.hpp"
#include "synop/core/error.hpp"
#include "synop/core/random.hpp"

namespace synop {

SymmetricPairwiseBernoulli::SymmetricPairwiseBernoulli(double p)
    : p_(p), log_miss_(p > 0.0 && p < 1.0 ? log_of_complement(p) : 0.0) {}

void SymmetricPairwiseBernoulli::check(const ConnectionContext& context) const {
  if (!(p_ >= 0.0 && p_ <= 1.0))
    throw Error(ErrorKind::model,
                fmt::format("symmetric_pairwise_bernoulli: p = {} is outside the allowed range [0, 1]", p_));
  if (!context.same_population || context.autapse_shift != 0 || context.sources != context.targets)
    throw Error(
        ErrorKind::model,
        "symmetric_pairwise_bernoulli: sources and targets are not the same neurons; allowed: one population, or "
        "one slice of it, as both");
}

// Visits the partners of `larger` that are smaller than it and in [first, end), ascending.
template <class Visit>
void SymmetricPairwiseBernoulli::visit_smaller(const ConnectionContext& context, std::uint32_t larger,
                                               std::uint32_t first, std::uint32_t end, Visit visit) const {
  end = std::min(end, larger);
  RandomStream random(context.seed, Purpose::connectivity, larger, context.projection);
  for (std::uint32_t begin = first / tile * tile; begin < end; begin += tile) {
    random.seek(begin / tile);
    const double limit = std::min<double>(tile, end - begin);
    for (double at = -1.0;;) {
      const double gap = p_ < 1.0 ? log_positive(random.uniform()) / log_miss_ : 0.0;
      if (gap >= limit) break;
      at += 1.0 + static_cast<double>(static_cast<std::int64_t>(gap));
      if (at >= limit) break;
      const std::uint32_t smaller = begin + static_cast<std::uint32_t>(at);
      if (smaller >= first) visit(smaller);
    }
    if (begin > std::numeric_limits<std::uint32_t>::max() - tile) return;
  }
}

void SymmetricPairwiseBernoulli::pairs_of(const ConnectionContext& context, std::uint32_t first, std::uint32_t end,
                                          const PairSink& sink) const {
  if (p_ <= 0.0) return;
  Batch batch(sink);
  for (std::uint32_t target = first; target < end; ++target)
    visit_smaller(context, target, 0, target, [&](std::uint32_t source) { batch.add(source, target); });
  for (std::uint32_t source = first + 1; source < context.sources; ++source)
    visit_smaller(context, source, first, end, [&](std::uint32_t target) { batch.add(source, target); });
  batch.flush();
}

}  // namespace synop
