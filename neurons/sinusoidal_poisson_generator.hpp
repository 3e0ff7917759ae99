#pragma once

#include "synop/core/drive.hpp"
#include "synop/core/parameters.hpp"
#include "synop/neurons/active_time.hpp"

namespace synop {

// Poisson input whose rate is a sine, an independent train per target (NEST's sinusoidal_poisson_generator).
//
//   rate(t) = max(0, rate + amplitude sin(2 pi frequency t + phase)),   t from the start of the simulation
//
// Exact, by thinning: events of a Poisson process of the largest rate are kept with the probability that the rate at
// their instant has of it (Lewis & Shedler 1979, Nav. Res. Logist. 26:403). Where many are rejected in a row, as in the
// time in which the rate is 0, the next is found by steps with the bound rate(t) + 2 pi frequency |amplitude| h for the time
// until t + h, with one event expected in each by that bound.
struct SinusoidalPoissonGenerator final : public DriveModel {
  static constexpr std::string_view name_ = "sinusoidal_poisson_generator";

  double rate = 0.0;       // spikes/s to each target
  double amplitude = 0.0;  // spikes/s
  double frequency = 0.0;  // Hz
  double phase = 0.0;      // degrees
  ActiveTime active;

  std::string_view name() const override { return name_; }
  double expected_rate() const override { return rate; }
  std::unique_ptr<DriveStream> make_stream(std::uint64_t seed, std::uint32_t drive, std::uint32_t first,
                                           std::uint32_t neurons) const override;
  void validate() const;  // throws Error(model)
};

}  // namespace synop
