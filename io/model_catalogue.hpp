#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "synop/core/drive.hpp"
#include "synop/core/plasticity.hpp"
#include "synop/core/population_model.hpp"
#include "synop/core/varied_population.hpp"
#include "synop/io/experiment/catalogue.hpp"

namespace synop {

// Every model an experiment file can name, with its parameters. This is the one list of concrete types: a new model is
// added to model_catalogue.cpp, nowhere else in io.
const Catalogue& model_catalogue();

// Makes models by name from the parameters given; the others have their defaults. Throw Error(model) on an unknown
// name, an unknown parameter, a value out of range or values that contradict each other. `varied` are the parameters
// that differ between the neurons of a population.
std::unique_ptr<PopulationModel> make_neurons(std::string_view model, std::span<const NamedValue> parameters,
                                              std::span<const VariedParameter> varied = {});
std::unique_ptr<PopulationModel> make_poisson_population(std::span<const NamedValue> parameters);
std::unique_ptr<PlasticityModel> make_plasticity(std::string_view synapse, std::span<const NamedValue> parameters);

// What matters to a plastic synapse: at which part of the delay it lies, because spikes of both sides meet there (a rule of
// short-term plasticity knows the source's spikes only), and rewards.
struct PlasticityTraits {
  bool splits_delay = false;
  bool takes_reward = false;
};
PlasticityTraits plasticity_traits(std::string_view synapse);  // none of static_synapse
std::vector<std::string_view> rewarded_synapses();             // names of those that take rewards

// Of the potential V_m of a neuron model: "mV", or "" where the model has no units.
std::string_view potential_unit(std::string_view model);

inline constexpr std::string_view static_synapse = "static_synapse";  // the synapse without plasticity

}  // namespace synop
