#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synop/core/ledger.hpp"
#include "synop/core/observer.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/nir/readout_guard.hpp"
#include "synop/io/run/spike_tally.hpp"
#include "synop/io/tasks/repeating_presenter.hpp"

namespace synop {

// Presents samples to a network: what their TaskInput gives the input population, for the time of the presentation, and
// nothing for the rest. What a sample does depends on the network's slow state (weights, thresholds), on the sample and
// on its number in the task, never on which thread presents it.
class Presenter final : public RepeatingPresenter, private Observer {
 public:
  // `input` must outlive the presenter.
  Presenter(const Experiment& experiment, const Network& network, const TaskInput& input);

  // Back to the state of rest; what follows has the random numbers of that number.
  void restart(std::uint64_t number);
  // Starts every sample from the state of rest (weights and thresholds are kept), whatever the experiment says. Without
  // a restart between samples random numbers of sources go on where they are.
  void always_restart() { restart_ = true; }
  // From now on responses hold the spikes of the input population too.
  void keep_input() { keeps_input_ = true; }
  Simulation& simulation() { return simulation_; }
  const Simulation& simulation() const { return simulation_; }

  // Counts from here on; the samples presented since then are the inferences of the ledger.
  void begin_counting();
  Ledger ledger() const;

  // As bytes, between two samples; and back, into a presenter of the same network.
  std::vector<std::byte> save_state();
  void load_state(std::span<const std::byte> bytes);

 private:
  void on_spikes(PopulationId population, std::span<const Spike> spikes) override;
  void present_once(const Showing& showing, Response& response) override;
  void end_sample() override { tally_.end_inference(); }
  void run_presentation(Response& response);
  std::vector<double> potentials() const { return simulation_.values({task().readout}, "V_m"); }

  const TaskInput& input_;
  Simulation simulation_;
  SpikeTally tally_;
  nir::ReadoutGuard guard_;
  bool restart_;
  bool keeps_input_ = false;
  std::vector<Spike> spikes_;
  std::vector<Spike> input_spikes_;
};

}  // namespace synop
