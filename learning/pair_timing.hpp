#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "synop/core/plasticity.hpp"
#include "synop/learning/spike_history.hpp"
#include "synop/learning/trace_clock.hpp"

namespace synop {

// Before every spike, with room for differences.
inline constexpr Time long_ago{std::numeric_limits<std::int64_t>::min() / 2};

// The target's spikes [from, until) that meet the trace of a source: x of such a spike at p is
// trace * 2^(11 epoch) / exp(p / tau_plus).
struct Potentiation {
  Time from;
  Time until;
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
    double decay = 1.0;  // exp(-shift / tau_plus)
  };

  // Throws Error(model) if a delay of the shard exceeds 300 of the shorter time constant: scaled traces could overflow.
  PairTiming(std::string_view rule, double tau_plus_ms, double tau_minus_ms, const Shard& shard, DelaySplit split);

  Parts parts_of(Delay delay) const { return delay == longest_.whole ? longest_ : make_parts(delay); }
  Delay longest_delay() const { return longest_.whole; }
  TraceClock::Factor pre_factor(Time t) { return pre_clock_.at(t); }
  TraceClock::Factor post_factor(Time t) { return post_clock_.at(t); }

  // What follows `spike` (null: nothing does) until `until`, without what has been replayed up to `horizon`.
  Potentiation after(const SourceSpike* spike, const Parts& parts, Time horizon, Time until) const;
  // The spike emitted at `emitted` whose source's previous spike is `previous` (or null).
  Arrival arrival(Time emitted, const SourceSpike* previous, const Parts& parts, Time horizon);

 private:
  Parts make_parts(Delay delay) const;

  DelaySplit split_;
  TraceClock pre_clock_;
  TraceClock post_clock_;
  Parts longest_;  // mostly the only ones
};

}  // namespace synop
