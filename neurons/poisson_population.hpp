#pragma once

#include <array>

#include "synop/core/parameters.hpp"
#include "synop/neurons/source_block.hpp"

namespace synop {

// Neurons that fire as independent Poisson processes. Each neuron has one train, which all its targets share (in
// contrast to poisson_generator, which gives every target a train of its own). Rates may differ between neurons and be
// changed while the simulation runs, through the variable "rate" (spikes/s): a Poisson process has no memory, so its
// next spike is drawn anew from the instant of the change. Every trial (Simulation::restart) has trains of its
// own.
struct PoissonPopulation {
  static constexpr std::string_view name = "poisson_population";
  static constexpr std::string_view doc = "independent Poisson trains, one per neuron, shared by its targets";
  static constexpr std::string_view source = "Stimberg, Brette & Goodman 2019, eLife 8:e47314 (PoissonGroup of Brian 2)";

  double rate = 0.0;  // spikes/s

  static constexpr auto parameter_table() {
    return std::array{Parameter<PoissonPopulation>{
        {"rate", "Hz", {.low = 0.0, .high = 1e9}, "mean rate of every neuron"}, &PoissonPopulation::rate}};
  }
  void validate() const { check_parameters(*this); }
};

class PoissonPopulationModel final : public SourcePopulation {
 public:
  explicit PoissonPopulationModel(const PoissonPopulation& model) : model_(model) { model_.validate(); }

  std::string_view name() const override { return PoissonPopulation::name; }
  std::uint64_t bytes_per_neuron() const override;
  std::unique_ptr<Block> make_block(BlockRequest request) const override;

 private:
  PoissonPopulation model_;
};

}  // namespace synop
