#include "synop/learning/pair_timing.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

Delay longest_delay_of(const Shard& shard) {
  if (!shard.grouped) return shard.uniform_delay;
  Delay longest;
  for (const std::int64_t delay_sign : shard.delay_signs()) longest = std::max(longest, Delay{delay_sign >> 1});
  return longest;
}

PairTiming::PairTiming(std::string_view rule, double tau_plus_ms, double tau_minus_ms, const Shard& shard,
                       DelaySplit split)
    : split_(split),
      tau_plus_ms_(tau_plus_ms),
      half_a_tick_(1.0 + 0.5 / (tau_plus_ms * static_cast<double>(ticks_per_ms))),
      pre_clock_(tau_plus_ms),
      post_clock_(tau_minus_ms) {
  const Delay longest = longest_delay_of(shard);
  constexpr double time_constants_per_delay = 300.0;
  const double limit = time_constants_per_delay * std::min(tau_plus_ms, tau_minus_ms);
  if (longest.ms() > limit)
    throw Error(
        ErrorKind::model,
        fmt::format("{}: a plastic synapse has a delay of {} ms; the limit is 300 of its shortest time constant, "
                    "{} ms",
                    rule, longest.ms(), limit));
  longest_ = make_parts(longest);
}

}  // namespace synop
