#pragma once

#include <cstdint>
#include <optional>

#include "synop/io/deployment/deployable.hpp"
#include "synop/io/deployment/deployment_result.hpp"

namespace synop {

struct DeploymentOptions {
  Precision precision;
  Delay step{ticks_per_ms};
  Delay window{2 * ticks_per_ms};        // of coincidences
  std::optional<std::uint64_t> samples;  // of the last test phase; all of them if not given
  int threads = 1;
};

// Runs the exact network and the deployed one side by side. Of a task the samples of its last test phase are shown, and
// the deployed network takes the input of the last presentation of each. Throws Error(model) for a task without what it
// learned, without a test or without classes of the readout, and what step_network() and open_task_input() throw.
DeploymentResult run_deployed(const Deployable& deployable, const DeploymentOptions& options);

}  // namespace synop
