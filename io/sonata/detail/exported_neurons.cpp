#include "synop/io/sonata/detail/exported_neurons.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/neuron_population.hpp"
#include "synop/core/varied_population.hpp"
#include "synop/neurons/iaf_psc_alpha.hpp"
#include "synop/neurons/iaf_psc_delta_varied.hpp"
#include "synop/neurons/iaf_psc_exp_varied.hpp"
#include "synop/neurons/intfire1.hpp"

namespace synop::sonata {

namespace {

[[noreturn]] void refuse(const Population& population, const std::string& problem) {
  throw Error(ErrorKind::model, fmt::format("population '{}' ({}): {}", population.name, population.model->name(), problem));
}

// The parameters of a population, in the units of the model.
struct Parameters {
  std::vector<NamedValue> shared;
  std::vector<std::pair<std::string, std::vector<double>>> differing;
};

template <NeuronModel M>
bool read_equal(const Population& population, Parameters& out) {
  const auto* const neurons = dynamic_cast<const NeuronPopulation<M>*>(population.model.get());
  if (neurons == nullptr) return false;
  for (const auto& row : M::parameter_table()) out.shared.push_back({std::string(row.info.name), neurons->model().*row.field});
  return true;
}

// Whatever may differ is written for each neuron, so that the neurons are evaluated as ones that differ again.
template <VariedModel V>
bool read_varied(const Population& population, Parameters& out) {
  const auto* const neurons = dynamic_cast<const VariedPopulation<V>*>(population.model.get());
  if (neurons == nullptr) return false;
  for (const auto& row : V::Shared::parameter_table()) {
    const bool differs = std::find(V::may_vary.begin(), V::may_vary.end(), row.info.name) != V::may_vary.end();
    if (!differs) {
      out.shared.push_back({std::string(row.info.name), neurons->neuron(0).*row.field});
      continue;
    }
    std::vector<double> values;
    for (std::uint32_t i = 0; i < population.size; ++i) values.push_back(neurons->neuron(i).*row.field);
    out.differing.emplace_back(row.info.name, std::move(values));
  }
  return true;
}

Parameters parameters_of(const Population& population) {
  Parameters result;
  const bool found = read_equal<IafPscDelta>(population, result) || read_equal<IafPscExp>(population, result) ||
                     read_equal<IafPscAlpha>(population, result) || read_equal<IntFire1>(population, result) ||
                     read_varied<IafPscDeltaVaried>(population, result) ||
                     read_varied<IafPscExpVaried>(population, result) || read_varied<IafPscAlphaVaried>(population, result);
  if (!found) refuse(population, "SONATA has no template of this model");
  return result;
}

void add_potentials(const Network& network, const Population& population, Parameters& parameters) {
  const std::vector<double> drawn = initial_potentials(network, population, {0, population.size});
  if (!drawn.empty()) {
    if (population.potential->kind == Distribution::constant)
      parameters.shared.push_back({"V_m", drawn.front()});
    else
      parameters.differing.emplace_back("V_m", drawn);
    return;
  }
  for (const NamedValue& value : parameters.shared)  // at rest
    if (value.name == "E_L") {
      parameters.shared.push_back({"V_m", value.value});
      return;
    }
  for (const auto& [name, values] : parameters.differing)
    if (name == "E_L") {
      parameters.differing.emplace_back("V_m", std::vector<double>(values));
      return;
    }
}

double exact(const Population& population, std::string_view name, double value, const NeuronTemplate& what) {
  const auto written = in_file_unit(value, what);
  if (!written) refuse(population, fmt::format("{} = {} ms cannot be written exactly in seconds", name, value));
  return *written;
}

}  // namespace

ExportedNeurons exported_neurons(const Network& network, const Population& population) {
  Parameters parameters = parameters_of(population);
  ExportedNeurons result;
  result.what = template_of(population.model->name());
  if (result.what == nullptr) refuse(population, "SONATA has no template of this model");
  if (result.what->convention == Convention::nest)
    add_potentials(network, population, parameters);
  else if (population.potential)
    refuse(population, "SONATA has no initial state of this model");
  for (const NamedValue& value : parameters.shared)
    result.shared.push_back({value.name, exact(population, value.name, value.value, *result.what)});
  for (auto& [name, values] : parameters.differing) {
    for (double& value : values) value = exact(population, name, value, *result.what);
    result.differing.emplace_back(name, std::move(values));
  }
  return result;
}

}  // namespace synop::sonata
