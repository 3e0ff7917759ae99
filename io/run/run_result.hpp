#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "synop/core/counters.hpp"
#include "synop/core/energy.hpp"
#include "synop/core/ledger.hpp"
#include "synop/core/operations.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/energy/measured_energy.hpp"
#include "synop/io/run/run_statistics.hpp"
#include "synop/io/run/spike_tally.hpp"

namespace synop {

struct PopulationResult {
  std::string name;
  std::string model;
  std::uint32_t size = 0;
  PopulationCounters counters;
  std::uint64_t neuron_updates = 0;  // states brought forward in time: one per delivery (stimuli too) and one per spike
  double rate = 0.0;  // spikes per second and neuron, over the measured time
};

struct ProjectionResult {
  std::string name;
  std::uint64_t synapses = 0;
  std::uint64_t groups = 0;
  bool plastic = false;
  ProjectionCounters counters;
  std::uint64_t sent = 0;              // spikes x out-degree
  std::uint64_t in_flight_before = 0;  // when counting began
  std::uint64_t in_flight_after = 0;

  // deliveries + in flight now = sent + in flight then.
  bool balanced() const { return counters.deliveries + in_flight_after == sent + in_flight_before; }
};

// What a [[reward]] gave in the whole run, warm-up included.
struct RewardResult {
  std::string name;
  std::uint64_t count = 0;
  double total = 0.0;  // sum of the amounts
};

// What a run did, counted from the end of the warm-up to its end.
struct RunResult {
  std::string experiment;
  std::uint64_t seed = 0;
  int threads = 1;
  bool clocked = false;  // run in time steps: operations are not counted
  Time start;  // end of the warm-up
  Time stop;
  Delay window;
  int interrupted_by = 0;  // a signal, 0: the run is complete
  double build_seconds = 0.0;
  double run_seconds = 0.0;      // by the clock on the wall
  double run_cpu_seconds = 0.0;  // of all threads
  std::uint64_t peak_memory = 0;     // bytes
  std::uint64_t network_bytes = 0;
  std::uint64_t spike_hash = 0;      // of all spikes of the run, warm-up included
  std::uint64_t spikes = 0;          // counted by the hash
  std::vector<PopulationResult> populations;
  std::vector<ProjectionResult> projections;
  std::vector<RewardResult> rewards;
  Ledger ledger;               // the run as one inference
  OperationCounts operations;  // of the ledger, plasticity included
  std::vector<EnergyEstimate> energy;  // by price table
  MeasuredEnergy measured;             // of the time that was counted
  std::vector<PopulationStatistics> statistics;  // of the recorded populations, if asked for
  std::vector<std::string> assumptions;
  std::vector<std::string> notes;  // on speed (core/performance_notes.hpp)
  std::vector<std::string> files;
};

// What the ledger says was done, as classes of operation that have prices (docs/energy.md). Nothing is clocked.
OperationCounts operations_of(const Ledger& ledger);
// What the run costs by a price table; a clocked chip takes steps of 1 ms.
EnergyEstimate price_run(const Ledger& ledger, const PriceTable& table);

// Fills populations, projections, ledger, operations and the events of what was measured. The tally has counted since the counters were last reset.
void collect_counters(const Simulation& simulation, SpikeTally& tally, RunResult& result);

}  // namespace synop
