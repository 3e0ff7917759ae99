#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "synop/core/time.hpp"

namespace synop {

// What a network did in one or more inferences: 64-bit counts per projection and population. They are facts of the run,
// the same for every number of threads, free of prices, and additive over inferences and runs of one network.

struct ProjectionLedger {
  // What it is.
  std::string name;
  std::string source;  // populations
  std::string target;
  std::uint64_t sources = 0;  // neurons of the slices that it connects
  std::uint64_t targets = 0;
  std::uint64_t synapses = 0;
  std::uint64_t zero_weights = 0;  // of them, at the end of the count
  std::uint64_t shared_weights = 0;  // as of a convolution: that many weights in all; 0: each synapse has its own
  std::uint64_t pooled_sources = 1;  // sources that a pooling sums before they are weighted
  bool plastic = false;
  bool relay = false;  // onto neurons that only pass spikes on: no weight is added

  // What it did.
  std::uint64_t source_spikes = 0;         // of its sources: one message each
  std::uint64_t target_spikes = 0;         // of its targets
  std::uint64_t deliveries = 0;            // one per synapse and arriving spike, zero weights included
  std::uint64_t dense_deliveries = 0;      // source_spikes x targets: what a dense matrix would have taken
  std::uint64_t effective_deliveries = 0;  // sent through weights that are not zero (as they stand at the end)
  std::uint64_t sent = 0;                  // sum over the source's spikes of their synapses
  std::uint64_t in_flight_before = 0;      // sent and not arrived, when counting began ...
  std::uint64_t in_flight_after = 0;       // ... and when it ended
  std::uint64_t macs = 0;                  // of graded inputs with weights; spikes make none
  std::uint64_t plastic_pre = 0;           // evaluations of the plasticity rule
  std::uint64_t plastic_post = 0;
  std::uint64_t queue_operations = 0;  // the simulator's own, and ...
  std::uint64_t bytes_touched = 0;     // ... the simulator's own memory

  bool balanced() const { return deliveries + in_flight_after == sent + in_flight_before; }
  std::uint64_t weights() const { return shared_weights != 0 ? shared_weights : synapses; }  // that are stored
  // Of a conventional layer of the same topology; the additions of its pooling are not among them.
  std::uint64_t layer_macs() const { return synapses / std::max<std::uint64_t>(1, pooled_sources); }
  // Whether its targets have to be stored: not where every source reaches every target, or every one but itself,
  // nor where they follow from the geometry, as weights that are shared do.
  bool needs_indices() const;

  bool operator==(const ProjectionLedger&) const = default;
};

struct PopulationLedger {
  // What it is.
  std::string name;
  std::string model;
  std::uint64_t size = 0;
  std::uint64_t state_variables = 0;  // per neuron, those that a delivery reads or writes
  bool neurons = false;               // it takes input; else it is a source of spikes
  bool relay = false;                 // it passes spikes on
  bool leaky = false;                 // its state decays by itself
  std::uint64_t currents = 0;         // neurons into which a current is injected

  // What it did.
  std::uint64_t spikes = 0;
  std::uint64_t drive_deliveries = 0;  // of stimuli without stored synapses
  std::uint64_t attended = 0;          // neurons looked at one by one and ...
  std::uint64_t self_events = 0;       // ... predicted crossings that came due: the simulator's own
  std::uint64_t active = 0;            // sum over inferences of the neurons that spiked at all
  std::uint64_t largest_count = 0;     // of spikes of one neuron in one inference

  bool operator==(const PopulationLedger&) const = default;
};

struct Ledger {
  std::uint64_t inferences = 0;
  Delay simulated;  // of all inferences together
  std::vector<PopulationLedger> populations;
  std::vector<ProjectionLedger> projections;

  // Adds what the same network did elsewhere or later. Error(internal) for another network or counts beyond 64 bits.
  // What was in flight is summed too, so that balances stay balances.
  Ledger& operator+=(const Ledger& other);
  // Error(model) with the nearest name.
  const PopulationLedger& population(const std::string& name) const;

  bool operator==(const Ledger&) const = default;
};

// a x b; Error(internal), naming `what`, beyond 64 bits.
std::uint64_t checked_product(std::uint64_t a, std::uint64_t b, const char* what);

}  // namespace synop
