#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "synop/core/simulation.hpp"
#include "synop/io/tasks/task_result.hpp"

namespace synop {

// The number under which sample 0 would be presented in a phase: samples of different phases have different random
// trains, also of the same image.
constexpr std::uint64_t first_number(std::uint32_t phase) { return std::uint64_t{phase} << 24; }

// Goes through the phases of a task, in their order.
class PhaseRunner {
 public:
  virtual ~PhaseRunner() = default;

  // What a phase has come to after so many samples; said after each of a phase that learns.
  using AfterSample = std::function<void(std::uint32_t done, const PhaseResult& so_far)>;

  // Runs a phase, or its rest after `done` samples, of which `so_far` tells. Stops early, with what it has, when
  // interrupted.
  virtual PhaseResult run(std::uint32_t phase, std::uint32_t done, const PhaseResult& so_far,
                          const AfterSample& after_sample) = 0;
  PhaseResult run(std::uint32_t phase) { return run(phase, 0, {}, {}); }

  // What later samples depend on, as bytes, between two samples; and back, into a runner of the same experiment.
  virtual std::vector<std::byte> save_state() { return {}; }
  virtual void load_state(std::span<const std::byte>) {}

  virtual std::uint64_t synapses() const = 0;
  virtual std::vector<std::string> assumptions() const { return {}; }  // that the files of the network left to make
  // What learns, if anything does; null of a network in time steps, which counts no operations either.
  virtual const Simulation* simulation() const { return nullptr; }
};

}  // namespace synop
