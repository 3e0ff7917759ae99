#pragma once

#include "synop/core/drive.hpp"
#include "synop/neurons/active_time.hpp"

namespace synop {

// Correlated Poisson input by the multiple interaction process (NEST's mip_generator): each spike of one Poisson
// process, the mother, is copied to each target with probability p_copy, independently. A target receives a Poisson
// process of rate rate * p_copy, and the counts of two targets have the correlation p_copy at any bin width. Kuhn,
// Aertsen & Rotter (2003) Neural Comput. 15:67.
//
// The mother is the same for all targets of the stimulus. The work is per copy and mother spike, not per target; where few
// mother spikes are copied at all, it is per mother spike that is: those are a Poisson process of rate * q,
// q = 1 - (1 - p_copy)^N for N targets, and the first target with a copy, k, has the probability p_copy (1 - p_copy)^k / q.
// The targets after it have copies independently.
class MipGenerator final : public DriveModel {
 public:
  static constexpr std::string_view name_ = "mip_generator";

  double rate = 0.0;    // spikes/s of the mother
  double p_copy = 1.0;  // in [0, 1]
  ActiveTime active;

  std::string_view name() const override { return name_; }
  double expected_rate() const override { return rate * p_copy; }
  void settle(Slice targets) override { targets_ = targets; }
  std::unique_ptr<DriveStream> make_stream(std::uint64_t seed, std::uint32_t drive, std::uint32_t first,
                                           std::uint32_t neurons) const override;
  void validate() const;  // throws Error(model)

 private:
  Slice targets_;  // of the population; none: those of the group for which a stream is made
};

}  // namespace synop
