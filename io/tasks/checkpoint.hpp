#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "synop/core/time.hpp"
#include "synop/io/tasks/data_fingerprint.hpp"
#include "synop/io/tasks/task_result.hpp"

namespace synop {

// Where a task stands between two samples: all that its rest depends on. The spikes recorded so far are in the folder's
// spikes.h5.part, committed.
struct TaskCheckpoint {
  std::string experiment;             // Experiment::effective_text
  std::vector<DataFingerprint> files = {};  // that the experiment reads, as the run found them
  std::vector<PhaseResult> finished;  // phases
  std::uint32_t done = 0;             // samples of the phase after them
  PhaseResult current = {};           // that phase so far, if any are done
  Time recorded_until;
  double seconds = 0.0;           // that it took so far, without what kills cost
  std::vector<std::byte> record;  // TaskRecord
  std::vector<std::byte> runner;  // PhaseRunner::save_state()
};

inline constexpr const char* checkpoint_name = "checkpoint.cbor";

// Replaces the file as a whole: a kill at any moment leaves the old one or the new one. Throws Error(file).
void write_checkpoint(const TaskCheckpoint& checkpoint, const std::filesystem::path& path);

// Throws Error(file) if it cannot be read and Error(input) if it is damaged, or was written by another version of the
// program, whose states may differ.
TaskCheckpoint read_checkpoint(const std::filesystem::path& path);

// Throws Error(input), with the first key that differs and both values, unless the checkpoint is of this experiment.
void check_same_experiment(const TaskCheckpoint& checkpoint, const std::string& experiment,
                           const std::filesystem::path& path);

// Throws Error(input), with key and file, unless the experiment's files hold what they held before the checkpoint.
void check_same_data(const TaskCheckpoint& checkpoint, const std::vector<DataFingerprint>& files,
                     const std::filesystem::path& path);

}  // namespace synop
