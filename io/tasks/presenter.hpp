#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synop/core/observer.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/experiment/experiment.hpp"

namespace synop {

// What the readout population did during one sample.
struct Response {
  std::vector<std::uint32_t> counts;  // spikes per neuron, in the last presentation
  std::vector<Spike> spikes;          // of all presentations, from the start of the first
  std::uint32_t presentations = 0;    // 1, or more if it stayed silent
};

// Presents images to a network: pixels become rates of the input population, for the time of the presentation, and
// nothing for the rest. What a sample does depends on the network's slow state (weights, thresholds), on the image and
// on the sample's number, never on which thread presents it.
class Presenter final : private Observer {
 public:
  Presenter(const Experiment& experiment, const Network& network);

  // `sample` chooses the random numbers of all input: a number below 2^32, different for every sample of the task.
  // Without a restart between samples random numbers go on where they are.
  Response present(std::span<const std::uint8_t> image, std::uint64_t sample);

  // Back to the state of rest; what follows has the random numbers of `sample`.
  void restart(std::uint64_t sample);
  // Starts every sample from the state of rest (weights and thresholds are kept), whatever the experiment says.
  void always_restart() { restart_ = true; }
  Simulation& simulation() { return simulation_; }
  const Simulation& simulation() const { return simulation_; }

 private:
  void on_spikes(PopulationId population, std::span<const Spike> spikes) override;
  void present_once(std::span<const std::uint8_t> image, std::uint64_t trial, double max_rate, Response& response);
  std::uint64_t total(const Response& response) const;

  const Experiment& experiment_;
  const TaskSection& task_;
  Simulation simulation_;
  bool restart_;
  std::vector<double> rates_;
  std::vector<Spike> spikes_;
};

}  // namespace synop
