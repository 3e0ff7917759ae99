#include "synop/io/tasks/sample_batch.hpp"

#include <algorithm>
#include <exception>

#include <omp.h>

#include "synop/core/machine.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/run/ledger_of.hpp"

namespace synop {

namespace {

constexpr std::uint64_t chunk = 256;  // samples whose responses are held at a time

}  // namespace

LearnedState learned_state(const Simulation& simulation) {
  LearnedState state;
  const Network& network = simulation.network();
  for (std::uint32_t p = 0; p < network.projections().size(); ++p)
    if (network.projections()[p].plasticity) state.weights[p] = simulation.synapses({p}).weights;
  for (std::uint32_t p = 0; p < network.populations().size(); ++p)
    if (simulation.has_variable({p}, "theta")) state.thresholds[p] = simulation.values({p}, "theta");
  return state;
}

void set_learned_state(Simulation& simulation, const LearnedState& state) {
  for (const auto& [projection, weights] : state.weights) simulation.set_weights({projection}, weights);
  for (const auto& [population, theta] : state.thresholds) simulation.set_values({population}, "theta", theta);
}

SampleBatch::SampleBatch(const Experiment& experiment, const Network& network, const LearnedState& state,
                         int threads) {
  const int count = resolved_threads(threads);
  for (int i = 0; i < count; ++i) {
    presenters_.push_back(std::make_unique<Presenter>(experiment, network));
    Simulation& simulation = presenters_.back()->simulation();
    set_learned_state(simulation, state);
    simulation.freeze_plasticity(true);
    simulation.freeze_adaptation(true);
    presenters_.back()->always_restart();
    tallies_.push_back(std::make_unique<SpikeTally>(network));
    simulation.attach(*tallies_.back());
  }
}

std::uint64_t SampleBatch::present(const ImageSet& images, std::uint64_t first, std::uint64_t count,
                                   std::uint64_t sample_base,
                                   const std::function<void(std::uint64_t, const Response&)>& receive) {
  std::vector<Response> responses(chunk);
  std::uint64_t done = 0;
  while (done < count && interrupted_by() == 0) {
    const auto size = static_cast<std::int64_t>(std::min(chunk, count - done));
    std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic, 4) num_threads(static_cast<int>(presenters_.size()))
    for (std::int64_t i = 0; i < size; ++i) {
      try {
        const std::uint64_t image = first + done + static_cast<std::uint64_t>(i);
        const auto thread = static_cast<std::size_t>(omp_get_thread_num());
        responses[static_cast<std::size_t>(i)] = presenters_[thread]->present(images.image(image), sample_base + image);
        tallies_[thread]->end_inference();
      } catch (...) {
#pragma omp critical(synop_sample_failure)
        failure = std::current_exception();
      }
    }
    if (failure) std::rethrow_exception(failure);
    for (std::int64_t i = 0; i < size; ++i)
      receive(first + done + static_cast<std::uint64_t>(i), responses[static_cast<std::size_t>(i)]);
    done += static_cast<std::uint64_t>(size);
  }
  return done;
}

void SampleBatch::round_spikes(Delay grid) {
  for (const auto& presenter : presenters_) presenter->simulation().round_spikes(grid);
}

Ledger SampleBatch::finish() {
  Ledger sum;
  for (const auto& presenter : presenters_) presenter->restart(0);  // what is still in flight depends on who presented last
  for (std::size_t i = 0; i < presenters_.size(); ++i) sum += ledger_of(presenters_[i]->simulation(), *tallies_[i]);
  return sum;
}

}  // namespace synop
