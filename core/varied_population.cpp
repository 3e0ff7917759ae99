#include "synop/core/varied_population.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/sampling.hpp"

namespace synop {

double draw_parameter(const Distribution& values, const PopulationPlace& place, std::uint32_t neuron,
                      std::uint32_t parameter) {
  RandomStream random(place.seed, Purpose::neuron_parameter, place.first_id + neuron, parameter);
  return sample(values, random, neuron);
}

void check_varied_parameters(std::string_view model, std::span<const VariedParameter> parameters,
                             std::span<const std::string_view> known, std::span<const std::string_view> may_vary) {
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const std::string& name = parameters[k].name;
    if (std::find(known.begin(), known.end(), name) == known.end()) throw_unknown_parameter(model, name, known);
    if (std::find(may_vary.begin(), may_vary.end(), name) == may_vary.end())
      throw Error(ErrorKind::model,
                  fmt::format("{}: {} has one value for all neurons of a population; allowed to differ: {}", model,
                              name, fmt::join(may_vary, ", ")));
    for (std::size_t other = 0; other < k; ++other)
      if (parameters[other].name == name)
        throw Error(ErrorKind::model, fmt::format("{}: {} is given twice", model, name));
    parameters[k].values.validate(fmt::format("{}: {}", model, name));
  }
}

void check_list_lengths(const PopulationPlace& place, std::string_view model,
                        std::span<const VariedParameter> parameters) {
  for (const VariedParameter& parameter : parameters)
    if (parameter.values.kind == Distribution::list && parameter.values.values.size() != place.size)
      throw Error(ErrorKind::model, fmt::format("population '{}': {}: {} lists {} values for {} neurons", place.name,
                                                model, parameter.name, parameter.values.values.size(), place.size));
}

void throw_invalid_neuron(const PopulationPlace& place, std::uint32_t neuron, std::string_view problem) {
  throw Error(ErrorKind::model, fmt::format("population '{}': neuron {}: {}", place.name, neuron, problem));
}

}  // namespace synop
