#pragma once

#include <memory>

#include "synop/core/neuron_block.hpp"
#include "synop/core/population_model.hpp"

namespace synop {

// A neuron model with its parameters as a population carries it.
template <NeuronModel M>
class NeuronPopulation final : public PopulationModel {
 public:
  explicit NeuronPopulation(const M& model) : model_(model) { model_.validate(); }

  std::string_view name() const override { return M::name; }
  std::string_view weight_unit() const override { return M::weight_unit; }
  bool accepts_input() const override { return true; }
  double shortest_time_constant() const override { return model_.shortest_time_constant(); }
  std::uint64_t bytes_per_neuron() const override { return M::Dynamics::bytes_per_neuron + sizeof(Time); }
  std::uint64_t bytes_per_delivery() const override { return M::Dynamics::bytes_per_delivery; }
  std::unique_ptr<Block> make_block(BlockRequest request) const override {
    if constexpr (requires { model_.make_block(std::move(request)); })
      return model_.make_block(std::move(request));  // the model chooses among dynamics of its own
    else
      return std::make_unique<NeuronBlock<M>>(model_, std::move(request));
  }
  const M& model() const { return model_; }

 private:
  M model_;
};

}  // namespace synop
