#include "synop/core/scaled_clock.hpp"

#include <algorithm>
#include <cmath>

#include "synop/core/vectorised.hpp"

namespace synop {

ScaledClock::ScaledClock(double tau_ms) : tau_ms_(tau_ms) {
  constexpr long double ln2 = 0.693147180559945309417232121458L;
  const double tau_ticks = tau_ms * static_cast<double>(ticks_per_ms);
  per_tick_ = 1.0 / tau_ticks;
  ticks_per_binary_order_ = static_cast<double>(static_cast<long double>(tau_ticks) * ln2);
  const long double orders_per_tick = 1.0L / (static_cast<long double>(tau_ticks) * ln2);
  orders_per_tick_ = static_cast<double>(orders_per_tick);
  orders_per_tick_rest_ = static_cast<double>(orders_per_tick - static_cast<long double>(orders_per_tick_));
  const long double period = static_cast<long double>(tau_ticks) * ln2 * binary_orders_per_epoch;
  period_whole_ = static_cast<std::int64_t>(period);
  period_fraction_ = static_cast<double>(period - static_cast<long double>(period_whole_));
  // The largest power of two of ticks that is at most tau / 128.
  anchor_shift_ = std::max(0, static_cast<int>(std::ilogb(tau_ticks)) - 7);
  set_epoch(0);
}

void ScaledClock::restart() { set_epoch(0); }

void ScaledClock::set_epoch(std::int64_t epoch) {
  epoch_ = epoch;
  const double fraction = static_cast<double>(epoch) * period_fraction_;
  const double whole = std::floor(fraction);
  origin_ = epoch * period_whole_ + static_cast<std::int64_t>(whole);
  origin_remainder_ = fraction - whole;
  epoch_end_ = {origin_ + period_whole_};
  anchor_ = -1;
}

std::int64_t ScaledClock::advance_slow(Time t) {
  const std::int64_t before = epoch_;
  const double period = static_cast<double>(period_whole_) + period_fraction_;
  const auto estimate = static_cast<std::int64_t>(static_cast<double>(t.ticks) / period);
  set_epoch(std::max(estimate - 1, before));
  while (t >= epoch_end_) set_epoch(epoch_ + 1);
  return epoch_ - before;
}

double ScaledClock::rescale(std::int64_t epochs) {
  const std::int64_t orders = epochs * binary_orders_per_epoch;
  return orders > 1021 ? 0.0 : exp2_bounded(-static_cast<double>(orders));
}

SYNOP_VECTORISED void ScaledClock::growths(const Time* times, std::size_t n, std::int64_t origin, double per_tick,
                                           double scale, double* out) {
  for (std::size_t i = 0; i < n; ++i)
    out[i] = scale * growth(to_double(static_cast<std::uint64_t>(times[i].ticks - origin)) * per_tick);
}

void ScaledClock::factors(const Time* times, std::size_t n, double* out) {
  while (n > 0) {
    const std::int64_t anchor = times[0].ticks >> anchor_shift_;
    if (anchor != anchor_) move_anchor(anchor);
    const Time end{(anchor + 1) << anchor_shift_};
    const std::size_t run =
        times[n - 1] < end ? n : static_cast<std::size_t>(std::lower_bound(times, times + n, end) - times);
    growths(times, run, anchor << anchor_shift_, per_tick_, anchor_factor_, out);
    times += run;
    out += run;
    n -= run;
  }
}

// A rounded exponent of up to 11 would be the largest error of a factor, so the part that a double cannot hold is carried
// along: x = high + low, 2^x = 2^high (1 + z + z^2 / 2), z = low ln 2 < 10^-6.
void ScaledClock::move_anchor(std::int64_t anchor) {
  anchor_ = anchor;
  const auto ticks = static_cast<double>((anchor << anchor_shift_) - origin_);
  const double high = ticks * orders_per_tick_;
  const double low = std::fma(ticks, orders_per_tick_, -high) + ticks * orders_per_tick_rest_ - origin_remainder_ * orders_per_tick_;
  const double z = low * 0.693147180559945309417;
  const double factor = exp2_bounded(high);
  anchor_factor_ = factor + factor * (z + 0.5 * z * z);
}

}  // namespace synop
