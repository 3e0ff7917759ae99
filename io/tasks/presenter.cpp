#include "synop/io/tasks/presenter.hpp"

#include "synop/core/archive.hpp"
#include "synop/io/run/ledger_of.hpp"
#include "synop/io/statistics/keep_largest.hpp"

namespace synop {

Presenter::Presenter(const Experiment& experiment, const Network& network, const TaskInput& input)
    : RepeatingPresenter(experiment),
      input_(input),
      simulation_(network, {.threads = 1}),
      tally_(network),
      guard_(experiment.populations),
      restart_(task().between_samples.reset_state) {
  simulation_.attach(*this);
  simulation_.attach(tally_);
  simulation_.attach(guard_);
}

void Presenter::on_spikes(PopulationId population, std::span<const Spike> spikes) {
  if (population.index == task().readout) spikes_.insert(spikes_.end(), spikes.begin(), spikes.end());
  if (keeps_input_ && population.index == task().input)
    input_spikes_.insert(input_spikes_.end(), spikes.begin(), spikes.end());
}

void Presenter::restart(std::uint64_t number) {
  simulation_.restart(number * trials_per_sample);
}

void Presenter::begin_counting() {
  simulation_.reset_counters();
  tally_.reset();
}

Ledger Presenter::ledger() const {
  return ledger_of(simulation_, tally_);
}

std::vector<std::byte> Presenter::save_state() {
  StateWriter writer;
  std::vector<std::byte> simulation = simulation_.save_state();
  writer(tally_, simulation);
  return writer.take();
}

void Presenter::load_state(std::span<const std::byte> bytes) {
  StateReader reader(bytes);
  std::vector<std::byte> simulation;
  reader(tally_, simulation);
  simulation_.load_state(simulation);
}

void Presenter::present_once(const Showing& showing, Response& response) {
  const PopulationId input{task().input};
  const Delay before = span_of(response);
  spikes_.clear();
  input_spikes_.clear();
  if (restart_) simulation_.restart(showing.trial);
  const Time begin = simulation_.now();
  response.events_left_out = input_.begin(simulation_, input, showing);
  run_presentation(response);
  if (task().rest.ticks > 0 || !restart_) input_.end(simulation_, input, showing);
  if (task().rest.ticks > 0) simulation_.run(task().rest);
  for (const Spike& spike : spikes_) {
    ++response.counts[spike.neuron];
    response.spikes.push_back({Time{} + (spike.time - begin) + before, spike.neuron});
  }
  response.input.clear();
  for (const Spike& spike : input_spikes_) response.input.push_back({Time{} + (spike.time - begin), spike.neuron});
}

void Presenter::run_presentation(Response& response) {
  const bool looks = task().readout_rule.type == "highest_potential";
  const Time end = simulation_.now() + task().presentation;
  if (looks && task().readout_rule.interval)
    while (end - simulation_.now() >= *task().readout_rule.interval) {
      simulation_.run(*task().readout_rule.interval);
      keep_largest(response.potentials, potentials());
    }
  simulation_.run_until(end);
  if (looks && !task().readout_rule.interval) keep_largest(response.potentials, potentials());
}

}  // namespace synop
