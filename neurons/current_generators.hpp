#pragma once

#include <vector>

#include "synop/core/drive.hpp"
#include "synop/neurons/active_time.hpp"

namespace synop {

// A sinusoidal current into every target (NEST's ac_generator).
//
//   I(t) = offset + amplitude sin(2 pi frequency t + phase),   t from the start of the simulation
//
// The current is piecewise constant, in steps of dt from `start` on: each step has the mean of I over it, so the charge
// is that of the sine at every end of a step. Between steps neurons are as exact as ever. The potential of a membrane
// with time constant tau differs from that under the sine by some R amplitude frequency dt^2 / tau or less.
struct AcGenerator final : public CurrentModel {
  static constexpr std::string_view name_ = "ac_generator";

  double amplitude = 0.0;  // pA
  double offset = 0.0;     // pA
  double frequency = 0.0;  // Hz
  double phase = 0.0;      // degrees
  double dt = 0.1;         // ms
  ActiveTime active;

  std::string_view name() const override { return name_; }
  std::unique_ptr<CurrentStream> make_stream(std::uint64_t seed, std::uint32_t current, std::uint32_t first,
                                             std::uint32_t neurons) const override;
  void validate() const;  // throws Error(model)
};

// A noisy current, another one into every target (NEST's noise_generator without its modulation): in each interval
// [start + k dt, start + (k + 1) dt) a constant drawn from a normal distribution.
//
// The potential of a membrane with time constant tau and resistance R then has at the ends of intervals the standard
// deviation R std sqrt((1 - x) / (1 + x)), x = exp(-dt / tau).
struct NoiseGenerator final : public CurrentModel {
  static constexpr std::string_view name_ = "noise_generator";

  double mean = 0.0;  // pA
  double std = 0.0;   // pA
  double dt = 1.0;    // ms
  ActiveTime active;

  std::string_view name() const override { return name_; }
  std::unique_ptr<CurrentStream> make_stream(std::uint64_t seed, std::uint32_t current, std::uint32_t first,
                                             std::uint32_t neurons) const override;
  void validate() const;  // throws Error(model)
};

// A current that jumps to amplitude_values[k] at amplitude_times[k]; 0 before, the last value for ever (NEST's
// step_current_generator).
struct StepCurrentGenerator final : public CurrentModel {
  static constexpr std::string_view name_ = "step_current_generator";

  std::vector<Time> amplitude_times;     // ascending, >= 0
  std::vector<double> amplitude_values;  // pA, as many
  ActiveTime active;

  std::string_view name() const override { return name_; }
  std::unique_ptr<CurrentStream> make_stream(std::uint64_t seed, std::uint32_t current, std::uint32_t first,
                                             std::uint32_t neurons) const override;
  void validate() const;  // throws Error(model)
};

}  // namespace synop
