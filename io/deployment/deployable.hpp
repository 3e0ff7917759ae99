#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "synop/core/network.hpp"
#include "synop/io/deployment/step_network.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/tasks/learned_state.hpp"

namespace synop {

// An experiment that is to be deployed: of a task with what it has learned.

// `path` is an experiment file or the folder of its results; of a task the folder's weights.h5 is task.learned then.
// Throws what read_experiment() throws, Error(file) where the folder has no experiment.toml, and Error(model) for what
// has no network of its own here (clocked NIR graphs).
Experiment open_deployable(const std::filesystem::path& path, std::span<const std::string> overrides);

// Its network with what was learned: task.learned, or, where there is none, the state before learning.
class Deployable {
 public:
  // The experiment must outlive it.
  Deployable(const Experiment& experiment, int threads);

  const Experiment& experiment() const { return experiment_; }
  const Network& network() const { return network_; }
  const LearnedState& learned() const { return learned_; }
  StepNetwork steps(Delay step) const;

 private:
  const Experiment& experiment_;
  Network network_;
  Simulation simulation_;
  LearnedState learned_;
};

}  // namespace synop
