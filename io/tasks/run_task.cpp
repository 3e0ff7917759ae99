#include "synop/io/tasks/run_task.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/io/energy/price_catalogue.hpp"
#include "synop/io/detail/durable.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/nir/clocked_task.hpp"
#include "synop/io/nir/run_clocked_experiment.hpp"
#include "synop/io/output_folder.hpp"
#include "synop/io/run/run_files.hpp"
#include "synop/io/stopwatch.hpp"
#include "synop/io/tasks/baselines.hpp"
#include "synop/io/tasks/open_input.hpp"
#include "synop/io/tasks/readout_recording.hpp"
#include "synop/io/tasks/task_checks.hpp"
#include "synop/io/tasks/task_keeper.hpp"
#include "synop/io/tasks/task_phases.hpp"
#include "synop/io/tasks/task_plots.hpp"
#include "synop/io/tasks/task_report.hpp"

namespace synop {

namespace {

constexpr const char* default_tables[] = {"horowitz45_fp32_compute", "horowitz45_fp32_sram"};

// The images of all training phases, one after the other; those that are labelled where the weights are given and nothing
// is trained.
ImageSet training_images(const TaskSection& task, const ImageSet& images) {
  ImageSet selected = images.slice(0, 0);
  const bool trains = std::any_of(task.phases.begin(), task.phases.end(),
                                  [](const PhaseSection& phase) { return phase.role == PhaseSection::Role::train; });
  for (const PhaseSection& phase : task.phases) {
    if (phase.role != (trains ? PhaseSection::Role::train : PhaseSection::Role::label)) continue;
    const ImageSet part = images.slice(phase.first, phase.samples);
    selected.pixels.insert(selected.pixels.end(), part.pixels.begin(), part.pixels.end());
    selected.labels.insert(selected.labels.end(), part.labels.begin(), part.labels.end());
  }
  return selected;
}

// The images of the phase that is compared.
ImageSet test_images(const TaskSection& task, const ImageSet& images, const PhaseResult& test) {
  const auto phase = std::find_if(task.phases.begin(), task.phases.end(),
                                  [&](const PhaseSection& p) { return p.name == test.name; });
  return images.slice(phase->first, test.samples);
}

// Conventional networks on the same images, and the verdict by every price table.
void compare_with_anns(const Experiment& experiment, const ImageSet& images, TaskResult& result) {
  const TaskSection& task = *experiment.task;
  const PhaseResult* const phase = result.test();
  const ImageSet train = training_images(task, images);
  if (train.size() == 0 || phase == nullptr) return;
  const ImageSet test = test_images(task, images, *phase);
  const std::size_t pixels = images.pixels_per_image();
  const std::size_t neurons = experiment.populations[task.readout].size;
  const LinearClassifier linear = LinearClassifier::train(train);
  const double accuracy = linear.accuracy(test);
  const std::size_t layers[] = {pixels, class_count};
  const std::size_t same_fan_in[] = {pixels, neurons};
  result.test_hash = hash_of(test);
  const auto zeros = static_cast<double>(std::count(test.pixels.begin(), test.pixels.end(), 0));
  const double density = 1.0 - zeros / static_cast<double>(test.pixels.size());
  result.baselines = {{"nearest centroid", dense_ann_operations(layers, false), nearest_centroid_accuracy(train, test),
                       {pixels, class_count}, false, density, train.size() * pixels},
                      {"linear classifier (softmax regression)", dense_ann_operations(layers), accuracy,
                       {pixels, class_count}, true, density, linear.training_macs()},
                      {fmt::format("ANN of the same fan-in, {}-{}, dense, not trained", pixels, neurons),
                       dense_ann_operations(same_fan_in), {}, {pixels, neurons}, true, density}};
  std::vector<std::string> tables = experiment.energy.tables;
  if (tables.empty()) tables.assign(std::begin(default_tables), std::end(default_tables));
  for (const std::string& name : tables) {
    const PriceTable& table = find_price_table(name);
    const SpikingWork work = spiking_work(phase->ledger, {.clocked = table.clocked});
    const SpikingRun spiking{total(work.inference), phase->samples, result.synapses, *phase->accuracy, work.inference};
    const AnnBaseline ann{"linear classifier", dense_ann_operations(layers), accuracy,
                          {ann_work(dense_layer("linear classifier", pixels, class_count, true), Traffic::every_use)}};
    result.comparisons.push_back(compare(spiking, ann, table));
  }
}

std::unique_ptr<PhaseRunner> phase_runner(const Experiment& experiment, const TaskInput& input, const RunOptions& options,
                                          int threads, std::ostream& err, TaskRecord& record) {
  if (is_clocked(experiment))
    return std::make_unique<nir::ClockedPhases>(experiment, input, options, threads, err, record);
  return std::make_unique<TaskPhases>(experiment, input, options, threads, err, record);
}

// What is known before the first phase.
TaskResult begun_result(const Experiment& experiment, const TaskInput& input, int threads) {
  TaskResult result;
  result.experiment = experiment.name;
  result.dataset = input.origin();
  result.seed = experiment.seed;
  result.threads = threads;
  result.assumptions = assumptions(experiment);
  result.warnings = task_warnings(*experiment.task);
  result.clocked = is_clocked(experiment);
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

}  // namespace

int run_task(const Experiment& experiment, const RunOptions& options, std::ostream& out, std::ostream& err) {
  const Stopwatch watch;
  const TaskSection& task = *experiment.task;
  const Overwrite overwrite = options.overwrite ? Overwrite::yes : Overwrite::no;
  const std::optional<TaskCheckpoint> from = checkpoint_of(experiment, options);
  if (!from) check_output_folder(options.folder, overwrite);
  check_task(experiment);
  const std::unique_ptr<TaskInput> input = open_task_input(experiment);
  check_input(experiment, input->channels(), input->size());
  const int threads = resolved_threads(options.threads.value_or(static_cast<int>(experiment.simulation.threads)));
  check_samples(task, *input, threads);
  TaskRecord record(experiment);
  const std::unique_ptr<PhaseRunner> phases = phase_runner(experiment, *input, options, threads, err, record);
  TaskResult result = begun_result(experiment, *input, threads);
  result.synapses = phases->synapses();
  const std::vector<std::string> of_files = phases->assumptions();
  result.assumptions.insert(result.assumptions.end(), of_files.begin(), of_files.end());
  std::vector<Spike> before;
  if (from) {
    record.load_state(from->record);
    phases->load_state(from->runner);
    result.phases = from->finished;
  }

  refuse_if_interrupted();
  if (!from) create_output_folder(options.folder, overwrite);
  const FolderLock lock(options.folder);
  if (from)
    before = recorded_before(experiment, options.folder, from->recorded_until);
  else
    forget_earlier_run(options.folder);
  write_text_file(options.folder / "experiment.toml", experiment.effective_text);
  const Provenance provenance = provenance_of(experiment, options, {}, Time{} + planned_duration(task));
  ReadoutRecording recording(experiment, options.folder, provenance, before, record.recorded_until());
  forget_recorded(options.folder);
  record.record_to(recording.spikes(), recording.csv());
  TaskKeeper keeper(experiment, options.folder, result.phases, *phases, record, recording);
  if (!from) keeper.after_phase();  // nothing is done yet
  const auto after_sample = [&](std::uint32_t done, const PhaseResult& so_far) { keeper.after_sample(done, so_far); };
  for (auto p = static_cast<std::uint32_t>(result.phases.size()); p < task.phases.size() && interrupted_by() == 0; ++p) {
    const bool goes_on = from && p == from->finished.size();
    result.phases.push_back(phases->run(p, goes_on ? from->done : 0, goes_on ? from->current : PhaseResult{}, after_sample));
    recording.commit(record.recorded_until());
    keeper.after_phase();
  }
  result.files = {"experiment.toml", "result.json"};
  for (const std::string& file : recording.finish(record.recorded_until())) result.files.push_back(file);
  if (phases->simulation() != nullptr) {
    write_learned_file(experiment, *phases->simulation(), record.classes(), options.folder / "weights.h5", provenance);
    result.files.emplace_back("weights.h5");
  }
  warn_of_events_left_out(task, result);
  result.interrupted_by = interrupted_by();
  result.spike_hash = record.spike_hash();
  if (result.interrupted_by == 0 && !result.clocked && input->images() != nullptr) compare_with_anns(experiment, *input->images(), result);
  result.peak_memory = peak_memory();
  result.seconds = watch.seconds();
  if (experiment.output.plots)
    for (const std::string& file : write_task_plots(experiment, phases->simulation(), input->images(), record.kept(),
                                                    record.kept_from(), record.kept_until(), options.folder))
      result.files.push_back(file);
  if (result.interrupted_by != 0) result.files.emplace_back(checkpoint_name);
  write_text_file(options.folder / "result.json", task_result_json(result));
  if (result.interrupted_by == 0) keeper.remove();
  print(result, options, out);
  return result.interrupted_by;
}

}  // namespace synop
