#include "synop/io/detail/resolved_values.hpp"

#include <cmath>

#include <fmt/format.h>

#include "synop/io/model_catalogue.hpp"

namespace synop::detail {

std::vector<ResolvedValue> resolved_values(ModelKind kind, std::string_view model, std::span<const NamedValue> given,
                                           std::span<const VariedParameter> varied) {
  std::vector<ResolvedValue> values;
  const ModelEntry* const entry = model_catalogue().find(kind, model);
  if (entry == nullptr) return values;
  for (const ParameterDefault& p : entry->parameters) {
    values.push_back({p.info.name, p.info.unit, p.default_value, false, {}});
    for (const NamedValue& g : given)
      if (g.name == p.info.name) values.back().value = g.value, values.back().given = true;
    for (const VariedParameter& v : varied)
      if (v.name == p.info.name) values.back().drawn = text_of(v.values, p.info.unit);
  }
  return values;
}

std::string text_of(std::span<const ResolvedValue> values) {
  std::string text;
  for (const ResolvedValue& v : values) {
    const std::string one = v.drawn.empty() ? fmt::format("{}{}{}{}", v.value, v.unit.empty() ? "" : " ", v.unit,
                                                          v.given ? "" : " (default)")
                                            : v.drawn;
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", v.name, one);
  }
  return text;
}

std::string text_of(const Distribution& d, std::string_view unit) {
  const std::string suffix = unit.empty() ? "" : fmt::format(" {}", unit);
  switch (d.kind) {
    case Distribution::constant:
      return fmt::format("{}{}", d.a, suffix);
    case Distribution::uniform:
      return fmt::format("uniform [{}, {}){}", d.a, d.b, suffix);
    case Distribution::list:
      return fmt::format("{} listed values in [{}, {}]{}", d.values.size(), d.smallest(), d.largest(), suffix);
    case Distribution::normal:
      break;
  }
  const std::string text = fmt::format("normal (mean {}, sd {}){}", d.a, d.b, suffix);
  if (std::isinf(d.low) && std::isinf(d.high)) return text;
  return fmt::format("{} in [{}, {}], {}", text, d.low, d.high,
                     d.outside == Distribution::clip ? "clipped" : "redrawn");
}

std::string text_of(const ConnectionRuleSection& rule) {
  using Kind = ConnectionRuleSection::Kind;
  std::string text;
  switch (rule.kind) {
    case Kind::one_to_one:
      text = "one_to_one";
      break;
    case Kind::all_to_all:
      text = "all_to_all";
      break;
    case Kind::fixed_indegree:
      text = fmt::format("fixed_indegree, indegree = {}", rule.indegree);
      break;
    case Kind::fixed_outdegree:
      text = fmt::format("fixed_outdegree, outdegree = {}", rule.outdegree);
      break;
    case Kind::fixed_total_number:
      text = fmt::format("fixed_total_number, N = {}", rule.N);
      break;
    case Kind::pairwise_bernoulli:
      text = fmt::format("pairwise_bernoulli, p = {}", rule.p);
      break;
    case Kind::symmetric_pairwise_bernoulli:
      text = fmt::format("symmetric_pairwise_bernoulli, p = {}", rule.p);
      break;
    case Kind::pairwise_poisson:
      text = fmt::format("pairwise_poisson, pairwise_avg_num_conns = {}", rule.pairwise_avg_num_conns);
      break;
    case Kind::explicit_list:
      text = rule.file.empty() ? fmt::format("explicit, {} connections", rule.connections.size())
                               : fmt::format("explicit, file = {}", rule.file.string());
  }
  if (!rule.allow_autapses) text += ", no autapses";
  if (!rule.allow_multapses) text += ", no multapses";
  return text;
}

std::string text_of(const PopulationSlice& slice, const Experiment& experiment) {
  const PopulationSection& population = experiment.populations[slice.population];
  if (slice.size() == population.size) return population.name;
  return fmt::format("{}[{}:{}]", population.name, slice.first, slice.last);
}

}  // namespace synop::detail
