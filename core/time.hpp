#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace synop {

// Simulated time is counted in ticks of one picosecond (1e-9 ms) in an int64, a range of +-106 days. Integer time
// makes "simultaneous" well defined and results independent of when the clock started. Milliseconds as double exist
// only at the edge of the library and are rounded to the nearest tick once, there.
inline constexpr std::int64_t ticks_per_ms = 1'000'000'000;

// A span of time in ticks. May be negative as a difference; delays of synapses are checked to be >= 0.
struct Delay {
  std::int64_t ticks = 0;

  static Delay from_ms(double ms);  // throws Error(model) unless ms is finite and within +-106 days
  constexpr double ms() const { return static_cast<double>(ticks) / static_cast<double>(ticks_per_ms); }

  friend constexpr auto operator<=>(Delay, Delay) = default;
  friend constexpr Delay operator+(Delay a, Delay b) { return {a.ticks + b.ticks}; }
  friend constexpr Delay operator-(Delay a, Delay b) { return {a.ticks - b.ticks}; }
  friend constexpr Delay operator*(Delay a, std::int64_t n) { return {a.ticks * n}; }
  friend constexpr Delay operator*(std::int64_t n, Delay a) { return {a.ticks * n}; }
};

// An instant in ticks since the start of the simulation.
struct Time {
  std::int64_t ticks = 0;

  static Time from_ms(double ms);  // throws Error(model) unless ms is finite and within +-106 days
  static constexpr Time never() { return {std::numeric_limits<std::int64_t>::max()}; }
  constexpr double ms() const { return static_cast<double>(ticks) / static_cast<double>(ticks_per_ms); }

  friend constexpr auto operator<=>(Time, Time) = default;
  friend constexpr Time operator+(Time t, Delay d) { return {t.ticks + d.ticks}; }
  friend constexpr Time operator-(Time t, Delay d) { return {t.ticks - d.ticks}; }
  friend constexpr Delay operator-(Time a, Time b) { return {a.ticks - b.ticks}; }
};

inline constexpr Delay tick{1};

namespace literals {
constexpr Delay operator""_ps(unsigned long long n) { return {static_cast<std::int64_t>(n)}; }
constexpr Delay operator""_us(unsigned long long n) { return {static_cast<std::int64_t>(n) * 1'000'000}; }
constexpr Delay operator""_ms(unsigned long long n) { return {static_cast<std::int64_t>(n) * ticks_per_ms}; }
constexpr Delay operator""_ms(long double n) { return {static_cast<std::int64_t>(n * 1e9L + 0.5L)}; }
constexpr Delay operator""_s(unsigned long long n) { return {static_cast<std::int64_t>(n) * 1000 * ticks_per_ms}; }
}  // namespace literals

}  // namespace synop
