#include "synop/io/tasks/presenter.hpp"

#include <algorithm>
#include <numeric>

namespace synop {

namespace {

constexpr std::uint64_t presentations_per_sample =
    most_repeats + 1;  // each is a trial of its own, with random numbers of its own

}  // namespace

Presenter::Presenter(const Experiment& experiment, const Network& network, const TaskInput& input)
    : experiment_(experiment),
      task_(*experiment.task),
      input_(input),
      simulation_(network, {.threads = 1}),
      restart_(task_.between_samples.reset_state) {
  simulation_.attach(*this);
}

void Presenter::on_spikes(PopulationId population, std::span<const Spike> spikes) {
  if (population.index == task_.readout) spikes_.insert(spikes_.end(), spikes.begin(), spikes.end());
  if (keeps_input_ && population.index == task_.input)
    input_spikes_.insert(input_spikes_.end(), spikes.begin(), spikes.end());
}

void Presenter::restart(std::uint64_t number) {
  simulation_.restart(number * presentations_per_sample);
}

Response Presenter::present(std::uint64_t sample, std::uint64_t number) {
  Response response;
  response.counts.resize(experiment_.populations[task_.readout].size);
  Showing showing{.sample = sample, .trial = number * presentations_per_sample, .duration = task_.presentation};
  const auto& repeat = task_.between_samples.repeat_when_silent;
  const std::uint32_t most = repeat ? repeat->max_repeats : 0;
  do {
    present_once(showing, response);
    ++showing.trial;
    if (repeat) showing.raised_rate += repeat->rate_step;
  } while (repeat && total(response) < repeat->min_spikes && response.presentations <= most);
  return response;
}

std::uint64_t Presenter::total(const Response& response) const {
  return std::accumulate(response.counts.begin(), response.counts.end(), std::uint64_t{0});
}

void Presenter::present_once(const Showing& showing, Response& response) {
  const PopulationId input{task_.input};
  const Delay before = (task_.presentation + task_.rest) * response.presentations;
  spikes_.clear();
  input_spikes_.clear();
  if (restart_) simulation_.restart(showing.trial);
  const Time begin = simulation_.now();
  response.events_left_out = input_.begin(simulation_, input, showing);
  simulation_.run(task_.presentation);
  if (task_.rest.ticks > 0 || !restart_) input_.end(simulation_, input, showing);
  if (task_.rest.ticks > 0) simulation_.run(task_.rest);
  std::fill(response.counts.begin(), response.counts.end(), 0);
  for (const Spike& spike : spikes_) {
    ++response.counts[spike.neuron];
    response.spikes.push_back({Time{} + (spike.time - begin) + before, spike.neuron});
  }
  response.input.clear();
  for (const Spike& spike : input_spikes_) response.input.push_back({Time{} + (spike.time - begin), spike.neuron});
  ++response.presentations;
}

}  // namespace synop
