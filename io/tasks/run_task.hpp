#pragma once

#include <iosfwd>

#include "synop/io/experiment/experiment.hpp"
#include "synop/io/run/run_options.hpp"

namespace synop {

// Runs an experiment with a task: presents the samples of every phase, assigns classes to neurons, classifies the test
// samples, compares with conventional networks on images, and writes the results folder. Returns the signal that ended
// it, 0 if none did.
int run_task(const Experiment& experiment, const RunOptions& options, std::ostream& out, std::ostream& err);

}  // namespace synop
