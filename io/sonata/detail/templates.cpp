#include "synop/io/sonata/detail/templates.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/sonata/detail/json_file.hpp"

namespace synop::sonata {

namespace {

constexpr double ms_per_s = 1000.0;
constexpr std::string_view type_of_intfire = "NEURON_IntFire1";

// NEST's precise variants (_ps, formerly _canon and _presc) are the same neurons; here all of them are exact in time.
constexpr std::array templates{
    NeuronTemplate{"nest:iaf_psc_alpha", "iaf_psc_alpha", Convention::nest},
    NeuronTemplate{"nest:iaf_psc_alpha_ps", "iaf_psc_alpha", Convention::nest},
    NeuronTemplate{"nest:iaf_psc_alpha_canon", "iaf_psc_alpha", Convention::nest},
    NeuronTemplate{"nest:iaf_psc_alpha_presc", "iaf_psc_alpha", Convention::nest},
    NeuronTemplate{"nest:iaf_psc_delta", "iaf_psc_delta", Convention::nest},
    NeuronTemplate{"nest:iaf_psc_delta_ps", "iaf_psc_delta", Convention::nest},
    NeuronTemplate{"nest:iaf_psc_delta_canon", "iaf_psc_delta", Convention::nest},
    NeuronTemplate{"nest:iaf_psc_exp", "iaf_psc_exp", Convention::nest},
    NeuronTemplate{"nest:iaf_psc_exp_ps", "iaf_psc_exp", Convention::nest},
    NeuronTemplate{"nest:iaf_psc_exp_ps_lossless", "iaf_psc_exp", Convention::nest},
    NeuronTemplate{"nrn:IntFire1", "IntFire1", Convention::nrn},
};

bool is_potential(std::string_view name, const NeuronTemplate& what) {
  return name == "V_m" && what.convention == Convention::nest;
}

}  // namespace

std::span<const NeuronTemplate> neuron_templates() { return templates; }

const NeuronTemplate& find_template(std::string_view name, const std::string& where) {
  std::vector<std::string_view> known;
  for (const NeuronTemplate& what : templates) {
    if (what.name == name) return what;
    known.push_back(what.name);
  }
  std::string list;
  for (const std::string_view one : known) list += fmt::format("{}{}", list.empty() ? "" : ", ", one);
  const std::string_view near = nearest_name(name, known);
  throw Error(ErrorKind::input, fmt::format("{}: model_template '{}' is not supported{} (known: {})", where, name,
                                            near.empty() ? "" : fmt::format(", did you mean '{}'?", near), list));
}

const NeuronTemplate* template_of(std::string_view model) {
  const auto at = std::find_if(templates.begin(), templates.end(), [&](const auto& what) { return what.model == model; });
  return at == templates.end() ? nullptr : &*at;
}

const ModelEntry& model_of(const NeuronTemplate& what) {
  return *model_catalogue().find(ModelKind::neuron, what.model);
}

double in_model_unit(double value, const NeuronTemplate& what) {
  return what.convention == Convention::nrn ? value * ms_per_s : value;
}

std::optional<double> in_file_unit(double value, const NeuronTemplate& what) {
  if (what.convention == Convention::nest) return value;
  return exact_quotient(value, ms_per_s);
}

std::optional<double> exact_quotient(double value, double factor) {
  const double middle = value / factor;
  for (const double near : {middle, std::nextafter(middle, -HUGE_VAL), std::nextafter(middle, HUGE_VAL)})
    if (near * factor == value) return near;
  return std::nullopt;
}

void check_parameter_name(std::string_view parameter, const NeuronTemplate& what, const std::string& where) {
  std::vector<std::string_view> known;
  for (const ParameterDefault& row : model_of(what).parameters) known.push_back(row.info.name);
  if (what.convention == Convention::nest) known.emplace_back("V_m");
  if (std::find(known.begin(), known.end(), parameter) == known.end())
    throw Error(ErrorKind::input,
                fmt::format("{}: {} has no parameter '{}'{}", where, what.name, parameter, did_you_mean(parameter, known)));
}

NeuronParameters read_neuron_parameters(const std::filesystem::path& file, const NeuronTemplate& what) {
  const Json json = parse_json_file(file);
  const JsonObject object(json, file.string(), "");
  NeuronParameters result;
  for (const auto& item : json.items()) {
    const std::string& name = item.key();
    if (what.convention == Convention::nrn && name == "type") {
      if (object.required_text(name) != type_of_intfire)
        object.refuse(name, fmt::format("{} is not {}, as the model_template says", item.value().dump(), type_of_intfire));
      continue;
    }
    check_parameter_name(name, what, object.where());
    const auto value = object.number(name);
    if (!value) object.refuse(name, "must be a number, is null");
    if (is_potential(name, what))
      result.potential = *value;
    else
      result.values.push_back({name, in_model_unit(*value, what)});
  }
  return result;
}

SynapseParameters read_synapse_parameters(const std::filesystem::path& file, Convention convention) {
  const Json json = parse_json_file(file);
  const JsonObject object(json, file.string(), "");
  SynapseParameters result;
  if (convention == Convention::nest) {
    for (const auto& item : json.items())
      object.refuse(item.key(), "this parameter of a synapse is not supported; allowed with nest: neurons: none");
    return result;
  }
  // "instanteneous" is how the published examples spell it.
  const std::string detail = object.text("level_of_detail").value_or("instantaneous");
  if (detail != "instanteneous" && detail != "instantaneous")
    object.refuse("level_of_detail", fmt::format("'{}' is not supported; allowed: instantaneous", detail));
  result.sign = object.number("sign");
  if (result.sign && *result.sign != 1.0 && *result.sign != -1.0)
    object.refuse("sign", fmt::format("{} is not a sign; allowed: 1, -1", *result.sign));
  for (const std::string& key : object.unread_keys())
    object.refuse(key, "this parameter of a synapse is not supported; allowed: level_of_detail, sign");
  return result;
}

}  // namespace synop::sonata
