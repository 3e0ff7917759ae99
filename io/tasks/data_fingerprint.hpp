#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "synop/io/experiment/experiment.hpp"

namespace synop {

// What a data file of an experiment held when it was looked at.
struct DataFingerprint {
  std::string key;   // that names it: "task.learned"
  std::string path;  // of a set of event files: the folder or the list, for all of them together
  std::uint64_t bytes = 0;
  std::uint64_t hash = 0;  // of the content (Fnv1a); of a set also of the names

  friend bool operator==(const DataFingerprint&, const DataFingerprint&) = default;
};

// Of all files that the experiment reads: task.dataset.path, task.learned, nir.file, and those of spikes, synapses and
// positions. Reads them to their ends, once. Those that cannot be read are left out: whoever needs them says more. Throws
// Error(interrupted) when interrupted.
std::vector<DataFingerprint> data_fingerprints(const Experiment& experiment);

// How the files differ from those before, as a sentence; empty if they do not.
std::string difference(const std::vector<DataFingerprint>& before, const std::vector<DataFingerprint>& now);

}  // namespace synop
