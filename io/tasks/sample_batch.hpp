#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "synop/core/ledger.hpp"
#include "synop/io/tasks/learned_state.hpp"
#include "synop/io/tasks/presenter.hpp"

namespace synop {

// Presents samples that do not depend on each other, on all threads, with everything learned held fast: one simulation
// for each thread over one network, brought back to rest before each sample. Responses are the same for every number of
// threads.
class SampleBatch {
 public:
  SampleBatch(const Experiment& experiment, const Network& network, const TaskInput& input, const LearnedState& state,
              int threads);

  // Presents samples [first, first + count) of the input under the numbers number_base + sample and hands the responses
  // on in order (present_on_threads).
  std::uint64_t present(std::uint64_t first, std::uint64_t count, std::uint64_t number_base,
                        const std::function<void(std::uint64_t sample, const Response&)>& receive);

  // What all presenters did together; `simulated` is the caller's to fill in. What was not delivered when its sample ended
  // is dropped, the last sample's too.
  Ledger finish();

  // From now on spikes leave their neurons on a grid (Simulation::round_spikes).
  void round_spikes(Delay grid);

 private:
  std::vector<std::unique_ptr<Presenter>> presenters_;  // one per thread
};

}  // namespace synop
