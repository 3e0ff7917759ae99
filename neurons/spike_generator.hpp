#pragma once

#include <vector>

#include "synop/neurons/source_block.hpp"

namespace synop {

// Sends spikes at given times: one sorted list per neuron (NEST's spike_generator, many at once). A time may occur
// repeatedly: as many spikes.
class SpikeGenerator final : public SourcePopulation {
 public:
  explicit SpikeGenerator(std::vector<std::vector<Time>> spike_times);  // throws Error(model) if unsorted or negative

  std::string_view name() const override { return "spike_generator"; }
  void check_size(std::uint32_t size) const override;
  std::uint64_t bytes_per_neuron() const override;
  std::unique_ptr<Block> make_block(BlockRequest request) const override;

 private:
  std::vector<std::vector<Time>> spike_times_;
};

}  // namespace synop
