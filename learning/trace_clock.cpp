#include "synop/learning/trace_clock.hpp"

#include <cmath>

namespace synop {

TraceClock::TraceClock(double tau_ms) {
  constexpr long double ln2 = 0.693147180559945309417232121458L;
  const long double order = static_cast<long double>(tau_ms) * ticks_per_ms * ln2;  // ticks
  orders_per_tick_ = static_cast<double>(1.0L / order);
  period_whole_ = static_cast<std::int64_t>(order * orders_per_epoch);
  period_fraction_ = static_cast<double>(order * orders_per_epoch - static_cast<long double>(period_whole_));
  set_epoch(0);
}

void TraceClock::set_epoch(std::int64_t epoch) {
  const auto begin_of = [this](std::int64_t e, double& remainder) {
    const double fraction = static_cast<double>(e) * period_fraction_;
    const double whole = std::floor(fraction);
    remainder = fraction - whole;
    return Time{e * period_whole_ + static_cast<std::int64_t>(whole)};
  };
  double unused = 0.0;
  epoch_ = epoch;
  end_ = begin_of(epoch + 1, unused);
  begin_ = begin_of(epoch, remainder_);
}

void TraceClock::move_to(Time t) {
  const double period = static_cast<double>(period_whole_) + period_fraction_;
  set_epoch(static_cast<std::int64_t>(std::floor(static_cast<double>(t.ticks) / period)));
  while (t < begin_) set_epoch(epoch_ - 1);
  while (t >= end_) set_epoch(epoch_ + 1);
}

}  // namespace synop
