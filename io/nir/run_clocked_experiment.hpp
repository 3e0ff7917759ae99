#pragma once

#include <iosfwd>

#include "synop/io/experiment/experiment.hpp"
#include "synop/io/run/run_options.hpp"
#include "synop/io/run/run_result.hpp"

namespace synop {

// Whether an experiment is a graph to be run in time steps.
bool is_clocked(const Experiment& experiment);

// Throws Error(model), with the position, if such an experiment holds what only continuous time has: populations of its
// own, stimuli, a task that learns, price tables, statistics, or recorders of other things than spikes and potentials.
void check_clocked_experiment(const Experiment& experiment);

// Runs it and writes spikes.h5 (and spikes.csv), reports of multimeters and result.json, as run_experiment() does; it
// draws no plots. Spikes of step k have the time k dt, and V_m at t is that after the steps before t.
RunResult run_clocked_experiment(const Experiment& experiment, const RunOptions& options, std::ostream& err);

}  // namespace synop
