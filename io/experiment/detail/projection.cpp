#include <fmt/format.h>

#include "synop/io/experiment/detail/sections.hpp"

namespace synop::detail {

namespace {

void read_delay_split(TableReader& table, ProjectionSection& projection) {
  const std::optional<Value> value = table.find("delay_split");
  if (!value) return;
  if (projection.synapse == "static_synapse")
    return table.refuse("delay_split", "this key has no effect on static_synapse; allowed: with plastic synapses");
  if (value->is_table()) {
    TableReader split(*value);
    if (split.quantity(split.required("dendritic_fraction"), projection.delay_split.dendritic_fraction, "",
                       unit_interval))
      projection.delay_split.assumed = false;
    split.finish();
  } else if (table.choice<double>("delay_split", projection.delay_split.dendritic_fraction,
                                  {{"axonal", 0.0}, {"dendritic", 1.0}})) {
    projection.delay_split.assumed = false;
  }
}

void read_synapse(TableReader& table, const ReadContext& context, ProjectionSection& projection) {
  const bool known =
      table.name("synapse", projection.synapse, "synapse model", context.catalogue.names(ModelKind::synapse));
  const ModelEntry* synapse = context.catalogue.find(ModelKind::synapse, projection.synapse);
  if (synapse == nullptr || (table.has("synapse") && !known)) {
    for (const std::string_view key : {"params", "delay_split"}) table.find(key);
    return;  // which values are right depends on the model
  }
  read_parameter_table(table, *synapse, projection.parameters);
  read_delay_split(table, projection);
}

// What all synapses of a convolution share, or have from its kernel.
void check_convolution(TableReader& table, const ProjectionSection& projection) {
  if (projection.synapse != "static_synapse")
    table.report("synapse", fmt::format("value {} with rule convolution, whose synapses share their weights; allowed: "
                                        "static_synapse",
                                        projection.synapse));
  if (projection.weight_of_distance) table.report("weight", "a function of distance has no effect on a kernel");
  if (projection.delay.kind != Distribution::constant || projection.delay_of_distance)
    table.report("delay", "a distribution with rule convolution; allowed: one delay for all synapses");
  for (const std::string_view key : {"storage", "weight_precision"})
    table.refuse(key, "this key has no effect on rule convolution, whose kernel is kept once, as double");
}

bool has_list_order(ConnectionRuleSection::Kind kind) {
  using Kind = ConnectionRuleSection::Kind;
  return kind != Kind::fixed_outdegree && kind != Kind::pairwise_bernoulli &&
         kind != Kind::symmetric_pairwise_bernoulli && kind != Kind::pairwise_poisson;
}

void check_list_length(TableReader& table, std::string_view key, const Distribution& drawn,
                       const ProjectionSection& projection) {
  if (drawn.kind != Distribution::list) return;
  if (!has_list_order(projection.rule.kind))
    return table.report(key, "a list needs a known number and order of synapses, which this rule leaves to chance; allowed: "
                             "with rule one_to_one, all_to_all, fixed_indegree, fixed_total_number or explicit");
  const auto count = synapse_count(projection.rule, projection.source, projection.target);
  if (count && *count != drawn.values.size())
    table.report(key, fmt::format("the list has {} values; allowed: one for each of the {} {}", drawn.values.size(),
                                  *count, projection.rule.kind == ConnectionRuleSection::Kind::convolution
                                              ? "elements of the kernel"
                                              : "synapses"));
}

// A weight or delay that is { distance = {..} }: a function of the distance between the neurons.
bool read_of_distance(TableReader& table, std::string_view key, std::string_view unit,
                      std::optional<DistanceFunction>& out) {
  const std::optional<Value> value = table.find(key);
  if (!value || !value->is_table() || value->node().find("distance") == nullptr) return false;
  TableReader keys(*value);
  DistanceFunction function;
  if (read_distance_function(*keys.find("distance"), unit, nullptr, function)) out = function;
  keys.finish();
  return true;
}

// The weight of a convolution's kernel that is { learned = "weights.h5", projection = ".." }.
bool read_learned(TableReader& table, const ReadContext& context, ProjectionSection& projection) {
  const std::optional<Value> value = table.find("weight");
  if (!value || !value->is_table() || value->node().find("learned") == nullptr) return false;
  TableReader keys(*value);
  read_path(keys, "learned", context, projection.learned_weights);
  keys.text(keys.required("projection"), projection.learned_projection);
  keys.finish();
  if (projection.rule.kind != ConnectionRuleSection::Kind::convolution)
    table.report("weight", "learned weights become the kernel of a convolution; allowed: with rule convolution");
  return true;
}

void read_weight(TableReader& table, bool target_known, const ReadContext& context, ProjectionSection& projection) {
  table.find("weight");
  if (!target_known) return;
  const std::optional<std::string> unit = weight_unit(table, projection.target, context);
  if (!unit) return;
  projection.weight_unit = *unit;
  if (!read_of_distance(table, "weight", *unit, projection.weight_of_distance) && !read_learned(table, context, projection))
    table.distribution("weight", projection.weight, *unit, any_weight);
}

bool has_rows(const ConnectionRuleSection& rule) {
  using Kind = ConnectionRuleSection::Kind;
  const Kind kind = rule.kind;
  if (rule.near) return false;
  return kind == Kind::one_to_one || kind == Kind::all_to_all || kind == Kind::fixed_outdegree ||
         kind == Kind::pairwise_bernoulli || kind == Kind::pairwise_poisson;
}

// Synapses that are not stored are all alike and stay as they are.
void read_storage(TableReader& table, bool rule_known, ProjectionSection& projection) {
  table.choice<bool>("storage", projection.procedural, {{"stored", false}, {"procedural", true}});
  if (!projection.procedural) return;
  if (rule_known && !has_rows(projection.rule))
    table.report("storage", "value procedural with a rule that cannot say which targets a source has; allowed: with rule "
                            "one_to_one, all_to_all, fixed_outdegree, pairwise_bernoulli or pairwise_poisson");
  if (projection.synapse != "static_synapse")
    table.report("storage", fmt::format("value procedural with synapse {}, whose weights change; allowed: with "
                                        "static_synapse",
                                        projection.synapse));
  if (projection.weight.kind != Distribution::constant || projection.weight_of_distance)
    table.report("weight", "a distribution with storage procedural; allowed: one weight for all synapses");
  if (projection.delay.kind != Distribution::constant || projection.delay_of_distance)
    table.report("delay", "a distribution with storage procedural; allowed: one delay for all synapses");
}

ProjectionSection read_projection(const Value& value, const std::string& name, const ReadContext& context) {
  TableReader table(value);
  ProjectionSection projection;
  projection.name = name;
  projection.where = table.where();
  table.find("name");
  const bool source = read_slice(table, table.required("source"), context, projection.source);
  const bool target = read_slice(table, table.required("target"), context, projection.target);
  const bool rule = read_connection_rule(table, context, source ? &projection.source : nullptr,
                                         target ? &projection.target : nullptr, projection.rule);
  read_synapse(table, context, projection);
  read_weight(table, target, context, projection);
  if (!read_of_distance(table, "delay", "ms", projection.delay_of_distance))
    table.distribution("delay", projection.delay, "ms", time_span);
  if (source && target && rule) {
    check_list_length(table, "weight", projection.weight, projection);
    check_list_length(table, "delay", projection.delay, projection);
  }
  if (rule && projection.rule.kind == ConnectionRuleSection::Kind::convolution) {
    check_convolution(table, projection);
  } else {
    table.choice<bool>("weight_precision", projection.double_weights, {{"float", false}, {"double", true}});
    read_storage(table, rule, projection);
  }
  table.finish();
  return projection;
}

}  // namespace

void read_projections(const Value& array, ReadContext& context) {
  const std::vector<std::string> names = checked_names("projection", array);
  for (std::size_t i = 0; i < array.size(); ++i)
    context.experiment.projections.push_back(read_projection(array.item(i), names[i], context));
}

}  // namespace synop::detail
