#include "synop/io/energy/account_json.hpp"

#include <nlohmann/json.hpp>

#include "synop/io/energy/detail/ledger_json.hpp"
#include "synop/io/energy/detail/measured_json.hpp"
#include "synop/io/version.hpp"

namespace synop {

namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

template <class Items, class Convert>
Json array_of(const Items& items, Convert convert) {
  Json array = Json::array();
  for (const auto& item : items) array.push_back(convert(item));
  return array;
}

Json node_json(double node_nm) {
  return node_nm == 0.0 ? Json() : Json(node_nm);
}
Json span_json(const Span& span) {
  return Json::array({span.low, span.high});
}

Json cost_json(const Cost& cost) {
  Json shares = Json::object();
  for (const auto& [operation, share] : cost.shares) shares[std::string(name(operation))] = share;
  return {{"modelled_joules_per_inference", or_null(cost.joules)},
          {"refusal", cost.refusal},
          {"not_covered", array_of(cost.uncovered, [](const UncoveredCount& each) { return name(each.operation); })},
          {"shares", shares},
          {"modelled_joules_of_training", or_null(cost.training_joules)},
          {"training_refusal", cost.training_refusal}};
}

Json contest_json(const Contest& c) {
  return {{"opponent", c.opponent},
          {"cost", cost_json(c.cost)},
          {"ratio", or_null(c.ratio)},
          {"verdict", name(c.verdict)},
          {"sensitivities", array_of(c.sensitivities,
                                     [](const Sensitivity& s) {
                                       return Json{{"operation", name(s.operation)},
                                                   {"elasticity", s.elasticity},
                                                   {"ratio_if_doubled", s.ratio_if_doubled}};
                                     })},
          {"life_cycle", {{"inferences", or_null(c.life.inferences)}, {"text", c.life.text}}}};
}

Json table_json(const TableAccount& t, const EnergyOptions& options) {
  Json json{{"table", t.table.name},
            {"title", t.table.title},
            {"source", t.table.source},
            {"node_nm", node_json(t.table.node_nm)},
            {"supply_volts", or_null(t.table.supply_volts)},
            {"evidence", name(t.table.evidence)},
            {"clocked", t.table.clocked},
            {"covered", array_of(t.table.covered(), [](Operation operation) { return name(operation); })},
            {"memory", t.memory_included ? "in the prices" : std::string(name(t.traffic))},
            {"spiking", cost_json(t.spiking)},
            {"break_even", or_null(t.break_even)},
            {"no_break_even", t.no_break_even},
            {"contests", array_of(t.contests, contest_json)},
            {"decisive", or_null(t.decisive)}};
  json["grams_co2e_per_inference"] =
      options.grid && t.spiking.joules ? Json(grams_co2e(*t.spiking.joules, *options.grid, options.pue)) : Json();
  return json;
}

Json summary_json(const NodeSummary& s) {
  return {{"node_nm", node_json(s.node_nm)},
          {"memory", name(s.traffic)},
          {"opponent", s.opponent},
          {"tables", s.tables},
          {"evidence", array_of(s.evidence, [](Evidence each) { return name(each); })},
          {"modelled_joules_spiking", span_json(s.spiking)},
          {"modelled_joules_other", span_json(s.other)},
          {"ratio", span_json(s.ratio)},
          {"verdict", s.verdict}};
}

Json opponent_json(const Opponent& o) {
  return {{"kind", o.kind},
          {"name", o.name},
          {"remark", o.remark},
          {"accuracy", or_null(o.accuracy)},
          {"int8_accuracy", or_null(o.int8_accuracy)},
          {"macs", o.macs}};
}

Json threshold_json(const ThresholdStanding& each) {
  return {{"name", each.threshold.name},
          {"source", each.threshold.source},
          {"low", each.threshold.low},
          {"high", each.threshold.high},
          {"standing", name(each.standing)}};
}

Json view_json(const View& view) {
  Json quantities = Json::object();
  for (const Quantity& q : view.quantities) quantities[q.name] = q.value;
  return {{"tool", view.tool}, {"per_inference", quantities}, {"remark", view.remark}};
}

Json carbon_json(const EnergyOptions& options) {
  if (!options.grid) return {};
  return {{"grid", options.grid->name}, {"grams_co2e_per_kwh", options.grid->grams_per_kwh},
          {"year", options.grid->year}, {"source", options.grid->source},
          {"pue", options.pue.value},   {"pue_source", options.pue.source}};
}

}  // namespace

std::string account_json(const EnergyAccount& a) {
  const Json json{{"schema", "synop.energy"},
                  {"schema_version", energy_schema_version},
                  {"program_version", version()},
                  {"result", a.result.path},
                  {"experiment", a.result.experiment},
                  {"job", a.result.is_task ? Json(a.result.job) : Json()},
                  {"accuracy", or_null(a.result.accuracy)},
                  {"spike_grids", array_of(a.result.grids,
                                           [](const auto& each) {
                                             return Json{{"grid_ms", each.first.ms()}, {"accuracy", each.second}};
                                           })},
                  {"step_ms", a.options.code.step.ms()},
                  {"code", a.options.code.latency ? "latency" : "rate"},
                  {"accuracy_tolerance", a.options.tolerance},
                  {"steps", a.steps},
                  {"spikes_per_synapse", a.spikes_per_synapse},
                  {"activation_sparsity", a.activation_sparsity},
                  {"connection_sparsity", a.connection_sparsity},
                  {"activation_bits", a.bits},
                  {"thresholds", array_of(a.thresholds, threshold_json)},
                  {"opponents", array_of(a.opponents, opponent_json)},
                  {"verdicts", a.verdicts},
                  {"summaries", array_of(a.summaries, summary_json)},
                  {"tables", array_of(a.tables, [&](const TableAccount& t) { return table_json(t, a.options); })},
                  {"views", array_of(a.views, view_json)},
                  {"carbon", carbon_json(a.options)},
                  {"measured", detail::measured_json(a.result.measured)},
                  {"published_simulations", detail::published_json()},
                  {"remarks", a.remarks},
                  {"ledger", detail::ledger_json(a.result.ledger)}};
  return json.dump(2) + "\n";
}

}  // namespace synop
