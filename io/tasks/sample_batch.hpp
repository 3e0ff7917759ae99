#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "synop/core/ledger.hpp"
#include "synop/io/tasks/dataset.hpp"
#include "synop/io/run/spike_tally.hpp"
#include "synop/io/tasks/presenter.hpp"

namespace synop {

// What learning has left behind: weights of plastic projections and adapted thresholds, by index.
struct LearnedState {
  std::map<std::uint32_t, std::vector<double>> weights;     // of a projection, in the order of Simulation::synapses()
  std::map<std::uint32_t, std::vector<double>> thresholds;  // "theta" of a population, mV
};

LearnedState learned_state(const Simulation& simulation);
void set_learned_state(Simulation& simulation, const LearnedState& state);

// Presents samples that do not depend on each other, on all threads, with everything learned held fast. Responses are
// the same for every number of threads.
class SampleBatch {
 public:
  SampleBatch(const Experiment& experiment, const Network& network, const LearnedState& state, int threads);

  // Presents images [first, first + count) as samples sample_base + index and hands the responses on in order.
  // Stops early, after whole chunks, when interrupted. Returns how many were presented.
  std::uint64_t present(const ImageSet& images, std::uint64_t first, std::uint64_t count, std::uint64_t sample_base,
                        const std::function<void(std::uint64_t image, const Response&)>& receive);

  // What all presenters did together; `simulated` is the caller's to fill in. What was not delivered when its sample ended
  // is dropped, the last sample's too.
  Ledger finish();

  // From now on spikes leave their neurons on a grid (Simulation::round_spikes).
  void round_spikes(Delay grid);

 private:
  std::vector<std::unique_ptr<Presenter>> presenters_;  // one per thread
  std::vector<std::unique_ptr<SpikeTally>> tallies_;     // one per presenter
};

}  // namespace synop
