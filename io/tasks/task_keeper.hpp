#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "synop/io/experiment/experiment.hpp"
#include "synop/io/stopwatch.hpp"
#include "synop/io/tasks/checkpoint.hpp"
#include "synop/io/tasks/phase_runner.hpp"
#include "synop/io/tasks/readout_recording.hpp"
#include "synop/io/tasks/task_record.hpp"

namespace synop {

// Writes checkpoints of a task into its folder: after every phase, when samples of a phase that learns have taken the
// experiment's checkpoint_interval, and when the run is interrupted.
class TaskKeeper {
 public:
  // Everything must outlive the keeper. `seconds`: that the run took so far.
  TaskKeeper(const Experiment& experiment, std::vector<DataFingerprint> files, const std::filesystem::path& folder,
             const std::vector<PhaseResult>& finished, PhaseRunner& phases, TaskRecord& record,
             ReadoutRecording& recording, std::function<double()> seconds);

  void after_sample(std::uint32_t done, const PhaseResult& so_far);
  void after_phase();
  void remove();  // the run is complete

 private:
  void write(std::uint32_t done, const PhaseResult& so_far);

  const Experiment& experiment_;
  std::vector<DataFingerprint> files_;
  std::filesystem::path path_;
  const std::vector<PhaseResult>& finished_;
  PhaseRunner& phases_;
  TaskRecord& record_;
  ReadoutRecording& recording_;
  std::function<double()> seconds_;
  Stopwatch since_last_;
};

}  // namespace synop
