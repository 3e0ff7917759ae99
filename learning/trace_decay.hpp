#pragma once

#include <cstdint>

#include "synop/core/elementary.hpp"
#include "synop/core/time.hpp"

namespace synop {

// Ticks as a double, as static_cast gives it, in a form that is vectorised without AVX-512: both halves are exact, and
// their sum is rounded once. Negative ones are taken for what they are modulo 2^64, longer than any span.
inline double double_of_ticks(Delay span) {
  const auto ticks = static_cast<std::uint64_t>(span.ticks);
  return to_double(ticks >> 32) * 0x1p32 + to_double(ticks & 0xffff'ffff);
}

// exp(-span / tau) as a function of a whole number of ticks, for any span >= 0: whoever asks gets the same bits. What
// is below 2^-64 of a trace (after 44 tau) counts as nothing, so that spikes of long ago need not be looked at.
class TraceDecay {
 public:
  TraceDecay() = default;
  explicit TraceDecay(double tau_ms) {
    constexpr long double ln2 = 0.693147180559945309417232121458L;
    orders_per_tick_ = static_cast<double>(1.0L / (static_cast<long double>(tau_ms) * ticks_per_ms * ln2));
  }

  double operator()(Delay span) const {
    const double orders = double_of_ticks(span) * orders_per_tick_;
    return select(orders > kept_orders, 0.0, exp2_bounded(-orders));
  }
  // From this span on it is 0.
  Delay ends_after() const { return {static_cast<std::int64_t>(kept_orders / orders_per_tick_) + 1}; }

 private:
  static constexpr double kept_orders = 64.0;

  double orders_per_tick_ = 0.0;
};

}  // namespace synop
