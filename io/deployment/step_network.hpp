#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "synop/core/ids.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/experiment/experiment.hpp"

namespace synop {

// A network as a clocked device runs it, in real numbers: what follows for each step of length `step` from an
// experiment and from what it has learned. Potentials are in mV above that at which a neuron would come to rest, so
// that they decay to zero. docs/deployment.md has the rule of a step.

struct StepPopulation {
  std::string name;
  std::uint32_t size = 0;
  bool source = false;     // its spikes are given; all that follows is for neurons
  bool currents = false;   // inputs enter exponential currents, in mV (current x resistance), not the potential
  bool subtracts = false;  // a spike lowers the potential by `reset` in place of setting it to `reset`
  double decay = 1.0;      // factor of the potential in a step
  std::array<double, 2> current_decay{};  // the same of the excitatory and the inhibitory current
  std::array<double, 2> current_gain{};   // what a current of 1 adds to the potential in a step
  std::vector<double> threshold = {};     // one, or one for each neuron
  double reset = 0.0;
  std::vector<double> initial = {};  // one, or one for each neuron
  std::uint32_t refractory_steps = 0;
};

// Synapses in rows by source, a row sorted by delay, then target. Sources and targets are counted from the start of
// their slices.
struct StepProjection {
  std::string name;
  std::uint32_t source = 0;  // populations
  std::uint32_t target = 0;
  Slice sources;
  Slice targets;
  std::vector<std::uint32_t> row_begin;   // sources.count + 1
  std::vector<std::uint32_t> targets_of;  // of every synapse
  bool one_weight = false;
  bool one_delay = false;
  std::vector<double> weight;        // mV; one, or one for each synapse
  std::vector<std::uint32_t> delay;  // steps; one, or one for each synapse

  std::uint64_t synapses() const { return targets_of.size(); }
  std::uint32_t largest_delay() const;
};

struct StepNetwork {
  Delay step;
  std::vector<StepPopulation> populations;  // of the experiment, in its order
  std::vector<StepProjection> projections;  // the same
  std::vector<std::uint32_t> order;         // in which populations advance: along projections without delay
};

// The network as it stands in the simulation, with learned weights and thresholds, which are held from then on. Delays
// above 0 become the nearest number of steps, at least one; so do refractory times, at least none. Throws Error(model)
// that names what cannot be deployed: a model, a stimulus, parameters that differ between neurons, and, without a task,
// plastic synapses and adaptive thresholds.
StepNetwork step_network(const Experiment& experiment, const Simulation& simulation, Delay step);

// The first step that knows of a spike: steps end at 0, step, 2 step, ...
std::uint32_t step_of(Time spike, Delay step);

}  // namespace synop
