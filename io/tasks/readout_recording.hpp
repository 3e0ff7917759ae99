#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "synop/io/csv/spike_csv.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/hdf5/spike_file.hpp"

namespace synop {

// The files with the spikes of a task's readout that the experiment asks for.
class ReadoutRecording {
 public:
  ReadoutRecording(const Experiment& experiment, const std::filesystem::path& folder, const Provenance& provenance);

  SpikeFileWriter* spikes() { return spikes_ ? &*spikes_ : nullptr; }
  SpikeCsvWriter* csv() { return csv_ ? &*csv_ : nullptr; }
  void commit(Time until);
  // Returns the names of the files.
  std::vector<std::string> finish(Time until);

 private:
  std::optional<SpikeFileWriter> spikes_;
  std::optional<SpikeCsvWriter> csv_;
};

}  // namespace synop
