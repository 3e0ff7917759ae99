#include "synop/io/run/result_json.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "synop/io/energy/detail/ledger_json.hpp"
#include "synop/io/energy/detail/measured_json.hpp"
#include "synop/io/version.hpp"

namespace synop {

namespace {

using Json = nlohmann::ordered_json;

Json population_json(const PopulationResult& p) {
  return {{"name", p.name},
          {"model", p.model},
          {"size", p.size},
          {"spikes", p.counters.spikes},
          {"rate_hz", p.rate},
          {"neuron_updates", p.neuron_updates},
          {"attended", p.counters.attended},
          {"self_events", p.counters.self_events},
          {"drive_deliveries", p.counters.drive_deliveries}};
}

Json projection_json(const ProjectionResult& p) {
  return {{"name", p.name},
          {"synapses", p.synapses},
          {"groups", p.groups},
          {"plastic", p.plastic},
          {"deliveries", p.counters.deliveries},
          {"sent", p.sent},
          {"in_flight_before", p.in_flight_before},
          {"in_flight_after", p.in_flight_after},
          {"plastic_pre", p.counters.plastic_pre},
          {"plastic_post", p.counters.plastic_post},
          {"queue_operations", p.counters.queue_operations},
          {"bytes_touched", p.counters.bytes_touched}};
}

Json reward_json(const RewardResult& r) { return {{"name", r.name}, {"count", r.count}, {"total", r.total}}; }

Json estimate_json(const EnergyEstimate& estimate) {
  Json rows = Json::array();
  for (const EnergyRow& row : estimate.rows) {
    Json item{{"operation", name(row.operation)}, {"count", row.count}};
    item["joules"] = row.joules ? Json(*row.joules) : Json();
    rows.push_back(std::move(item));
  }
  Json uncovered = Json::array();
  for (const UncoveredCount& row : estimate.uncovered)
    uncovered.push_back({{"operation", name(row.operation)}, {"count", row.count}});
  return {{"table", estimate.table},
          {"modelled_joules", estimate.total_joules ? Json(*estimate.total_joules) : Json()},
          {"refusal", estimate.refusal},
          {"operations", rows},
          {"not_covered", uncovered}};
}

// JSON knows no "not a number": null.
Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json statistics_json(const PopulationStatistics& s) {
  return {{"population", s.population},
          {"recorded", s.recorded},
          {"start_ms", s.start.ms()},
          {"stop_ms", s.stop.ms()},
          {"spikes", s.spikes},
          {"rate_hz", s.rate},
          {"cv", number_or_null(s.cv.mean)},
          {"cv_neurons", s.cv.neurons},
          {"correlation", number_or_null(s.correlation.mean)},
          {"correlation_neurons", s.correlation.neurons},
          {"correlation_bin_ms", correlation_bin.ms()}};
}

template <class Items, class Convert>
Json array_of(const Items& items, Convert convert) {
  Json array = Json::array();
  for (const auto& item : items) array.push_back(convert(item));
  return array;
}

}  // namespace

std::string energy_json(const EnergyEstimate& estimate) { return estimate_json(estimate).dump(2); }

std::string result_json(const RunResult& result) {
  Json operations;
  for (const Operation operation : all_operations())
    operations[std::string(name(operation))] = result.operations[operation];
  const Json json{{"schema", "synop.result"},
                  {"schema_version", result_schema_version},
                  {"program_version", version()},
                  {"experiment", result.experiment},
                  {"seed", result.seed},
                  {"threads", result.threads},
                  {"clocked", result.clocked},
                  {"complete", result.interrupted_by == 0},
                  {"interrupted_by", result.interrupted_by},
                  {"start_ms", result.start.ms()},
                  {"stop_ms", result.stop.ms()},
                  {"window_ms", result.window.ms()},
                  {"build_seconds", result.build_seconds},
                  {"run_seconds", result.run_seconds},
                  {"run_cpu_seconds", result.run_cpu_seconds},
                  {"peak_memory_bytes", result.peak_memory},
                  {"network_bytes", result.network_bytes},
                  {"spikes_with_warm_up", result.spikes},
                  {"spike_hash", fmt::format("{:016x}", result.spike_hash)},
                  {"populations", array_of(result.populations, population_json)},
                  {"projections", array_of(result.projections, projection_json)},
                  {"rewards", array_of(result.rewards, reward_json)},
                  {"operations", operations},
                  {"ledger", detail::ledger_json(result.ledger)},
                  {"energy", array_of(result.energy, estimate_json)},
                  {"measured", detail::measured_json(result.measured)},
                  {"statistics", array_of(result.statistics, statistics_json)},
                  {"assumptions", result.assumptions},
                  {"notes", result.notes},
                  {"files", result.files}};
  return json.dump(2) + "\n";
}

}  // namespace synop
