#include <ostream>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include "synop/core/error.hpp"
#include "synop/io/detail/commands.hpp"
#include "synop/io/model_catalogue.hpp"

namespace synop::detail {

namespace {

void print_model(std::ostream& out, const ModelEntry& model) {
  fmt::print(out, "{}  ({}) {}\n", model.name, kind_name(model.kind), model.doc);
  if (!model.source.empty()) fmt::print(out, "    source: {}\n", model.source);
  if (model.kind == ModelKind::neuron)
    fmt::print(out, "    weights of its inputs are {}\n", model.weight_unit.empty() ? "numbers" : "in " + model.weight_unit);
  for (const ParameterDefault& p : model.parameters)
    fmt::print(out, "    {:<12} {:>12} {:<4} {:<22} {}{}\n", p.info.name,
               p.required ? "required" : fmt::format("{}", p.default_value), p.info.unit, p.info.range.text(), p.info.doc,
               p.may_vary ? "; may differ between neurons" : "");
  for (const ParameterInfo& list : model.lists)
    fmt::print(out, "    {:<12} {:>12} {:<4} {:<22} {}\n", list.name, "array", list.unit, list.range.text(), list.doc);
}

nlohmann::ordered_json model_json(const ModelEntry& model) {
  nlohmann::ordered_json parameters = nlohmann::ordered_json::array();
  for (const ParameterDefault& p : model.parameters)
    parameters.push_back({{"name", p.info.name},
                          {"unit", p.info.unit},
                          {"default", p.required ? nlohmann::ordered_json() : nlohmann::ordered_json(p.default_value)},
                          {"range", p.info.range.text()},
                          {"doc", p.info.doc},
                          {"may_differ_between_neurons", p.may_vary}});
  nlohmann::ordered_json lists = nlohmann::ordered_json::array();
  for (const ParameterInfo& list : model.lists)
    lists.push_back({{"name", list.name}, {"unit", list.unit}, {"range", list.range.text()}, {"doc", list.doc}});
  return {{"name", model.name},
          {"kind", kind_name(model.kind)},
          {"doc", model.doc},
          {"source", model.source},
          {"weight_unit", model.weight_unit},
          {"parameters", parameters},
          {"lists", lists}};
}

}  // namespace

int models_command(const std::string& model, bool json, std::ostream& out) {
  std::vector<std::string_view> names;
  nlohmann::ordered_json array = nlohmann::ordered_json::array();
  bool found = false;
  for (const ModelEntry& entry : model_catalogue().models) {
    names.push_back(entry.name);
    if (!model.empty() && entry.name != model) continue;
    if (json)
      array.push_back(model_json(entry));
    else
      out << (found ? "\n" : ""), print_model(out, entry);
    found = true;
  }
  if (!found) throw Error(ErrorKind::usage, fmt::format("there is no model '{}'{}", model, did_you_mean(model, names)));
  if (json) out << array.dump(2) << '\n';
  return 0;
}

}  // namespace synop::detail
