#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "synop/core/plasticity.hpp"
#include "synop/learning/spike_history.hpp"
#include "synop/learning/trace_clock.hpp"

namespace synop {

Delay longest_delay_of(const Shard& shard);

// Before every spike, with room for differences.
inline constexpr Time long_ago{std::numeric_limits<std::int64_t>::min() / 2};

// An instant, and the same as a bound of what spikes carry: exp(-p / tau_plus) of a spike at p is at most
// decay * 2^(-11 epoch) if and only if p >= time. The bound lies half a tick before the instant, so that no rounding
// makes a difference; where ticks are too close for that (PairTiming::decays_tell_ticks) it is not to be used.
struct Border {
  Time time;
  double decay = 0.0;
  std::int64_t epoch = 0;
};

// The target's spikes [from, until) that meet the trace of a source: x of such a spike at p is
// trace * 2^(11 epoch) / exp(p / tau_plus).
struct Potentiation {
  Border from;
  Border until;
  double trace = 0.0;
  std::int64_t epoch = 0;
};

// A presynaptic spike at the synapses of a group: the replay up to its arrival at replay.until, then
// y = (the target's scaled trace) * decay * 2^(-11 epoch).
struct Arrival {
  Potentiation replay;
  double decay = 1.0;
  std::int64_t epoch = 0;
};

// Where the spikes of a pair meet, told in the target's own time: with a delay d = axonal + dendritic the spike
// emitted at t meets what the target fires at t - shift, shift = dendritic - axonal.
class PairTiming {
 public:
  struct Parts {
    Delay whole;
    Delay dendritic;
    Delay shift;
    double decay = 1.0;   // exp(-shift / tau_plus)
    double growth = 1.0;  // exp(shift / tau_plus) and half a tick more: takes SourceSpike::decay to its border
  };

  // Throws Error(model) if a delay of the shard exceeds 300 of the shorter time constant: scaled traces could overflow.
  PairTiming(std::string_view rule, double tau_plus_ms, double tau_minus_ms, const Shard& shard, DelaySplit split);

  Parts parts_of(Delay delay) const { return delay == longest_.whole ? longest_ : make_parts(delay); }
  Delay longest_delay() const { return longest_.whole; }
  TraceClock::Factor pre_factor(Time t) { return pre_clock_.at(t); }
  TraceClock::Factor post_factor(Time t) { return post_clock_.at(t); }

  // Whether traces differ by more than rounding from one tick to the next, so that borders can tell spikes apart.
  bool decays_tell_ticks() const { return tau_plus_ms_ <= longest_told_ms; }
  Border border(Time t) {
    const TraceClock::Factor factor = pre_clock_.at(t);
    return {t, half_a_tick_ / factor.value, factor.epoch};
  }

  // What follows `spike` (null: nothing does) until `until`, without what has been replayed up to `horizon`.
  static Potentiation after(const SourceSpike* spike, const Parts& parts, const Border& horizon, const Border& until);
  // `spike`, whose source's previous spike is `previous` (or null).
  Arrival arrival(const SourceSpike& spike, const SourceSpike* previous, const Parts& parts, const Border& horizon);

 private:
  static constexpr double longest_told_ms = 1000.0;  // half a tick is 5e-13 of a trace then; rounding at most 1e-13

  Parts make_parts(Delay delay) const;
  static Border arrival_of(const SourceSpike& spike, const Parts& parts) {
    return {spike.emitted - parts.shift, spike.decay * parts.growth, spike.epoch};
  }

  DelaySplit split_;
  double tau_plus_ms_;
  double half_a_tick_;  // exp(half a tick / tau_plus)
  TraceClock pre_clock_;
  TraceClock post_clock_;
  Parts longest_;  // mostly the only ones
};

inline PairTiming::Parts PairTiming::make_parts(Delay delay) const {
  const Delay dendritic = split_.dendritic(delay);
  const Delay shift = dendritic - split_.axonal(delay);
  const double decay = pre_clock_.decay(shift);
  return {delay, dendritic, shift, decay, half_a_tick_ / decay};
}

// Number by number: a copy of a whole Border just made would wait until its parts have left the store buffer.
inline Potentiation PairTiming::after(const SourceSpike* spike, const Parts& parts, const Border& horizon,
                                      const Border& until) {
  const Border end{until.time, until.decay, until.epoch};
  if (spike == nullptr) return {.from = end, .until = end};
  const Time time = spike->emitted - parts.shift;
  const bool met = time >= horizon.time;
  const Border from{met ? time : horizon.time, met ? spike->decay * parts.growth : horizon.decay,
                    met ? spike->epoch : horizon.epoch};
  return {from, end, spike->trace * parts.decay, spike->epoch};
}

inline Arrival PairTiming::arrival(const SourceSpike& spike, const SourceSpike* previous, const Parts& parts,
                                   const Border& horizon) {
  const Border at = arrival_of(spike, parts);
  const TraceClock::Factor factor = post_clock_.at(at.time);
  return {after(previous, parts, horizon, at), 1.0 / factor.value, factor.epoch};
}

}  // namespace synop
