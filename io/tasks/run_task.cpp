#include "synop/io/tasks/run_task.hpp"

#include <memory>
#include <optional>
#include <ostream>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/io/detail/durable.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/nir/clocked_task.hpp"
#include "synop/io/nir/run_clocked_experiment.hpp"
#include "synop/io/output_folder.hpp"
#include "synop/io/run/run_files.hpp"
#include "synop/io/stopwatch.hpp"
#include "synop/io/tasks/ann_comparison.hpp"
#include "synop/io/tasks/open_input.hpp"
#include "synop/io/tasks/readout_recording.hpp"
#include "synop/io/tasks/task_checks.hpp"
#include "synop/io/tasks/task_keeper.hpp"
#include "synop/io/tasks/task_phases.hpp"
#include "synop/io/tasks/task_plots.hpp"
#include "synop/io/tasks/task_report.hpp"

namespace synop {

namespace {

std::unique_ptr<PhaseRunner> phase_runner(const Experiment& experiment, const TaskInput& input, const RunOptions& options,
                                          int threads, std::ostream& err, TaskRecord& record) {
  if (is_clocked(experiment))
    return std::make_unique<nir::ClockedPhases>(experiment, input, options, threads, err, record);
  return std::make_unique<TaskPhases>(experiment, input, options, threads, err, record);
}

// What is known before the first phase.
TaskResult begun_result(const Experiment& experiment, const TaskInput& input, const PhaseRunner& phases, int threads) {
  TaskResult result;
  result.experiment = experiment.name;
  result.dataset = input.origin();
  result.seed = experiment.seed;
  result.threads = threads;
  result.assumptions = assumptions(experiment);
  const std::vector<std::string> of_files = phases.assumptions();
  result.assumptions.insert(result.assumptions.end(), of_files.begin(), of_files.end());
  result.warnings = task_warnings(*experiment.task);
  result.clocked = is_clocked(experiment);
  result.synapses = phases.synapses();
  return result;
}

// What makes the numbers mean less than they seem to and is known afterwards only.
void warn_of_events_left_out(const TaskSection& task, TaskResult& result) {
  for (const PhaseResult& phase : result.phases)
    if (phase.events_left_out > 0)
      result.warnings.push_back(fmt::format("phase '{}': {} events come when the presentation of {} ms is over and were left out",
                                            phase.name, phase.events_left_out, task.presentation.ms()));
}

// Without repeated presentations; the files say where the run really stopped.
Delay planned_duration(const TaskSection& task) {
  Delay duration;
  for (const PhaseSection& phase : task.phases) duration = duration + (task.presentation + task.rest) * phase.samples;
  return duration;
}

void print(const TaskResult& result, const RunOptions& options, std::ostream& out) {
  if (options.json) {
    out << task_result_json(result);
    return;
  }
  print_task_result(out, result);
  const std::string folder = options.folder.string();
  out << "results in " << folder;
  if (!result.clocked) out << "; the full energy account: synop energy " << folder;
  out << '\n';
}

// Where to go on from, if the command line asks for it.
std::optional<TaskCheckpoint> checkpoint_of(const Experiment& experiment, const RunOptions& options) {
  if (!options.resume) return {};
  if (experiment.output.csv && !experiment.output.spikes)
    throw Error(ErrorKind::usage, "--resume needs the spikes so far, which output.spikes = true records; output.csv alone "
                                  "does not keep them");
  const std::filesystem::path path = options.folder / checkpoint_name;
  TaskCheckpoint checkpoint = read_checkpoint(path);
  check_same_experiment(checkpoint, experiment.effective_text, path);
  return checkpoint;
}

// A run that is given up.
void forget_earlier_run(const std::filesystem::path& folder) {
  remove_file(folder / checkpoint_name);
  forget_recorded(folder);
}

Overwrite overwrite_of(const RunOptions& options) { return options.overwrite ? Overwrite::yes : Overwrite::no; }

std::unique_ptr<TaskInput> checked_input(const Experiment& experiment, const RunOptions& options) {
  if (!options.resume) check_output_folder(options.folder, overwrite_of(options));
  check_task(experiment);
  std::unique_ptr<TaskInput> input = open_task_input(experiment);
  check_input(experiment, input->channels(), input->size());
  return input;
}

// One run of a task. Making it checks and builds everything and writes nothing.
class TaskRun {
 public:
  TaskRun(const Experiment& experiment, const RunOptions& options, std::ostream& err);
  TaskResult run();

 private:
  std::vector<Spike> prepare_folder() const;
  void go_through_phases(ReadoutRecording& recording, TaskKeeper& keeper);
  void write_files(ReadoutRecording& recording, const Provenance& provenance);
  void conclude();
  void draw();
  double seconds() const { return (from_ ? from_->seconds : 0.0) + watch_.seconds(); }  // with earlier sessions

