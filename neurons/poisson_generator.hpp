#pragma once

#include <array>
#include <limits>

#include "synop/core/drive.hpp"
#include "synop/core/parameters.hpp"

namespace synop {

// Poisson input of a given rate to each of its targets, an independent train per target (NEST's poisson_generator).
//
// The trains of a fixed group of neurons (a block) are generated as one stream, their superposition: a Poisson process of
// the summed rate whose events fall on the neurons of the group with equal probability. Intervals have 32 random bits
// (a resolution of 2^-32 of the mean interval of the group, intervals beyond 22 means do not occur) and neurons are
// chosen with 32 bits (unequal by one part in 10^6 at most).
struct PoissonGenerator final : public DriveModel {
  static constexpr std::string_view name_ = "poisson_generator";
  static constexpr std::string_view doc = "Poisson input, an independent train for each target";
  static constexpr std::string_view source = "NEST";

  double rate = 0.0;                                       // spikes/s to each target
  double start = 0.0;                                      // ms
  double stop = std::numeric_limits<double>::infinity();   // ms

  PoissonGenerator() = default;
  explicit PoissonGenerator(double rate_hz) : rate(rate_hz) {}

  std::string_view name() const override { return name_; }
  double expected_rate() const override { return rate; }
  std::unique_ptr<DriveStream> make_stream(std::uint64_t seed, std::uint32_t drive, std::uint32_t first,
                                           std::uint32_t neurons) const override;
  void validate() const;  // throws Error(model)
};

}  // namespace synop
