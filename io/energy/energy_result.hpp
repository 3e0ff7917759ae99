#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "synop/core/ledger.hpp"
#include "synop/core/work.hpp"
#include "synop/io/energy/measured_energy.hpp"

namespace synop {

// A conventional network that was trained for the same task.
struct AnnResult {
  std::string name;
  std::vector<AnnLayer> layers;
  std::optional<double> accuracy;       // 0..1; empty: not trained
  std::optional<double> int8_accuracy;  // of weights and activations rounded to 8 bits
  std::uint64_t training_macs = 0;      // 0: not known
  std::string origin;                   // the file that says so
};

struct TrainingPhase {
  std::string name;
  Ledger ledger;
};

// What a finished run left behind, as far as its energy goes.
struct EnergyResult {
  std::string path;
  std::string experiment;
  std::string program_version;
  Ledger ledger;  // of the last test; of the run where there is no task
  MeasuredEnergy measured;  // over the same time
  // Of a task only.
  bool is_task = false;
  std::string job;                 // test samples and the hash of their inputs and labels: equal for equal jobs
  std::optional<double> accuracy;  // 0..1
  std::vector<std::pair<Delay, double>> grids;  // accuracy with spikes rounded up to a grid
  std::vector<TrainingPhase> training;          // all phases before the test
  std::vector<AnnResult> anns;
};

// Reads result.json of a results folder, or such a file. Error(file) when it cannot be read, Error(input) when it is no
// result of a run, is of another version, has no ledger, or of a task that was interrupted before its test.
EnergyResult read_energy_result(const std::filesystem::path& path);

// Conventional networks that were trained elsewhere for a task: a file of schema synop.baselines
// (docs/file_formats.md).
struct BaselineFile {
  std::string job;
  std::vector<AnnResult> anns;
};
BaselineFile read_baseline_file(const std::filesystem::path& path);

// Whether the file or folder is a result; else it may be a file of baselines. Error(file) when it cannot be read.
bool is_result(const std::filesystem::path& path);

}  // namespace synop
