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
  for (const std::int64_t delay_sign : shard.group_delay_sign) longest = std::max(longest, Delay{delay_sign >> 1});
  return longest;
}

}  // namespace

PairTiming::PairTiming(std::string_view rule, double tau_plus_ms, double tau_minus_ms, const Shard& shard,
                       DelaySplit split)
    : split_(split),
      tau_plus_ms_(tau_plus_ms),
      half_a_tick_(1.0 + 0.5 / (tau_plus_ms * static_cast<double>(ticks_per_ms))),
      pre_clock_(tau_plus_ms),
      post_clock_(tau_minus_ms) {
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
  const double decay = pre_clock_.decay(shift);
  return {delay, dendritic, shift, decay, half_a_tick_ / decay};
}

Potentiation PairTiming::after(const SourceSpike* spike, const Parts& parts, const Border& horizon,
                               const Border& until) {
  if (spike == nullptr) return {.from = until, .until = until};
  const Border from = arrival_of(*spike, parts);
  return {from.time >= horizon.time ? from : horizon, until, spike->trace * parts.decay, spike->epoch};
}

Arrival PairTiming::arrival(const SourceSpike& spike, const SourceSpike* previous, const Parts& parts,
                            const Border& horizon) {
  const Border at = arrival_of(spike, parts);
  const TraceClock::Factor factor = post_clock_.at(at.time);
  return {after(previous, parts, horizon, at), 1.0 / factor.value, factor.epoch};
}

}  // namespace synop
