#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synop/core/parameters.hpp"
#include "synop/io/experiment/catalogue.hpp"

namespace synop::sonata {

// Whose units and defaults a template has.
//   nest:  parameters, weights and V_m as NEST has them, which are the units of Synop; V_m is -70 mV where not given
//   nrn:   parameters in s; the weight is syn_weight times the sign in the synapse's dynamics_params
enum class Convention { nest, nrn };

// A model_template of nodes and the model it is here. The first one of a model is what an export writes.
struct NeuronTemplate {
  std::string_view name;
  std::string_view model;
  Convention convention;
};

// Attribute of virtual nodes that stand for a stimulus of an exported network, each for the train of one target: its model.
inline constexpr std::string_view stimulus_column = "synop_stimulus";

inline constexpr double nest_potential = -70.0;  // mV, the initial V_m of NEST's models

std::span<const NeuronTemplate> neuron_templates();
// Throws Error(input), beginning with `where`, with the nearest name or all of them.
const NeuronTemplate& find_template(std::string_view name, const std::string& where);
const NeuronTemplate* template_of(std::string_view model);  // nullptr: there is none
const ModelEntry& model_of(const NeuronTemplate& what);

// The content of a JSON file of dynamics_params of a neuron, in the units of the model; V_m is apart.
struct NeuronParameters {
  std::vector<NamedValue> values;
  std::optional<double> potential;  // V_m, mV
};
// Throws Error(input), naming file and key, on a parameter that the model does not have and on what is no number.
NeuronParameters read_neuron_parameters(const std::filesystem::path& file, const NeuronTemplate& what);
// A value as a file has it, in the unit of the model.
double in_model_unit(double value, const NeuronTemplate& what);
// The value that in_model_unit() turns into exactly this one; nothing if no double does.
std::optional<double> in_file_unit(double value, const NeuronTemplate& what);
// A double whose product with `factor` is exactly `value`; nothing if there is none.
std::optional<double> exact_quotient(double value, double factor);
// Throws Error(input) unless the model has the parameter.
void check_parameter_name(std::string_view parameter, const NeuronTemplate& what, const std::string& where);

// What the dynamics_params of an edge say: the sign of its weight, or nothing.
struct SynapseParameters {
  std::optional<double> sign;
};
// Throws Error(input), naming file and key, on everything that is not about an instantaneous or a static synapse.
SynapseParameters read_synapse_parameters(const std::filesystem::path& file, Convention convention);

}  // namespace synop::sonata
