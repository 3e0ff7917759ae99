#include "synop/io/tasks/task_phases.hpp"

#include <ostream>

#include <fmt/format.h>

#include "synop/core/archive.hpp"
#include "synop/core/error.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/progress.hpp"
#include "synop/io/stopwatch.hpp"
#include "synop/io/tasks/learned_state.hpp"

namespace synop {

namespace {

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

bool normalizes_every_presentation(const TaskSection& task) {
  const auto& normalize = task.between_samples.normalize;
  return normalize && normalize->every == NormalizeSection::Every::presentation;
}

}  // namespace

TaskPhases::TaskPhases(const Experiment& experiment, const TaskInput& input, const RunOptions& options, int threads,
                       std::ostream& err, TaskRecord& record)
    : experiment_(experiment),
      task_(*experiment.task),
      network_(compose(experiment, assumptions_).build(build_options(experiment, threads))),
      input_(input),
      options_(options),
      threads_(threads),
      err_(err),
      record_(record),
      training_(experiment, network_, input),
      meter_(options.powercap) {
  if (task_.learned.empty()) return;
  const LearnedState learned = read_learned_file(task_.learned, experiment, training_.simulation());
  set_learned_state(training_.simulation(), learned);
  if (!task_.readout_rule.is_labelled()) return;
  if (!learned.classes.empty() && !task_.readout_rule.is_linear())
    record_.set_classes(learned.classes);
  else
    check_labelled(task_);
}

PhaseResult TaskPhases::run(std::uint32_t index, std::uint32_t done, const PhaseResult& so_far,
                            const AfterSample& after_sample) {
  const PhaseSection& phase = task_.phases[index];
  PhaseResult result = done > 0 ? so_far : record_.begin(phase);
  const double earlier = result.seconds;
  const Stopwatch watch;
  const auto with_seconds = [&](std::uint32_t n, PhaseResult& now) {
    now.seconds = earlier + watch.seconds();
    if (after_sample) after_sample(n, now);
  };
  meter_.start();
  if (phase.plasticity || phase.homeostasis)
    train(phase, first_number(index), done, with_seconds, result);
  else
    hold(phase, first_number(index), result);
  record_.end(phase, result);
  if (done > 0) {
    result.measured = MeasuredEnergy{};
    result.measured.not_measured = "the phase was begun by an earlier run";
  }
  result.ledger.simulated = (task_.presentation + task_.rest) * result.presentations;
  for (const ProjectionLedger& p : result.ledger.projections) result.measured.synaptic_events += p.deliveries;
  record_.count_readout(phase, result);
  result.operations = operations_of(result.ledger);
  result.seconds = earlier + watch.seconds();
  return result;
}

void TaskPhases::normalize() {
  const auto& section = task_.between_samples.normalize;
  if (section) training_.simulation().normalize_weights({section->projection}, section->size, section->norm);
}

// Before the first sample: what is counted begins. With a restart at every sample what is in flight is dropped.
void TaskPhases::begin_training(const PhaseSection& phase) {
  Simulation& simulation = training_.simulation();
  simulation.freeze_plasticity(!phase.plasticity);
  simulation.freeze_adaptation(!phase.homeostasis);
  training_.begin_counting();
  in_flight_before_.clear();
  for (std::uint32_t p = 0; p < network_.projections().size(); ++p)
    in_flight_before_.push_back(task_.between_samples.reset_state ? 0 : simulation.in_flight({p}));
}

void TaskPhases::train(const PhaseSection& phase, std::uint64_t sample_base, std::uint32_t done,
                       const std::function<void(std::uint32_t, PhaseResult&)>& after_sample, PhaseResult& result) {
  if (done == 0) begin_training(phase);
  std::ostream silent(nullptr);
  Progress progress(options_.quiet ? silent : err_, phase.name, phase.samples, {.terminal = options_.terminal});
  const bool every_presentation = normalizes_every_presentation(task_);
  std::function<void()> prepare;
  if (phase.plasticity && every_presentation) prepare = [this] { normalize(); };
  training_.before_presentations(prepare);
  for (std::uint32_t i = done; i < phase.samples && interrupted_by() == 0; ++i) {
    const std::uint64_t sample = phase.first + std::uint64_t{i};
    if (phase.plasticity && !every_presentation) normalize();
    record_.take(phase, label_of(sample), training_.present(sample, sample_base + sample), result);
    progress.update(i + std::uint64_t{1});
    meter_.sample();
    after_sample(i + 1, result);
  }
  result.measured = meter_.stop();
  if (phase.plasticity) normalize();
  result.ledger = training_.ledger();
  for (std::size_t p = 0; p < in_flight_before_.size(); ++p)
    result.ledger.projections[p].in_flight_before = in_flight_before_[p];
}

std::vector<std::byte> TaskPhases::save_state() {
  StateWriter writer;
  std::vector<std::byte> training = training_.save_state();
  writer(in_flight_before_, training);
  return writer.take();
}

void TaskPhases::load_state(std::span<const std::byte> bytes) {
  StateReader reader(bytes);
  std::vector<std::byte> training;
  reader(in_flight_before_, training);
  training_.load_state(training);
}

void TaskPhases::hold(const PhaseSection& phase, std::uint64_t sample_base, PhaseResult& result) {
  training_.restart(sample_base);  // a later training phase must not repeat the noise of an earlier one
  SampleBatch batch(experiment_, network_, input_, learned_state(training_.simulation()), threads_);
  std::ostream silent(nullptr);
  Progress progress(options_.quiet ? silent : err_, phase.name, phase.samples, {.terminal = options_.terminal});
  const auto receive = [&](std::uint64_t sample, const Response& response) {
    record_.take(phase, label_of(sample), response, result);
    progress.update(result.samples);
    meter_.sample();
  };
  batch.present(phase.first, phase.samples, sample_base, receive);
  result.measured = meter_.stop();
  result.ledger = batch.finish();
  if (phase.role == PhaseSection::Role::test) test_on_grids(phase, sample_base, batch, result);
}

void TaskPhases::test_on_grids(const PhaseSection& phase, std::uint64_t sample_base, SampleBatch& batch, PhaseResult& result) {
  for (const Delay grid : experiment_.energy.spike_grids) {
    batch.round_spikes(grid);
    std::uint64_t right = 0;
    const auto receive = [&](std::uint64_t sample, const Response& response) {
      right += record_.answer(response) == label_of(sample) ? 1 : 0;
    };
    const std::uint64_t done = batch.present(phase.first, phase.samples, sample_base, receive);
    if (done == phase.samples) result.spike_grids.push_back({grid, static_cast<double>(right) / static_cast<double>(done)});
  }
}

}  // namespace synop
