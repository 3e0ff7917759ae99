#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "synop/core/distribution.hpp"
#include "synop/core/neuron_block.hpp"
#include "synop/core/neuron_population.hpp"
#include "synop/core/parameters.hpp"
#include "synop/core/population_model.hpp"

namespace synop {

// A parameter that differs between the neurons of a population.
struct VariedParameter {
  std::string name;
  Distribution values;  // in the unit of the parameter's table
};

// A neuron model of which every neuron has parameters of its own: `neurons` holds those of one block. It has a type of
// its own, so that a population of equal neurons does not pay for what it does not need.
template <class V>
concept VariedModel = NeuronModel<V> && requires(V model) {
  typename V::Shared;  // the model with one set of parameters
  { model.neurons } -> std::same_as<std::vector<typename V::Shared>&>;
  {std::span<const std::string_view>(V::may_vary)};
};

// The value of varied parameter number `parameter` (of the model's table) for the neuron with that id in the network:
// a function of the seed and of these two, whatever the blocks and threads.
double draw_parameter(const Distribution& values, const PopulationPlace& place, std::uint32_t neuron,
                      std::uint32_t parameter);
// Throws Error(model) unless `parameter` is one of `may_vary`, is named once and has usable values.
void check_varied_parameters(std::string_view model, std::span<const VariedParameter> parameters,
                             std::span<const std::string_view> known, std::span<const std::string_view> may_vary);
// Throws Error(model) unless lists have as many values as there are neurons.
void check_list_lengths(const PopulationPlace& place, std::string_view model,
                        std::span<const VariedParameter> parameters);
[[noreturn]] void throw_invalid_neuron(const PopulationPlace& place, std::uint32_t neuron, std::string_view problem);

// A population of neurons with parameters of their own. Values are not kept but drawn where they are needed: when the
// population is added to a network, to validate the set of every neuron, and for each block.
template <VariedModel V>
class VariedPopulation final : public PopulationModel {
 public:
  using Shared = typename V::Shared;

  VariedPopulation(const Shared& common, std::vector<VariedParameter> parameters)
      : common_(common), parameters_(std::move(parameters)) {
    std::vector<std::string_view> known;
    for (const auto& row : Shared::parameter_table()) known.push_back(row.info.name);
    check_varied_parameters(Shared::name, parameters_, known, V::may_vary);
    for (const VariedParameter& parameter : parameters_)
      rows_.push_back(
          static_cast<std::uint32_t>(std::find(known.begin(), known.end(), parameter.name) - known.begin()));
  }

  std::string_view name() const override { return Shared::name; }
  std::string_view weight_unit() const override { return Shared::weight_unit; }
  bool accepts_input() const override { return true; }
  double shortest_time_constant() const override { return shortest_time_constant_; }
  std::uint64_t bytes_per_neuron() const override { return V::Dynamics::bytes_per_neuron + sizeof(Time); }
  std::uint64_t bytes_per_delivery() const override { return V::Dynamics::bytes_per_delivery; }
  void settle(const PopulationPlace& place) override {
    check_list_lengths(place, Shared::name, parameters_);
    place_ = place;
    for (std::uint32_t i = 0; i < place.size; ++i) try {
        const Shared own = neuron(i);
        own.validate();
        shortest_time_constant_ = std::min(shortest_time_constant_, V{{own}}.shortest_time_constant());
      } catch (const Error& error) {
        throw_invalid_neuron(place, i, error.what());
      }
  }
  std::unique_ptr<Block> make_block(BlockRequest request) const override {
    V block;
    block.neurons.reserve(request.neurons.count);
    for (std::uint32_t i = request.neurons.first; i < request.neurons.end(); ++i) block.neurons.push_back(neuron(i));
    if constexpr (requires { block.make_block(std::move(request)); })
      return block.make_block(std::move(request));  // the model chooses among dynamics of its own
    else
      return std::make_unique<NeuronBlock<V>>(block, std::move(request));
  }

  // The parameters of neuron `i` of the population, once it belongs to a network.
  Shared neuron(std::uint32_t i) const {
    constexpr auto table = Shared::parameter_table();
    Shared own = common_;
    for (std::size_t k = 0; k < rows_.size(); ++k)
      own.*table[rows_[k]].field = draw_parameter(parameters_[k].values, place_, i, rows_[k]);
    return own;
  }

 private:
  Shared common_;
  std::vector<VariedParameter> parameters_;
  std::vector<std::uint32_t> rows_;  // of the parameter table, one for each varied parameter
  PopulationPlace place_;
  double shortest_time_constant_ = std::numeric_limits<double>::infinity();  // ms, of all neurons, once settled
};

}  // namespace synop
