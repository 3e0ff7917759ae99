#pragma once

#include <cstdint>

#include "synop/core/simulation.hpp"
#include "synop/io/tasks/task_result.hpp"

namespace synop {

// Samples of different phases have different random trains, also of the same image: sample s of phase p has the number
// p * samples_per_phase + s.
inline constexpr std::uint64_t samples_per_phase = std::uint64_t{1} << 24;

// Goes through the phases of a task, in their order.
class PhaseRunner {
 public:
  virtual ~PhaseRunner() = default;

  // Stops early, with what it has, when interrupted.
  virtual PhaseResult run(std::uint32_t phase) = 0;

  virtual std::uint64_t synapses() const = 0;
  // What learns, if anything does; null of a network in time steps, which counts no operations either.
  virtual const Simulation* simulation() const { return nullptr; }
};

}  // namespace synop
