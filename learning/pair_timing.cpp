#include "synop/learning/pair_timing.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

constexpr double time_constants_per_delay = 300.0;

Delay longest_delay_of(const Shard& shard) {
  if (!shard.grouped) return shard.uniform_delay;
  Delay longest;
  for (const std::int64_t delay_sign : shard.delay_signs()) longest = std::max(longest, Delay{delay_sign >> 1});
  return longest;
}

}  // namespace

PairTiming::PairTiming(std::string_view rule, double tau_plus_ms, double tau_minus_ms, const Shard& shard,
                       DelaySplit split)
    : split_(split), pre_clock_(tau_plus_ms), post_clock_(tau_minus_ms) {
  const Delay longest = longest_delay_of(shard);
  const double limit = time_constants_per_delay * std::min(tau_plus_ms, tau_minus_ms);
  if (longest.ms() > limit)
    throw Error(
        ErrorKind::model,
        fmt::format("{}: a plastic synapse has a delay of {} ms; the limit is 300 of its shortest time constant, "
                    "{} ms",
                    rule, longest.ms(), limit));
  longest_ = make_parts(longest);
}

PairTiming::Parts PairTiming::make_parts(Delay delay) const {
  const Delay dendritic = split_.dendritic(delay);
  const Delay shift = dendritic - split_.axonal(delay);
  return {delay, dendritic, shift, pre_clock_.decay(shift)};
}

Potentiation PairTiming::after(const SourceSpike* spike, const Parts& parts, Time horizon, Time until) const {
  if (spike == nullptr) return {.from = until, .until = until};
  return {std::max(spike->emitted - parts.shift, horizon), until, spike->trace * parts.decay, spike->epoch};
}

Arrival PairTiming::arrival(Time emitted, const SourceSpike* previous, const Parts& parts, Time horizon) {
  const Time at = emitted - parts.shift;
  const TraceClock::Factor factor = post_clock_.at(at);
  return {after(previous, parts, horizon, at), 1.0 / factor.value, factor.epoch};
}

}  // namespace synop
