#include "synop/io/tasks/repeating_presenter.hpp"

#include <numeric>

namespace synop {

namespace {

std::uint64_t total(const Response& response) {
  return std::accumulate(response.counts.begin(), response.counts.end(), std::uint64_t{0});
}

}  // namespace

Response RepeatingPresenter::present(std::uint64_t sample, std::uint64_t number) {
  Response response;
  Showing showing{.sample = sample, .trial = number * trials_per_sample, .duration = task_.presentation};
  const auto& repeat = task_.between_samples.repeat_when_silent;
  const std::uint32_t most = repeat ? repeat->max_repeats : 0;
  do {
    response.counts.assign(neurons_, 0);
    response.potentials.clear();
    if (prepare_) prepare_();
    present_once(showing, response);
    ++response.presentations;
    ++showing.trial;
    if (repeat) showing.raised_rate += repeat->rate_step;
  } while (repeat && total(response) < repeat->min_spikes && response.presentations <= most);
  end_sample();
  return response;
}

}  // namespace synop
