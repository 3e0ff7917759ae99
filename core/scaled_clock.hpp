#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "synop/core/elementary.hpp"
#include "synop/core/time.hpp"

namespace synop {

// The exponential clock behind every scaled state variable: factor(t) = exp((t - origin) / tau).
//
// A quantity q that decays with tau is stored as Q = q * factor(t), which is constant between events. The rounding
// error of the factor grows with (t - origin) / tau, so the origin moves on in epochs of 11 tau ln 2 (7.6 tau). One
// epoch further, Q becomes Q * 2^-11: exact, so states keep their bits and their order. Origins lie on an absolute
// grid, hence the factor is a function of t alone, whoever asks and however the run was split. The origin is held as
// whole ticks and a remainder below one tick, so the exponent comes from a small difference however late it is.
class ScaledClock {
 public:
  static constexpr int binary_orders_per_epoch = 11;

  ScaledClock() = default;
  explicit ScaledClock(double tau_ms);

  // Moves to the epoch of `t`, never backwards. Returns how many epochs were passed: stored values must be
  // multiplied by rescale(passed).
  std::int64_t advance(Time t) {
    if (t < epoch_end_) [[likely]] return 0;
    return advance_slow(t);
  }

  // 2^(-11 epochs), 0 when that is below the range of double.
  static double rescale(std::int64_t epochs);

  // exp((t - origin) / tau). Cheap when called for increasing close times: one exp2 per tau / 128, a polynomial between.
  double factor(Time t) {
    const std::int64_t anchor = t.ticks >> anchor_shift_;
    if (anchor != anchor_) [[unlikely]] move_anchor(anchor);
    return anchor_factor_ * growth(to_double(static_cast<std::uint64_t>(t.ticks - (anchor << anchor_shift_))) * per_tick_);
  }
  // The factors of `n` instants that do not descend, all of the present epoch: the same bits as factor() of each.
  void factors(const Time* times, std::size_t n, double* out);
  // Whether `t` is before the end of the present epoch.
  bool covers(Time t) const { return t < epoch_end_; }
  // How many of `n` instants that do not descend are before the end of the present epoch.
  std::size_t covered(const Time* times, std::size_t n) const {
    if (times[n - 1] < epoch_end_) [[likely]] return n;
    return static_cast<std::size_t>(std::lower_bound(times, times + n, epoch_end_) - times);
  }

  // (t - origin) / tau.
  double exponent(Time t) const { return (static_cast<double>(t.ticks - origin_) - origin_remainder_) * per_tick_; }

  // The instant at which factor(t) == 2^log2_factor, as ticks after the whole-tick origin.
  double ticks_at(double log2_factor) const { return log2_factor * ticks_per_binary_order_ + origin_remainder_; }
  Time origin() const { return {origin_}; }

  std::int64_t epoch() const { return epoch_; }
  double tau_ms() const { return tau_ms_; }
  void restart();  // back to epoch 0

  template <class Archive>
  void serialize(Archive& archive) {
    archive(epoch_, epoch_end_, origin_, origin_remainder_);
    anchor_ = -1;
  }

 private:
  // e^d for 0 <= d < 2^-7, the Taylor series to d^6 (next term 4e-19).
  static double growth(double d) {
    const double d2 = d * d;
    return 1.0 + (d + d2 * ((1.0 / 2 + d * (1.0 / 6)) + d2 * ((1.0 / 24 + d * (1.0 / 120)) + d2 * (1.0 / 720))));
  }
  static void growths(const Time* times, std::size_t n, std::int64_t origin, double per_tick, double scale, double* out);

  std::int64_t advance_slow(Time t);
  void move_anchor(std::int64_t anchor);
  void set_epoch(std::int64_t epoch);

  double tau_ms_ = 1.0;
  double per_tick_ = 0.0;
  double orders_per_tick_ = 0.0;       // 1 / ticks_per_binary_order_ ...
  double orders_per_tick_rest_ = 0.0;  // ... and what a double cannot hold of it
  double ticks_per_binary_order_ = 0.0;
  std::int64_t period_whole_ = 0;  // length of an epoch: whole ticks ...
  double period_fraction_ = 0.0;   // ... and the rest
  std::int64_t epoch_ = 0;
  Time epoch_end_{};
  std::int64_t origin_ = 0;
  double origin_remainder_ = 0.0;
  int anchor_shift_ = 0;
  std::int64_t anchor_ = -1;
  double anchor_factor_ = 1.0;
};

}  // namespace synop
