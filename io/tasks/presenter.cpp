#include "synop/io/tasks/presenter.hpp"

#include <algorithm>
#include <numeric>

namespace synop {

namespace {

constexpr std::uint64_t presentations_per_sample =
    most_repeats + 1;  // each is a trial of its own, with random numbers of its own

}  // namespace

Presenter::Presenter(const Experiment& experiment, const Network& network)
    : experiment_(experiment),
      task_(*experiment.task),
      simulation_(network, {.threads = 1}),
      restart_(task_.between_samples.reset_state),
      rates_(experiment.populations[task_.input].size) {
  simulation_.attach(*this);
}

void Presenter::on_spikes(PopulationId population, std::span<const Spike> spikes) {
  if (population.index == task_.readout) spikes_.insert(spikes_.end(), spikes.begin(), spikes.end());
}

void Presenter::restart(std::uint64_t sample) {
  simulation_.restart(sample * presentations_per_sample);
}

Response Presenter::present(std::span<const std::uint8_t> image, std::uint64_t sample) {
  Response response;
  response.counts.resize(experiment_.populations[task_.readout].size);
  double max_rate = task_.encoder.max_rate;
  const auto& repeat = task_.between_samples.repeat_when_silent;
  const std::uint32_t most = repeat ? repeat->max_repeats : 0;
  do {
    present_once(image, sample * presentations_per_sample + response.presentations, max_rate, response);
    if (repeat) max_rate += repeat->rate_step;
  } while (repeat && total(response) < repeat->min_spikes && response.presentations <= most);
  return response;
}

std::uint64_t Presenter::total(const Response& response) const {
  return std::accumulate(response.counts.begin(), response.counts.end(), std::uint64_t{0});
}

void Presenter::present_once(std::span<const std::uint8_t> image, std::uint64_t trial, double max_rate,
                             Response& response) {
  const PopulationId input{task_.input};
  const Delay before = (task_.presentation + task_.rest) * response.presentations;
  spikes_.clear();
  if (restart_) simulation_.restart(trial);
  const Time begin = simulation_.now();
  for (std::size_t i = 0; i < rates_.size(); ++i) rates_[i] = max_rate * image[i] / 255.0;
  simulation_.set_values(input, "rate", rates_);
  simulation_.run(task_.presentation);
  if (task_.rest.ticks > 0) {
    std::fill(rates_.begin(), rates_.end(), 0.0);
    simulation_.set_values(input, "rate", rates_);
    simulation_.run(task_.rest);
  }
  std::fill(response.counts.begin(), response.counts.end(), 0);
  for (const Spike& spike : spikes_) {
    ++response.counts[spike.neuron];
    response.spikes.push_back({Time{} + (spike.time - begin) + before, spike.neuron});
  }
  ++response.presentations;
}

}  // namespace synop
