#pragma once

#include "synop/neurons/source_block.hpp"

namespace synop {

// Sends spikes that it is given while the simulation runs (Simulation::set_spikes), at their exact times; none before
// it is given any, and none after a restart. After NEST's spike_train_injector. spike_generator is for times that are
// known when the network is built.
class SpikeTrainInjector final : public SourcePopulation {
 public:
  std::string_view name() const override { return "spike_train_injector"; }
  std::uint64_t bytes_per_neuron() const override { return 0; }
  std::unique_ptr<Block> make_block(BlockRequest request) const override;
};

}  // namespace synop
