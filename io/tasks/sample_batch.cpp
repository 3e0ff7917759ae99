#include "synop/io/tasks/sample_batch.hpp"

#include "synop/core/machine.hpp"

namespace synop {

SampleBatch::SampleBatch(const Experiment& experiment, const Network& network, const TaskInput& input,
                         const LearnedState& state, int threads) {
  const int count = resolved_threads(threads);
  for (int i = 0; i < count; ++i) {
    presenters_.push_back(std::make_unique<Presenter>(experiment, network, input));
    Simulation& simulation = presenters_.back()->simulation();
    set_learned_state(simulation, state);
    simulation.freeze_plasticity(true);
    simulation.freeze_adaptation(true);
    presenters_.back()->always_restart();
  }
}

std::uint64_t SampleBatch::present(std::uint64_t first, std::uint64_t count, std::uint64_t number_base,
                                   const std::function<void(std::uint64_t, const Response&)>& receive) {
  std::vector<SamplePresenter*> presenters;
  for (const auto& presenter : presenters_) presenters.push_back(presenter.get());
  return present_on_threads(presenters, first, count, number_base, receive);
}

void SampleBatch::round_spikes(Delay grid) {
  for (const auto& presenter : presenters_) presenter->simulation().round_spikes(grid);
}

Ledger SampleBatch::finish() {
  Ledger sum;
  for (const auto& presenter : presenters_) presenter->restart(0);  // what is still in flight depends on who presented last
  for (const auto& presenter : presenters_) sum += presenter->ledger();
  return sum;
}

}  // namespace synop
