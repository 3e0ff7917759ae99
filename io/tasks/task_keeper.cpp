#include "synop/io/tasks/task_keeper.hpp"

#include <utility>

#include "synop/io/detail/durable.hpp"
#include "synop/io/interrupt.hpp"

namespace synop {

TaskKeeper::TaskKeeper(const Experiment& experiment, std::vector<DataFingerprint> files,
                       const std::filesystem::path& folder, const std::vector<PhaseResult>& finished, PhaseRunner& phases,
                       TaskRecord& record, ReadoutRecording& recording, std::function<double()> seconds)
    : experiment_(experiment),
      files_(std::move(files)),
      path_(folder / checkpoint_name),
      finished_(finished),
      phases_(phases),
      record_(record),
      recording_(recording),
      seconds_(std::move(seconds)) {}

void TaskKeeper::after_sample(std::uint32_t done, const PhaseResult& so_far) {
  if (interrupted_by() != 0 || since_last_.seconds() * 1e3 >= experiment_.output.checkpoint_interval.ms()) write(done, so_far);
}

void TaskKeeper::after_phase() {
  if (interrupted_by() == 0) write(0, {});  // what an interrupted phase came to is not the whole of it
}

// Spikes first: those before a checkpoint have to be there.
void TaskKeeper::write(std::uint32_t done, const PhaseResult& so_far) {
  recording_.commit(record_.recorded_until());
  write_checkpoint({.experiment = experiment_.effective_text,
                    .files = files_,
                    .finished = finished_,
                    .done = done,
                    .current = so_far,
                    .recorded_until = record_.recorded_until(),
                    .seconds = seconds_(),
                    .record = record_.save_state(),
                    .runner = phases_.save_state()},
                   path_);
  since_last_ = {};
}

void TaskKeeper::remove() { remove_file(path_); }

}  // namespace synop
