#include "synop/synapses/connect/pairwise_poisson.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/random.hpp"

namespace synop {

namespace {

// The points of a Poisson process of `per_unit` points per unit length on [0, length), as the units they lie in.
template <class Visit>
void visit_points(RandomStream& random, double per_unit, double length, Visit visit) {
  if (per_unit <= 0.0) return;
  for (double at = random.exponential() / per_unit; at < length; at += random.exponential() / per_unit)
    visit(static_cast<std::uint32_t>(at));
}

}  // namespace

void PairwisePoisson::check(const ConnectionContext&) const {
  if (mean_ >= 0.0 && mean_ <= largest_mean) return;
  throw Error(ErrorKind::model,
              fmt::format("pairwise_poisson: pairwise_avg_num_conns = {} is outside the allowed range [0, {}]", mean_,
                          largest_mean));
}

double PairwisePoisson::expected_synapses(const ConnectionContext& context) const {
  const double all = static_cast<double>(context.sources) * context.targets;
  return mean_ * (allow_autapses_ ? all : all - static_cast<double>(context.autapses_before(context.targets)));
}

void PairwisePoisson::sources_of(const ConnectionContext& context, std::uint32_t target,
                                 std::vector<std::uint32_t>& sources) const {
  sources.clear();
  RandomStream random(context.seed, Purpose::connectivity, target, context.projection);
  visit_points(random, mean_, context.sources, [&](std::uint32_t source) {
    if (allow_autapses_ || !context.is_autapse(source, target)) sources.push_back(source);
  });
}

// A block of n targets takes some 2 n pairwise_avg_num_conns words, fewer than the n substreams until the next block's
// have.
void PairwisePoisson::targets_of(const ConnectionContext& context, std::uint32_t source, std::uint32_t first,
                                 std::uint32_t end, std::vector<std::uint32_t>& targets) const {
  targets.clear();
  RandomStream random(context.seed, Purpose::procedural_row, source, context.projection);
  random.seek(first);
  visit_points(random, mean_, end - first, [&](std::uint32_t offset) {
    if (allow_autapses_ || !context.is_autapse(source, first + offset)) targets.push_back(first + offset);
  });
}

}  // namespace synop
