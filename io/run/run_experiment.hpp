#pragma once

#include <iosfwd>

#include "synop/io/experiment/experiment.hpp"
#include "synop/io/run/run_options.hpp"
#include "synop/io/run/run_result.hpp"

namespace synop {

// Runs an experiment without a task: builds the network, simulates, writes the results folder. Progress goes to `err`.
// Ends early, with everything computed so far written, when interrupted_by() says so.
RunResult run_experiment(const Experiment& experiment, const RunOptions& options, std::ostream& err);

}  // namespace synop
