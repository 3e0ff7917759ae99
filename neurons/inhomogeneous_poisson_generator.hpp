#pragma once

#include <vector>

#include "synop/core/drive.hpp"
#include "synop/neurons/active_time.hpp"

namespace synop {

// Poisson input whose rate is piecewise constant, an independent train per target (NEST's
// inhomogeneous_poisson_generator).
//
//   rate(t) = rate_values[k] for rate_times[k] <= t < rate_times[k + 1]; 0 before rate_times[0], the last value for
//   ever
//
// Exact: intervals of a unit Poisson process are measured out in the integral of the rate, so nothing is sampled or
// thinned. The trains of a group of neurons are one stream of the summed rate, as those of poisson_generator.
struct InhomogeneousPoissonGenerator final : public DriveModel {
  static constexpr std::string_view name_ = "inhomogeneous_poisson_generator";

  std::vector<Time> rate_times;     // ascending, >= 0
  std::vector<double> rate_values;  // spikes/s to each target, as many
  ActiveTime active;

  std::string_view name() const override { return name_; }
  double expected_rate() const override;  // the largest one
  std::unique_ptr<DriveStream> make_stream(std::uint64_t seed, std::uint32_t drive, std::uint32_t first,
                                           std::uint32_t neurons) const override;
  void validate() const;  // throws Error(model)
};

}  // namespace synop
