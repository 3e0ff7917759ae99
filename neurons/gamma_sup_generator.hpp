#pragma once

#include "synop/core/drive.hpp"
#include "synop/neurons/active_time.hpp"

namespace synop {

// Superpositions of gamma renewal processes, independent ones for each target (NEST's gamma_sup_generator).
//
// Each target receives n_proc processes of `rate` each, whose intervals are gamma distributed with the whole-numbered
// shape gamma_shape: with n_proc = 1 the coefficient of variation of its intervals is 1 / sqrt(gamma_shape). The
// processes are in equilibrium when they start.
//
// Exact: such an interval is gamma_shape exponential stages. The stages of a group of neurons end as one Poisson
// process; each end moves a process of a random neuron one stage on, and the end of a last stage is a spike. Only how
// many processes of a neuron are in each stage is kept (Deger et al. 2012, J. Comput. Neurosci. 32:443).
struct GammaSupGenerator final : public DriveModel {
  static constexpr std::string_view name_ = "gamma_sup_generator";
  static constexpr double largest_shape = 1000.0;
  static constexpr double most_processes = 1e6;

  double rate = 0.0;         // spikes/s of each process
  double gamma_shape = 1.0;  // whole
  double n_proc = 1.0;       // whole, processes per target
  ActiveTime active;

  std::string_view name() const override { return name_; }
  double expected_rate() const override { return rate * n_proc; }
  std::unique_ptr<DriveStream> make_stream(std::uint64_t seed, std::uint32_t drive, std::uint32_t first,
                                           std::uint32_t neurons) const override;
  void validate() const;  // throws Error(model)
};

}  // namespace synop
