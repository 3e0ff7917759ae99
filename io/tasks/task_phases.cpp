#include "synop/io/tasks/task_phases.hpp"

#include <chrono>
#include <numeric>
#include <ostream>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/progress.hpp"
#include "synop/io/run/ledger_of.hpp"
#include "synop/io/run/run_result.hpp"

namespace synop {

namespace {

std::string_view role_name(PhaseSection::Role role) {
  switch (role) {
    case PhaseSection::Role::train: return "train";
    case PhaseSection::Role::label: return "label";
    case PhaseSection::Role::test: break;
  }
  return "test";
}

// The classes of the readout are not in the learned file: a test needs them from a phase.
void check_labelled(const TaskSection& task) {
  for (const PhaseSection& phase : task.phases) {
    if (phase.role == PhaseSection::Role::label) return;
    if (phase.role == PhaseSection::Role::test)
      throw Error(ErrorKind::input, fmt::format("'{}' holds no classes of the readout, so the phase '{}' needs one with role = "
                                                "\"label\" before it",
                                                task.learned.string(), phase.name));
  }
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

TaskPhases::TaskPhases(const Experiment& experiment, const Network& network, const TaskInput& input,
                       const RunOptions& options, int threads, std::ostream& err)
    : experiment_(experiment),
      task_(*experiment.task),
      network_(network),
      input_(input),
      options_(options),
      threads_(threads),
      err_(err),
      training_(experiment, network, input),
      tally_(network),
      meter_(options.powercap),
      readout_(experiment.populations[task_.readout].size, task_.dataset.classes) {
  training_.simulation().attach(tally_);
  if (task_.readout_rule == "most_spikes") {
    std::vector<int> classes(task_.dataset.classes);
    std::iota(classes.begin(), classes.end(), 0);
    readout_.assign(std::move(classes));
  }
  if (task_.learned.empty()) return;
  const LearnedState learned = read_learned_file(task_.learned, experiment, training_.simulation());
  set_learned_state(training_.simulation(), learned);
  if (task_.readout_rule != "max_mean_rate") return;
  if (!learned.classes.empty())
    readout_.assign(learned.classes);
  else
    check_labelled(task_);
}

PhaseResult TaskPhases::run(std::uint32_t index) {
  const PhaseSection& phase = task_.phases[index];
  PhaseResult result{.name = phase.name, .role = std::string(role_name(phase.role)), .ledger = {}, .operations = {}, .accuracy = {}, .confusion = {}};
  const double start = seconds_now();
  kept_.clear();
  kept_from_ = recorded_until_;
  meter_.start();
  if (phase.plasticity || phase.homeostasis)
    train(phase, first_number(index), result);
  else
    hold(phase, first_number(index), result);
  if (phase.role == PhaseSection::Role::label && task_.readout_rule == "max_mean_rate") readout_.assign();
  result.ledger.simulated = (task_.presentation + task_.rest) * result.presentations;
  result.operations = operations_of(result.ledger);
  for (const ProjectionLedger& p : result.ledger.projections) result.measured.synaptic_events += p.deliveries;
  result.seconds = seconds_now() - start;
  return result;
}

void TaskPhases::record(const Response& response, PhaseResult& result) {
  ++result.samples;
  result.presentations += response.presentations;
  result.spikes += response.spikes.size();
  result.events_left_out += response.events_left_out;
  shifted_.clear();
  for (const Spike& spike : response.spikes)
    shifted_.push_back({recorded_until_ + (spike.time - Time{}), spike.neuron});
  hash_.on_spikes({task_.readout}, shifted_);
  if (file_ != nullptr) file_->append(0, shifted_);
  if (csv_ != nullptr) csv_->append(0, shifted_);
  for (const Spike& spike : shifted_)
    if (spike.time < kept_from_ + kept_span) kept_.push_back(spike);
  recorded_until_ = recorded_until_ + (task_.presentation + task_.rest) * response.presentations;
  if (file_ != nullptr) file_->advance(recorded_until_);
}

void TaskPhases::normalize() {
  const auto& section = task_.between_samples.normalize;
  if (section) training_.simulation().normalize_weights({section->projection}, section->total);
}

void TaskPhases::train(const PhaseSection& phase, std::uint64_t sample_base, PhaseResult& result) {
  Simulation& simulation = training_.simulation();
  simulation.freeze_plasticity(!phase.plasticity);
  simulation.freeze_adaptation(!phase.homeostasis);
  simulation.reset_counters();
  tally_.reset();
  std::vector<std::uint64_t> before;  // in flight; with a restart at every sample it is dropped
  for (std::uint32_t p = 0; p < network_.projections().size(); ++p)
    before.push_back(task_.between_samples.reset_state ? 0 : simulation.in_flight({p}));
  std::ostream silent(nullptr);
  Progress progress(options_.quiet ? silent : err_, phase.name, phase.samples, {.terminal = options_.terminal});
  for (std::uint32_t i = 0; i < phase.samples && interrupted_by() == 0; ++i) {
    const std::uint64_t sample = phase.first + std::uint64_t{i};
    if (phase.plasticity) normalize();
    const Response response = training_.present(sample, sample_base + sample);
    tally_.end_inference();
    record(response, result);
    if (phase.role == PhaseSection::Role::label) readout_.observe(response.counts, label_of(sample));
    progress.update(i + std::uint64_t{1});
    meter_.sample();
  }
  result.measured = meter_.stop();
  if (phase.plasticity) normalize();
  result.ledger = ledger_of(simulation, tally_);
  for (std::size_t p = 0; p < before.size(); ++p) result.ledger.projections[p].in_flight_before = before[p];
}

void TaskPhases::hold(const PhaseSection& phase, std::uint64_t sample_base, PhaseResult& result) {
  training_.restart(sample_base);  // a later training phase must not repeat the noise of an earlier one
  SampleBatch batch(experiment_, network_, input_, learned_state(training_.simulation()), threads_);
  std::ostream silent(nullptr);
  Progress progress(options_.quiet ? silent : err_, phase.name, phase.samples, {.terminal = options_.terminal});
  std::uint64_t right = 0;
  if (phase.role == PhaseSection::Role::test)
    result.confusion.assign(task_.dataset.classes, std::vector<std::uint64_t>(task_.dataset.classes));
  const auto receive = [&](std::uint64_t sample, const Response& response) {
    const int label = label_of(sample);
    record(response, result);
    if (phase.role == PhaseSection::Role::label) readout_.observe(response.counts, label);
    if (phase.role == PhaseSection::Role::test) {
      const int answer = readout_.classify(response.counts);
      right += answer == label ? 1 : 0;
      if (answer < 0)
        ++result.silent;
      else
        ++result.confusion[static_cast<std::size_t>(label)][static_cast<std::size_t>(answer)];
    }
    progress.update(result.samples);
    meter_.sample();
  };
  batch.present(phase.first, phase.samples, sample_base, receive);
  result.measured = meter_.stop();
  result.ledger = batch.finish();
  if (phase.role == PhaseSection::Role::test && result.samples > 0)
    result.accuracy = static_cast<double>(right) / static_cast<double>(result.samples);
  if (phase.role == PhaseSection::Role::test) test_on_grids(phase, sample_base, batch, result);
}

void TaskPhases::test_on_grids(const PhaseSection& phase, std::uint64_t sample_base, SampleBatch& batch, PhaseResult& result) {
  for (const Delay grid : experiment_.energy.spike_grids) {
    batch.round_spikes(grid);
    std::uint64_t right = 0;
    const auto receive = [&](std::uint64_t sample, const Response& response) {
      right += readout_.classify(response.counts) == label_of(sample) ? 1 : 0;
    };
    const std::uint64_t done = batch.present(phase.first, phase.samples, sample_base, receive);
    if (done == phase.samples) result.spike_grids.push_back({grid, static_cast<double>(right) / static_cast<double>(done)});
  }
}

}  // namespace synop
