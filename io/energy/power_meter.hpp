#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "synop/io/energy/measured_energy.hpp"

namespace synop {

// Where Linux has the power counters of the machine (RAPL of Intel and AMD).
inline const std::filesystem::path powercap_folder = "/sys/class/powercap";

// Reads the energy counters of all processor packages (intel-rapl:<n>, name package-...) and, where there are, of their
// memory (intel-rapl:<n>:<m>, name dram). Cores and graphics are parts of a package and a whole platform (psys)
// contains it, so neither is added. Counters wrap around at max_energy_range_uj: sample() has to be called now and
// then, and a stretch in which a processor of 1 kW could have gone round once more is not measured.
class PowerMeter {
 public:
  explicit PowerMeter(const std::filesystem::path& root = powercap_folder);

  // From now on; what was before is forgotten.
  void start();
  // Reads the counters, at most once in a second, so it may be called often.
  void sample();
  // What was used since start(); the caller fills in the synaptic events. Never throws: where something cannot be read,
  // it says so.
  MeasuredEnergy stop();

 private:
  using Clock = std::chrono::steady_clock;

  struct Domain {
    std::string name;
    std::filesystem::path folder;
    bool dram = false;
    std::uint64_t range = 0;  // uJ
    std::uint64_t last = 0;   // reading, uJ
    std::uint64_t used = 0;   // since start(), uJ
  };

  void find(const std::filesystem::path& root);
  void add(const std::filesystem::path& folder, const std::string& name, bool dram);
  void read();

  std::vector<Domain> domains_;
  std::string no_counters_;  // why there is nothing to read; empty: there is
  std::string failure_;      // what went wrong since start()
  Clock::time_point started_, read_at_;
};

}  // namespace synop
