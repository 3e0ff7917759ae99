#include "synop/synapses/connect/fixed_outdegree.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/random.hpp"

namespace synop {

namespace {

// `n` different numbers below `available`, ascending: the first different ones of a sequence of uniform draws. Each
// round draws as many as are missing, so none is drawn in vain but repetitions.
void draw_distinct(RandomStream& random, std::uint32_t n, std::uint32_t available, std::vector<std::uint32_t>& drawn) {
  drawn.clear();
  for (std::uint64_t round = 0; drawn.size() < n; ++round) {
    const std::size_t have = drawn.size();
    drawn.resize(n);
    random.seek(round);
    random.fill_below(available, {drawn.data() + have, n - have});
    std::sort(drawn.begin(), drawn.end());
    drawn.erase(std::unique(drawn.begin(), drawn.end()), drawn.end());
  }
}

// Replaces the ascending `left_out` by the other numbers below `available`.
void complement(std::uint32_t available, std::vector<std::uint32_t>& left_out) {
  std::vector<std::uint32_t> others;
  others.reserve(available - left_out.size());
  std::size_t k = 0;
  for (std::uint32_t i = 0; i < available; ++i)
    if (k < left_out.size() && left_out[k] == i)
      ++k;
    else
      others.push_back(i);
  left_out.swap(others);
}

}  // namespace

void FixedOutdegree::check(const ConnectionContext& context) const {
  const std::uint32_t available = context.targets - (!allow_autapses_ && context.has_autapses() ? 1 : 0);
  if (allow_multapses_ ? available > 0 || outdegree_ == 0 : outdegree_ <= available) return;
  throw Error(
      ErrorKind::model,
      fmt::format("fixed_outdegree: outdegree = {} is outside the allowed range [0, {}] ({} targets, multapses {}, "
                  "autapses {})",
                  outdegree_, available, context.targets, allow_multapses_ ? "allowed" : "not allowed",
                  allow_autapses_ ? "allowed" : "not allowed"));
}

// Targets are numbered without the source itself where it may not be one, then counted up from it by one.
void FixedOutdegree::draw_row(const ConnectionContext& context, std::uint32_t source, std::uint32_t first,
                              std::uint32_t end, std::vector<std::uint32_t>& targets) const {
  const std::int64_t itself = std::int64_t{source} + context.autapse_shift;
  const bool leave_out = !allow_autapses_ && context.same_population && itself >= 0 && itself < context.targets;
  const std::uint32_t available = context.targets - (leave_out ? 1 : 0);
  RandomStream random(context.seed, Purpose::connectivity, source, context.projection);
  if (allow_multapses_) {
    targets.resize(outdegree_);
    random.fill_below(available, targets);
  } else if (outdegree_ <= available / 2) {
    draw_distinct(random, outdegree_, available, targets);
  } else {
    draw_distinct(random, available - outdegree_, available, targets);
    complement(available, targets);
  }
  if (leave_out)
    for (std::uint32_t& target : targets) target += target >= itself ? 1 : 0;
  std::erase_if(targets, [&](std::uint32_t target) { return target < first || target >= end; });
}

void FixedOutdegree::targets_of(const ConnectionContext& context, std::uint32_t source, std::uint32_t first,
                                std::uint32_t end, std::vector<std::uint32_t>& targets) const {
  draw_row(context, source, first, end, targets);
  if (allow_multapses_) std::sort(targets.begin(), targets.end());
}

void FixedOutdegree::pairs_of(const ConnectionContext& context, std::uint32_t first, std::uint32_t end,
                              const PairSink& sink) const {
  Batch batch(sink);
  std::vector<std::uint32_t> row;
  for (std::uint32_t source = 0; source < context.sources; ++source) {
    draw_row(context, source, first, end, row);
    for (const std::uint32_t target : row) batch.add(source, target);
  }
  batch.flush();
}

}  // namespace synop
