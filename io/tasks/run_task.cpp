#include "synop/io/tasks/run_task.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <ostream>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/io/energy/price_catalogue.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/csv/spike_csv.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/output_folder.hpp"
#include "synop/io/run/run_files.hpp"
#include "synop/io/tasks/baselines.hpp"
#include "synop/io/tasks/open_input.hpp"
#include "synop/io/tasks/task_checks.hpp"
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

// What is known before the first phase.
TaskResult begun_result(const Experiment& experiment, const TaskInput& input, const Network& network, int threads) {
  TaskResult result;
  result.experiment = experiment.name;
  result.dataset = input.origin();
  result.seed = experiment.seed;
  result.threads = threads;
  result.assumptions = assumptions(experiment);
  result.warnings = task_warnings(*experiment.task);
  result.synapses = network.synapse_count();
  return result;
}

// Spikes of the readout, in the files that the experiment asks for.
class ReadoutRecording {
 public:
  ReadoutRecording(const Experiment& experiment, const std::filesystem::path& folder, const Provenance& provenance) {
    const PopulationSection& readout = experiment.populations[experiment.task->readout];
    if (experiment.output.spikes)
      spikes_.emplace(folder / "spikes.h5", std::vector<SpikeFilePopulation>{{readout.name, readout.size}}, provenance);
    if (experiment.output.csv) csv_.emplace(folder / "spikes.csv", std::vector<std::string>{readout.name});
  }

  SpikeFileWriter* spikes() { return spikes_ ? &*spikes_ : nullptr; }
  SpikeCsvWriter* csv() { return csv_ ? &*csv_ : nullptr; }
  void commit(Time until) {
    if (spikes_) spikes_->commit(until);
  }
  // Returns the names of the files.
  std::vector<std::string> finish(Time until) {
    const std::pair<std::string, std::uint64_t> counts[] = {
        {"stopped_at_ps", static_cast<std::uint64_t>(until.ticks)},
        {"interrupted_by", static_cast<std::uint64_t>(interrupted_by())}};
    if (spikes_) spikes_->finish(counts, until);
    if (csv_) csv_->finish();
    std::vector<std::string> files;
    if (spikes_) files.emplace_back("spikes.h5");
    if (csv_) files.emplace_back("spikes.csv");
    return files;
  }

 private:
  std::optional<SpikeFileWriter> spikes_;
  std::optional<SpikeCsvWriter> csv_;
};

void print(const TaskResult& result, const RunOptions& options, std::ostream& out) {
  if (options.json) {
    out << task_result_json(result);
    return;
  }
  print_task_result(out, result);
  const std::string folder = options.folder.string();
  out << "results in " << folder << "; the full energy account: synop energy " << folder << '\n';
}

}  // namespace

int run_task(const Experiment& experiment, const RunOptions& options, std::ostream& out, std::ostream& err) {
  const auto begin = std::chrono::steady_clock::now();
  const TaskSection& task = *experiment.task;
  const Overwrite overwrite = options.overwrite ? Overwrite::yes : Overwrite::no;
  check_output_folder(options.folder, overwrite);
  check_task(experiment);
  const std::unique_ptr<TaskInput> input = open_task_input(experiment);
  check_input(experiment, input->channels(), input->size());
  const int threads = resolved_threads(options.threads.value_or(static_cast<int>(experiment.simulation.threads)));
  check_samples(task, *input, threads);
  std::vector<std::string> of_files;
  const Network network = compose(experiment, of_files).build(build_options(experiment, threads));
  TaskPhases phases(experiment, network, *input, options, threads, err);
  TaskResult result = begun_result(experiment, *input, network, threads);
  result.assumptions.insert(result.assumptions.end(), of_files.begin(), of_files.end());

  refuse_if_interrupted();
  create_output_folder(options.folder, overwrite);
  write_text_file(options.folder / "experiment.toml", experiment.effective_text);
  const Provenance provenance = provenance_of(experiment, options, {}, Time{} + planned_duration(task));
  ReadoutRecording recording(experiment, options.folder, provenance);
  phases.record_to(recording.spikes(), recording.csv());
  for (std::uint32_t p = 0; p < task.phases.size() && interrupted_by() == 0; ++p) {
    result.phases.push_back(phases.run(p));
    recording.commit(phases.recorded_until());
  }
  result.files = {"experiment.toml", "weights.h5", "result.json"};
  for (const std::string& file : recording.finish(phases.recorded_until())) result.files.push_back(file);
  write_learned_file(experiment, phases.simulation(), phases.classes(), options.folder / "weights.h5", provenance);
  warn_of_events_left_out(task, result);
  result.interrupted_by = interrupted_by();
  result.spike_hash = phases.spike_hash();
  if (result.interrupted_by == 0 && input->images() != nullptr) compare_with_anns(experiment, *input->images(), result);
  result.peak_memory = peak_memory();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (experiment.output.plots)
    for (const std::string& file : write_task_plots(experiment, phases.simulation(), input->images(), phases.kept(),
                                                    phases.kept_from(), phases.kept_until(), options.folder))
      result.files.push_back(file);
  write_text_file(options.folder / "result.json", task_result_json(result));
  print(result, options, out);
  return result.interrupted_by;
}

}  // namespace synop
