#include "synop/core/time.hpp"

#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

constexpr double limit_ms = 9.2e9;  // 106 days, just inside the range of int64 picoseconds

std::int64_t checked_ticks(double ms) {
  if (!std::isfinite(ms) || std::abs(ms) > limit_ms)
    throw Error(ErrorKind::model, fmt::format("a time of {} ms is outside the range of +-{} ms (106 days)", ms, limit_ms));
  return std::llround(ms * static_cast<double>(ticks_per_ms));
}

}  // namespace

Delay Delay::from_ms(double ms) { return {checked_ticks(ms)}; }
Time Time::from_ms(double ms) { return {checked_ticks(ms)}; }

}  // namespace synop