  const Stopwatch watch_;
  const Experiment& experiment_;
  const RunOptions& options_;
  const std::optional<TaskCheckpoint> from_;  // where it goes on, if it does
  std::unique_ptr<TaskInput> input_;
  std::vector<DataFingerprint> files_;
  TaskRecord record_;
  std::unique_ptr<PhaseRunner> phases_;
  TaskResult result_;
};

TaskRun::TaskRun(const Experiment& experiment, const RunOptions& options, std::ostream& err)
    : experiment_(experiment),
      options_(options),
      from_(checkpoint_of(experiment, options)),
      input_(checked_input(experiment, options)),
      files_(data_fingerprints(experiment)),
      record_(experiment) {
  if (from_) check_same_data(*from_, files_, options.folder / checkpoint_name);
  const int threads = resolved_threads(options.threads.value_or(static_cast<int>(experiment.simulation.threads)));
  check_samples(*experiment.task, *input_, threads);
  phases_ = phase_runner(experiment, *input_, options, threads, err, record_);
  result_ = begun_result(experiment, *input_, *phases_, threads);
  if (!from_) return;
  record_.load_state(from_->record);
  phases_->load_state(from_->runner);
  result_.phases = from_->finished;
}

TaskResult TaskRun::run() {
  refuse_if_interrupted();
  if (!from_) create_output_folder(options_.folder, overwrite_of(options_));
  const FolderLock lock(options_.folder);
  const std::vector<Spike> before = prepare_folder();
  const Provenance provenance = provenance_of(experiment_, options_, {}, Time{} + planned_duration(*experiment_.task));
  ReadoutRecording recording(experiment_, options_.folder, provenance, before, record_.recorded_until());
  forget_recorded(options_.folder);
  record_.record_to(recording.spikes(), recording.csv());
  TaskKeeper keeper(experiment_, files_, options_.folder, result_.phases, *phases_, record_, recording,
                    [this] { return seconds(); });
  go_through_phases(recording, keeper);
  write_files(recording, provenance);
  conclude();
  if (experiment_.output.plots) draw();
  if (result_.interrupted_by != 0) result_.files.emplace_back(checkpoint_name);
  write_text_file(options_.folder / "result.json", task_result_json(result_));
  if (result_.interrupted_by == 0) keeper.remove();
  return std::move(result_);
}

// Returns the spikes that an earlier part of the run recorded.
std::vector<Spike> TaskRun::prepare_folder() const {
  std::vector<Spike> before;
  if (from_) {
    before = recorded_before(experiment_, options_.folder, from_->recorded_until);
    constexpr std::string_view still_needed[] = {checkpoint_name, "experiment.toml", "spikes.h5"};
    remove_results(options_.folder, still_needed);  // of the session before
  } else {
    forget_earlier_run(options_.folder);
  }
  write_text_file(options_.folder / "experiment.toml", experiment_.effective_text);
  return before;
}

void TaskRun::go_through_phases(ReadoutRecording& recording, TaskKeeper& keeper) {
  if (!from_) keeper.after_phase();  // nothing is done yet
  const auto after_sample = [&](std::uint32_t done, const PhaseResult& so_far) { keeper.after_sample(done, so_far); };
  const std::size_t phases = experiment_.task->phases.size();
  for (auto p = static_cast<std::uint32_t>(result_.phases.size()); p < phases && interrupted_by() == 0; ++p) {
    const bool goes_on = from_ && p == from_->finished.size();
    result_.phases.push_back(
        phases_->run(p, goes_on ? from_->done : 0, goes_on ? from_->current : PhaseResult{}, after_sample));
    recording.commit(record_.recorded_until());
    keeper.after_phase();
  }
}

void TaskRun::write_files(ReadoutRecording& recording, const Provenance& provenance) {
  result_.files = {"experiment.toml", "result.json"};
  for (const std::string& file : recording.finish(record_.recorded_until())) result_.files.push_back(file);
  const Simulation* const learned = phases_->simulation();
  if (learned == nullptr) return;
  write_learned_file(experiment_, *learned, record_.classes(), options_.folder / "weights.h5", provenance);
  result_.files.emplace_back("weights.h5");
}

// What is known after the last phase.
void TaskRun::conclude() {
  warn_of_events_left_out(*experiment_.task, result_);
  result_.interrupted_by = interrupted_by();
  result_.spike_hash = record_.spike_hash();
  if (result_.interrupted_by == 0 && !result_.clocked && input_->images() != nullptr)
    compare_with_anns(experiment_, *input_->images(), result_);
  result_.peak_memory = peak_memory();
  result_.seconds = seconds();
}

void TaskRun::draw() {
  for (const std::string& file : write_task_plots(experiment_, phases_->simulation(), input_->images(), record_.kept(),
                                                  record_.kept_from(), record_.kept_until(), options_.folder))
    result_.files.push_back(file);
}

}  // namespace

int run_task(const Experiment& experiment, const RunOptions& options, std::ostream& out, std::ostream& err) {
  const TaskResult result = TaskRun(experiment, options, err).run();
  print(result, options, out);
  return result.interrupted_by;
}

}  // namespace synop
