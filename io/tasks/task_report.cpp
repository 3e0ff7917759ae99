#include "synop/io/tasks/task_report.hpp"

#include <ostream>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include "synop/io/energy/detail/ledger_json.hpp"
#include "synop/io/energy/detail/measured_json.hpp"
#include "synop/io/energy/energy_report.hpp"
#include "synop/io/progress.hpp"
#include "synop/io/run/print_result.hpp"
#include "synop/io/run/result_json.hpp"
#include "synop/io/version.hpp"

namespace synop {

namespace {

using Json = nlohmann::ordered_json;

double per_sample(std::uint64_t count, const PhaseResult& phase) {
  return phase.samples == 0 ? 0.0 : static_cast<double>(count) / static_cast<double>(phase.samples);
}

std::string percent(double fraction) { return fmt::format("{:.2f} %", 100.0 * fraction); }

void print_phases(std::ostream& out, const TaskResult& result) {
  fmt::print(out, "\n{:<10} {:>9} {:>14} {:>13} {:>19} {:>18} {:>9} {:>8} {:>10}\n", "phase", "samples", "presentations",
             "spikes/sample", "synaptic ops/sample", "plastic ops/sample", "samples/s", "silent", "accuracy");
  for (const PhaseResult& p : result.phases)
    fmt::print(out, "{:<10} {:>9} {:>14} {:>13.1f} {:>19.0f} {:>18.0f} {:>9.1f} {:>8} {:>10}\n", p.name, grouped(p.samples),
               grouped(p.presentations), per_sample(p.spikes, p), per_sample(p.operations[Operation::synaptic_add], p),
               per_sample(p.operations[Operation::plasticity_update], p),
               p.samples_per_second(), p.accuracy ? grouped(p.silent) : "", p.accuracy ? percent(*p.accuracy) : "");
}

std::string joules_or_refused(const std::optional<double>& joules) { return joules ? joules_text(*joules) : "refused"; }

// Accuracy, MACs and modelled joules per image of this network and of conventional ones.
void print_baselines(std::ostream& out, const TaskResult& result) {
  if (result.baselines.empty()) return;
  fmt::print(out, "\n{:<52} {:>10} {:>12}", "on the same test images, per image", "accuracy", "MACs");
  for (const Comparison& c : result.comparisons) fmt::print(out, " {:>24}", c.table.name);
  out << '\n';
  if (const PhaseResult* const test = result.test()) {
    fmt::print(out, "{:<52} {:>10} {:>12}", "this spiking network", percent(*test->accuracy), "none");
    for (const Comparison& c : result.comparisons) fmt::print(out, " {:>24}", joules_or_refused(c.spiking_joules));
    out << '\n';
  }
  for (const BaselineResult& b : result.baselines) {
    fmt::print(out, "{:<52} {:>10} {:>12}", b.name, b.accuracy ? percent(*b.accuracy) : "-",
               grouped(b.operations[Operation::mac]));
    for (const Comparison& c : result.comparisons)
      fmt::print(out, " {:>24}", joules_or_refused(price(b.operations, c.table).total_joules));
    out << '\n';
  }
}

Json baseline_json(const BaselineResult& b, const std::vector<Comparison>& comparisons) {
  Json joules;
  for (const Comparison& c : comparisons) {
    const auto total = price(b.operations, c.table).total_joules;
    joules[c.table.name] = total ? Json(*total) : Json();
  }
  Json json{{"name", b.name}, {"macs_per_image", b.operations[Operation::mac]}, {"modelled_joules_per_image", joules}};
  json["accuracy"] = b.accuracy ? Json(*b.accuracy) : Json();
  json["layers"] = b.layers;
  json["bias"] = b.bias;
  json["input_density"] = b.input_density;
  json["training_macs"] = b.training_macs;
  return json;
}

Json phase_json(const PhaseResult& p, bool clocked) {
  Json operations;
  for (const Operation operation : all_operations()) operations[std::string(name(operation))] = p.operations[operation];
  Json json{{"name", p.name},     {"role", p.role},       {"samples", p.samples}, {"presentations", p.presentations},
            {"spikes", p.spikes}, {"seconds", p.seconds}, {"operations", operations}};
  if (!clocked) json["ledger"] = detail::ledger_json(p.ledger);
  json["measured"] = detail::measured_json(p.measured);
  json["samples_per_second"] = p.samples_per_second();
  json["accuracy"] = p.accuracy ? Json(*p.accuracy) : Json();
  if (p.accuracy) json["spike_grids"] = Json::array();
  for (const GridAccuracy& each : p.spike_grids)
    json["spike_grids"].push_back({{"grid_ms", each.grid.ms()}, {"accuracy", each.accuracy}});
  if (p.accuracy) json["silent"] = p.silent;
  if (p.accuracy) json["confusion"] = p.confusion;
  return json;
}

}  // namespace

void print_task_result(std::ostream& out, const TaskResult& result) {
  fmt::print(out, "{}: {}, seed {}, {} thread{}{}\n", result.experiment, result.dataset, result.seed, result.threads,
             result.threads == 1 ? "" : "s", result.interrupted_by != 0 ? ", INTERRUPTED" : "");
  fmt::print(out, "{} synapses; {} in all, at most {:.0f} MB; spike hash {:016x}\n", grouped(result.synapses),
             duration_text(result.seconds), static_cast<double>(result.peak_memory) * 1e-6, result.spike_hash);
  print_phases(out, result);
  if (const PhaseResult* const test = result.test())
    fmt::print(out, "energy of the phase '{}' {}\n", test->name, measured_text(test->measured));
  print_baselines(out, result);
  for (const Comparison& comparison : result.comparisons) {
    out << '\n';
    print_comparison(out, comparison);
  }
  for (const std::string& sentence : result.warnings) fmt::print(out, "WARNING: {}\n", sentence);
  for (const std::string& sentence : result.assumptions) fmt::print(out, "assumed: {}\n", sentence);
}

std::string task_result_json(const TaskResult& result) {
  Json phases = Json::array();
  for (const PhaseResult& phase : result.phases) phases.push_back(phase_json(phase, result.clocked));
  Json baselines = Json::array();
  for (const BaselineResult& b : result.baselines) baselines.push_back(baseline_json(b, result.comparisons));
  Json comparisons = Json::array();
  for (const Comparison& comparison : result.comparisons) comparisons.push_back(Json::parse(comparison_json(comparison)));
  const Json json{{"schema", "synop.task_result"},
                  {"schema_version", result_schema_version},
                  {"program_version", version()},
                  {"experiment", result.experiment},
                  {"dataset", result.dataset},
                  {"seed", result.seed},
                  {"threads", result.threads},
                  {"clocked", result.clocked},
                  {"complete", result.interrupted_by == 0},
                  {"interrupted_by", result.interrupted_by},
                  {"synapses", result.synapses},
                  {"test_hash", fmt::format("{:016x}", result.test_hash)},
                  {"seconds", result.seconds},
                  {"peak_memory_bytes", result.peak_memory},
                  {"spike_hash", fmt::format("{:016x}", result.spike_hash)},
                  {"phases", phases},
                  {"baselines", baselines},
                  {"comparisons", comparisons},
                  {"assumptions", result.assumptions},
                  {"warnings", result.warnings},
                  {"files", result.files}};
  return json.dump(2) + "\n";
}

}  // namespace synop
