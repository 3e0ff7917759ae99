#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "synop/io/csv/spike_csv.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/hdf5/spike_file.hpp"

namespace synop {

// The files with the spikes of a task's readout that the experiment asks for.
class ReadoutRecording {
 public:
  // `before`: spikes of an earlier part of the run, which come first.
  ReadoutRecording(const Experiment& experiment, const std::filesystem::path& folder, const Provenance& provenance,
                   std::span<const Spike> before, Time before_until);

  SpikeFileWriter* spikes() { return spikes_ ? &*spikes_ : nullptr; }
  SpikeCsvWriter* csv() { return csv_ ? &*csv_ : nullptr; }
  void commit(Time until);  // of spikes.h5
  // Returns the names of the files.
  std::vector<std::string> finish(Time until);

 private:
  std::optional<SpikeFileWriter> spikes_;
  std::optional<SpikeCsvWriter> csv_;
};

// The spikes before `until` that an unfinished run left in the folder, of which it had committed those at least; puts the
// file aside, where it is found again until forget_recorded(). Empty if the experiment records none. Throws Error.
std::vector<Spike> recorded_before(const Experiment& experiment, const std::filesystem::path& folder, Time until);
void forget_recorded(const std::filesystem::path& folder);

}  // namespace synop
