#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synop/core/observer.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/tasks/task_input.hpp"

namespace synop {

// What the readout population did during one sample.
struct Response {
  std::vector<std::uint32_t> counts;  // spikes per neuron, in the last presentation
  std::vector<Spike> spikes;          // of all presentations, from the start of the first
  std::uint32_t presentations = 0;    // 1, or more if it stayed silent
  std::uint64_t events_left_out = 0;  // that came too late for the presentation
  std::vector<Spike> input;           // of the input population in the last presentation, from its start; if kept
};

// Presents samples to a network: what their TaskInput gives the input population, for the time of the presentation, and
// nothing for the rest. What a sample does depends on the network's slow state (weights, thresholds), on the sample and
// on its number in the task, never on which thread presents it.
class Presenter final : private Observer {
 public:
  // `input` must outlive the presenter.
  Presenter(const Experiment& experiment, const Network& network, const TaskInput& input);

  // Presents a sample of the input. `number` chooses the random numbers of all input: below 2^32 and different for
  // every sample of the task. Without a restart between samples random numbers of sources go on where they are.
  Response present(std::uint64_t sample, std::uint64_t number);

  // Back to the state of rest; what follows has the random numbers of that number.
  void restart(std::uint64_t number);
  // Starts every sample from the state of rest (weights and thresholds are kept), whatever the experiment says.
  void always_restart() { restart_ = true; }
  // From now on responses hold the spikes of the input population too.
  void keep_input() { keeps_input_ = true; }
  Simulation& simulation() { return simulation_; }
  const Simulation& simulation() const { return simulation_; }

 private:
  void on_spikes(PopulationId population, std::span<const Spike> spikes) override;
  void present_once(const Showing& showing, Response& response);
  std::uint64_t total(const Response& response) const;

  const Experiment& experiment_;
  const TaskSection& task_;
  const TaskInput& input_;
  Simulation simulation_;
  bool restart_;
  bool keeps_input_ = false;
  std::vector<Spike> spikes_;
  std::vector<Spike> input_spikes_;
};

}  // namespace synop
