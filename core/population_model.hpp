#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "synop/core/block.hpp"
#include "synop/core/drive_input.hpp"

namespace synop {

// What a block is made from.
struct BlockRequest {
  std::uint64_t seed = 0;
  PopulationId population;
  Slice neurons;                    // of the population
  std::vector<double> potentials;   // initial V_m in mV, one per neuron; empty: the model's resting state
  std::vector<DriveInput> drives;   // onto neurons of this block, inhibitory first
  std::vector<CurrentStep> steps;   // by time; neurons counted within the block
  std::vector<CurrentInput> currents;
};

// Where a population lies in its network: what the random numbers of its neurons are keyed by.
struct PopulationPlace {
  std::string name = {};
  std::uint64_t seed = 0;
  std::uint32_t first_id = 0;  // of its neurons, counted over the whole network
  std::uint32_t size = 0;
};

// A model with its parameters as a population carries it: neurons or sources of spikes.
class PopulationModel {
 public:
  virtual ~PopulationModel() = default;
  virtual std::string_view name() const = 0;
  virtual std::string_view weight_unit() const = 0;  // of incoming synapses: "mV", "pA" or ""
  virtual bool accepts_input() const = 0;
  // Throws Error(model) if this model cannot be a population of that many neurons.
  virtual void check_size(std::uint32_t) const {}
  // Called once, when the population is added to a network. Throws Error(model), naming the neuron, if what is drawn
  // for one is not a valid set of parameters.
  virtual void settle(const PopulationPlace&) {}
  virtual double shortest_time_constant() const = 0;  // ms; bounds the window, infinity if there is none
  virtual std::uint64_t bytes_per_neuron() const = 0;
  virtual std::uint64_t bytes_per_delivery() const = 0;  // of neuron state, read and written
  virtual std::unique_ptr<Block> make_block(BlockRequest request) const = 0;
};

}  // namespace synop
