#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "synop/core/elementary.hpp"
#include "synop/core/time.hpp"

namespace synop {

// 2^orders; 0 where that would be no normal number, the largest power of two where it would be infinite.
inline double power_of_two(std::int64_t orders) {
  return orders < -1022 ? 0.0 : std::bit_cast<double>((std::min<std::int64_t>(orders, 1023) + 1023) << 52);
}

// exp(t / tau) as a function of t alone: value * 2^(11 epoch), value in [1, 2048).
//
// A trace z is kept as z exp(t / tau), which does not decay. Epochs last 11 tau ln 2 and lie on an absolute grid, so
// whoever asks, in whatever order, gets the same bits, and moving a number between epochs is exact. The exponent is a
// difference to the start of the epoch (whole ticks and a remainder), hence as precise late as early.
class TraceClock {
 public:
  static constexpr std::int64_t orders_per_epoch = 11;

  struct Factor {
    double value;
    std::int64_t epoch;
  };

  explicit TraceClock(double tau_ms);

  Factor at(Time t) {
    if (t < begin_ || t >= end_) [[unlikely]]
      move_to(t);
    return {exp2_bounded((static_cast<double>((t - begin_).ticks) - remainder_) * orders_per_tick_), epoch_};
  }
  // exp(-span / tau), |span| < 700 tau.
  double decay(Delay span) const { return exp2_bounded(-static_cast<double>(span.ticks) * orders_per_tick_); }

  // The number that takes a scaled trace from one epoch to another.
  static double between(std::int64_t from, std::int64_t to) { return power_of_two((from - to) * orders_per_epoch); }

 private:
  void move_to(Time t);
  void set_epoch(std::int64_t epoch);

  double orders_per_tick_;
  std::int64_t period_whole_;  // length of an epoch: whole ticks ...
  double period_fraction_;     // ... and the rest
  std::int64_t epoch_ = 0;
  Time begin_;
  Time end_;
  double remainder_ = 0.0;  // the epoch begins this part of a tick after begin_
};

}  // namespace synop
