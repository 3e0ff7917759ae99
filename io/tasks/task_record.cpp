#include "synop/io/tasks/task_record.hpp"

#include "synop/core/archive.hpp"

namespace synop {

namespace {

using Role = PhaseSection::Role;

std::string_view role_name(Role role) {
  switch (role) {
    case Role::train: return "train";
    case Role::label: return "label";
    case Role::test: break;
  }
  return "test";
}

}  // namespace

TaskRecord::TaskRecord(const Experiment& experiment)
    : task_(*experiment.task),
      population_(experiment.populations[task_.readout]),
      seed_(experiment.seed),
      readout_(population_.size, task_.dataset.classes) {
  if (task_.readout_rule.is_linear()) linear_ = LinearReadout(population_.size, task_.dataset.classes);
  if (!task_.readout_rule.is_labelled()) readout_.assign_each_its_own();
}

PhaseResult TaskRecord::begin(const PhaseSection& phase) {
  PhaseResult result{.name = phase.name, .role = std::string(role_name(phase.role)), .ledger = {}, .operations = {}, .accuracy = {}, .confusion = {}};
  if (phase.role == Role::test)
    result.confusion.assign(task_.dataset.classes, std::vector<std::uint64_t>(task_.dataset.classes));
  right_ = 0;
  kept_.clear();
  kept_from_ = recorded_until_;
  return result;
}

void TaskRecord::take(const PhaseSection& phase, int label, const Response& response, PhaseResult& result) {
  ++result.samples;
  result.presentations += response.presentations;
  result.spikes += response.spikes.size();
  result.events_left_out += response.events_left_out;
  record(response);
  if (phase.role == Role::label) readout_.observe(response.counts, label);
  if (phase.role == Role::label && task_.readout_rule.is_linear()) linear_.observe(response.counts, label);
  if (phase.role != Role::test) return;
  const int given = answer(response);
  right_ += given == label ? 1 : 0;
  if (given < 0)
    ++result.silent;
  else
    ++result.confusion[static_cast<std::size_t>(label)][static_cast<std::size_t>(given)];
}

void TaskRecord::end(const PhaseSection& phase, PhaseResult& result) {
  if (phase.role == Role::label && task_.readout_rule.is_labelled()) readout_.assign();
  if (phase.role == Role::label && task_.readout_rule.is_linear()) linear_.train(seed_);
  if (phase.role == Role::test && result.samples > 0)
    result.accuracy = static_cast<double>(right_) / static_cast<double>(result.samples);
}

void TaskRecord::count_readout(const PhaseSection& phase, PhaseResult& result) const {
  if (phase.role != Role::test || !task_.readout_rule.is_linear()) return;
  const std::uint64_t classes = task_.dataset.classes;
  const std::uint64_t additions = result.spikes * classes;
  result.ledger.populations.push_back({.name = "(classes)", .model = "linear readout", .size = classes, .state_variables = 1, .neurons = true});
  result.ledger.projections.push_back({.name = "(linear readout)",
                                       .source = population_.name,
                                       .target = "(classes)",
                                       .sources = population_.size,
                                       .targets = classes,
                                       .synapses = population_.size * classes,
                                       .source_spikes = result.spikes,
                                       .deliveries = additions,
                                       .dense_deliveries = additions,
                                       .effective_deliveries = additions,
                                       .sent = additions});
}

std::vector<std::byte> TaskRecord::save_state() {
  StateWriter writer;
  serialize(writer);
  return writer.take();
}

void TaskRecord::load_state(std::span<const std::byte> bytes) {
  StateReader reader(bytes);
  serialize(reader);
}

int TaskRecord::answer(const Response& response) const {
  if (task_.readout_rule.is_linear()) return linear_.classify(response.counts);
  if (task_.readout_rule.type != "highest_potential") return readout_.classify(response.counts);
  const std::vector<double>& v = response.potentials;
  return static_cast<int>(std::max_element(v.begin(), v.end()) - v.begin());
}

void TaskRecord::record(const Response& response) {
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

}  // namespace synop
