#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace synop {

// What the machine's own power counters say of a stretch of a run. They are of whole processor packages: everything
// that ran on them is in it, idle power too; power supplies, fans, disks and graphics cards are not.
struct MeasuredEnergy {
  std::optional<double> joules;       // of all packages; empty: not measured
  std::optional<double> dram_joules;  // of their memory, where it has counters of its own; not contained in `joules`
  double seconds = 0.0;               // by the clock on the wall
  std::vector<std::string> domains;   // whose counters were read: "package-0", "dram of package-0"
  std::string not_measured = "nothing was read";  // why; empty where there are joules
  std::uint64_t synaptic_events = 0;              // deliveries along projections in that time

  // Packages and memory together.
  std::optional<double> total_joules() const {
    return joules ? std::optional(*joules + dram_joules.value_or(0.0)) : std::nullopt;
  }
  std::optional<double> microjoules_per_event() const {
    if (!joules || synaptic_events == 0) return std::nullopt;
    return *total_joules() * 1e6 / static_cast<double>(synaptic_events);
  }
};

// One sentence: "measured 12.3 J in 4.5 s ..." or "not measured: ...".
std::string measured_text(const MeasuredEnergy& measured);

// Energies that others have measured of simulations of one network, the cortical microcircuit of Potjans & Diesmann
// (2014), at the power outlet. Source: INM-6, microcircuit-PD14-model, docs/benchmarking, revision fd40046.
struct PublishedSimulation {
  const char* study;
  const char* platform;
  double real_time_factor;
  double microjoules_per_event;
};
const std::vector<PublishedSimulation>& published_simulations();

}  // namespace synop
