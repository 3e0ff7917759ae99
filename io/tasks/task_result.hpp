#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synop/core/energy_comparison.hpp"
#include "synop/core/ledger.hpp"
#include "synop/core/operations.hpp"
#include "synop/io/energy/measured_energy.hpp"
#include "synop/io/tasks/dataset.hpp"

namespace synop {

// The accuracy of a test with every spike rounded up to a multiple of `grid`.
struct GridAccuracy {
  Delay grid;
  double accuracy = 0.0;
};

struct PhaseResult {
  std::string name;
  std::string role;                 // "train", "label", "test"
  std::uint64_t samples = 0;        // done; fewer than asked for if interrupted
  std::uint64_t presentations = 0;  // more than samples where silent ones were repeated
  std::uint64_t spikes = 0;         // of the readout population
  Ledger ledger;
  OperationCounts operations;       // of the ledger, plasticity included
  double seconds = 0.0;
  MeasuredEnergy measured = {};     // without the tests on grids
  std::optional<double> accuracy;   // of a test phase, 0..1
  std::vector<GridAccuracy> spike_grids = {};  // of a test phase, those asked for
  std::uint64_t silent = 0;         // samples without an answer, which count as wrong; of a test phase
  std::uint64_t events_left_out = 0;  // of the last presentations; they came at the end of the presentation or later
  std::vector<std::vector<std::uint64_t>> confusion;  // [label][answer], of those answered; of a test phase

  double samples_per_second() const { return seconds > 0.0 ? static_cast<double>(samples) / seconds : 0.0; }
};

struct BaselineResult {
  std::string name;
  OperationCounts operations;  // per image
  std::optional<double> accuracy;
  std::vector<std::size_t> layers = {};  // units of its layers, inputs first
  bool bias = true;
  double input_density = 1.0;            // part of the inputs that are not zero
  std::uint64_t training_macs = 0;       // of the whole training
};

// What a classification task came to.
struct TaskResult {
  std::string experiment;
  std::string dataset;
  std::uint64_t seed = 0;
  int threads = 1;
  bool clocked = false;  // run in time steps: operations are not counted, ledgers are empty
  int interrupted_by = 0;
  std::uint64_t synapses = 0;
  std::uint64_t test_hash = 0;   // of the images and labels that were compared
  double seconds = 0.0;          // of all sessions together, where it was resumed
  std::uint64_t peak_memory = 0;  // of the last one
  std::uint64_t spike_hash = 0;  // of the readout population over all phases
  std::vector<PhaseResult> phases;
  std::vector<BaselineResult> baselines;  // nearest centroid, linear, the network's own topology as an ANN
  std::vector<Comparison> comparisons;    // of the last test phase, by price table
  std::vector<std::string> assumptions;
  std::vector<std::string> warnings;      // what makes the numbers mean less than they seem to
  std::vector<std::string> files;

  const PhaseResult* test() const {  // the last test phase that was finished
    for (auto phase = phases.rbegin(); phase != phases.rend(); ++phase)
      if (phase->accuracy) return &*phase;
    return nullptr;
  }
};

}  // namespace synop
