#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "synop/io/experiment/detail/element_names.hpp"
#include "synop/io/experiment/detail/sections.hpp"

namespace synop::detail {

namespace {

template <class Section>
std::vector<std::string_view> names_of(const std::vector<Section>& sections) {
  std::vector<std::string_view> names;
  for (const Section& section : sections) names.push_back(section.name);
  return names;
}

bool index_of(TableReader& table, std::string_view key, std::string_view what,
              const std::vector<std::string_view>& names, std::uint32_t& out) {
  std::string name;
  if (!table.name(key, name, what, names)) return false;
  out = static_cast<std::uint32_t>(std::find(names.begin(), names.end(), name) - names.begin());
  return true;
}

std::string names_that_may_vary(const ModelEntry& model) {
  std::string names;
  for (const ParameterDefault& parameter : model.parameters)
    if (parameter.may_vary) names += fmt::format("{}{}", names.empty() ? "" : ", ", parameter.info.name);
  return names.empty() ? "none" : names;
}

// A parameter given as a distribution. The values of every neuron are checked when they are drawn.
void read_varied_parameter(const Value& value, const ModelEntry& model, const ParameterDefault& parameter,
                           PopulationSection& population) {
  if (!parameter.may_vary)
    return value.report(fmt::format("{} has one value for all neurons; allowed to differ in {}: {}", parameter.info.name,
                                    model.name, names_that_may_vary(model)));
  const std::optional<Distribution> drawn = value.distribution(parameter.info.unit, parameter.info.range);
  if (!drawn) return;
  if (drawn->kind == Distribution::list && population.size > 0 && drawn->values.size() != population.size)
    value.report(fmt::format("the list has {} values; allowed: one for each of the {} neurons", drawn->values.size(),
                             population.size));
  population.varied.push_back({std::string(parameter.info.name), *drawn});
}

}  // namespace

bool is_name(std::string_view text, std::string_view also) {
  constexpr std::string_view always = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return always.find(c) != std::string_view::npos || also.find(c) != std::string_view::npos;
  });
}

std::vector<std::string> checked_names(std::string_view section, const Value& array) {
  const std::vector<std::string> names = element_names(section, array.node());
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Value element = array.item(i);
    const Node* node = element.node().find("name");
    if (node == nullptr) continue;
    const Value name(*node, element.key() + ".name", array.log());
    if (!name.text("a name, for example \"exc\"")) continue;
    if (!is_name(names[i]))
      name.report(fmt::format("value \"{}\" is not a name; allowed: letters, digits, _ and -", names[i]));
    else if (!seen.insert(names[i]).second)
      name.report(
          fmt::format("value \"{}\" is already the name of another {}; allowed: unique names", names[i], section));
  }
  return names;
}

void read_parameters(TableReader& table, const ModelEntry& model, std::vector<NamedValue>& out) {
  for (const ParameterDefault& parameter : model.parameters) {
    double value = 0.0;
    if (table.quantity(parameter.info.name, value, parameter.info.unit, parameter.info.range))
      out.push_back({std::string(parameter.info.name), value});
  }
}

void read_neuron_parameters(TableReader& table, const ModelEntry& model, PopulationSection& population) {
  const std::optional<Value> params = table.find("params");
  if (!params) return;
  TableReader parameters(*params);
  for (const ParameterDefault& parameter : model.parameters) {
    const std::optional<Value> value = parameters.find(parameter.info.name);
    if (!value) continue;
    if (value->is_table())
      read_varied_parameter(*value, model, parameter, population);
    else if (const auto one = value->quantity(parameter.info.unit, parameter.info.range))
      population.parameters.push_back({std::string(parameter.info.name), *one});
  }
  parameters.finish(model.name + " has no parameter");
}

void read_parameter_table(TableReader& table, const ModelEntry& model, std::vector<NamedValue>& out) {
  const std::optional<Value> value = table.find("params");
  if (!value) return;
  TableReader parameters(*value);
  read_parameters(parameters, model, out);
  parameters.finish(model.name + " has no parameter");
}

bool read_population_name(TableReader& table, std::string_view key, const ReadContext& context, std::uint32_t& out) {
  return index_of(table, key, "population", names_of(context.experiment.populations), out);
}

bool read_projection_name(TableReader& table, std::string_view key, const ReadContext& context, std::uint32_t& out) {
  return index_of(table, key, "projection", names_of(context.experiment.projections), out);
}

bool read_pair(TableReader& table, std::string_view key, std::pair<std::int64_t, std::int64_t> limits, std::uint32_t& rows,
               std::uint32_t& columns) {
  const std::optional<Value> value = table.find(key);
  if (!value) return true;
  const auto set = [&](const Value& of, std::uint32_t& to) {
    const auto number = of.integer(limits.first, limits.second);
    if (number) to = static_cast<std::uint32_t>(*number);
    return number.has_value();
  };
  if (!value->is_array()) return set(*value, rows) && set(*value, columns);
  const auto pair = value->items(2, "a number or a pair [rows, columns]");
  return pair && set((*pair)[0], rows) && set((*pair)[1], columns);
}

bool read_path(TableReader& table, std::string_view key, const ReadContext& context, std::filesystem::path& out) {
  std::string text;
  if (!table.text(key, text)) return false;
  if (text.empty()) {
    table.report(key, "the path is empty");
    return false;
  }
  out = context.folder / text;
  return true;
}

std::optional<std::string> weight_unit(TableReader& table, const PopulationSlice& target, const ReadContext& context) {
  const PopulationSection& population = context.experiment.populations[target.population];
  if (population.is_source) {
    table.report("target", fmt::format("population '{}' ({}) is a source of spikes and takes no input; allowed: a "
                                       "population of neurons",
                                       population.name, population.model));
    return std::nullopt;
  }
  const ModelEntry* model = context.catalogue.find(ModelKind::neuron, population.model);
  return model != nullptr ? std::optional(model->weight_unit) : std::nullopt;
}

}  // namespace synop::detail
