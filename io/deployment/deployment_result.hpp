#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synop/core/time.hpp"
#include "synop/io/deployment/coincidence.hpp"
#include "synop/io/deployment/footprint.hpp"

namespace synop {

// What a network does on a clocked device and what it did as the exact simulator has it, on the same input spikes.
// `clocked` is the same network in steps, in float32: the difference between it and the exact one is that of the clock,
// the one between it and the deployed one that of the precision.

struct DeployedPopulation {
  std::string name;
  std::uint32_t neurons = 0;
  double unit_mv = 1.0;                                // that a state of 1 stands for
  std::uint64_t exact = 0, clocked = 0, deployed = 0;  // spikes
  double seconds = 0.0;                                // observed
  Coincidence exact_deployed, exact_clocked, clocked_deployed;

  double rate(std::uint64_t spikes) const {
    return seconds > 0.0 ? static_cast<double>(spikes) / (seconds * neurons) : 0.0;
  }
};

struct DeployedTask {
  std::string phase;
  std::uint64_t samples = 0;
  std::uint64_t exact_right = 0, clocked_right = 0, deployed_right = 0;
  std::uint64_t deployed_silent = 0;  // without an answer, which count as wrong
  std::uint64_t same_answer = 0;      // as the exact network

  double accuracy(std::uint64_t right) const { return static_cast<double>(right) / static_cast<double>(samples); }
};

struct DeploymentResult {
  std::string experiment;
  Precision precision;
  Delay step;
  Delay window;  // of coincidences
  Footprint footprint;
  std::uint64_t steps = 0;        // done
  std::uint64_t saturations = 0;  // additions that did not fit, of the deployed network
  int interrupted_by = 0;
  double seconds = 0.0;
  std::vector<DeployedPopulation> populations;  // of neurons; of a task the readout
  std::optional<DeployedTask> task;
};

}  // namespace synop
