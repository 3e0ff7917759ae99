#include "synop/io/deployment/deployment_report.hpp"

#include <cmath>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include "synop/io/run/print_result.hpp"
#include "synop/io/version.hpp"

namespace synop {

namespace {

using Json = nlohmann::ordered_json;

std::string precision_text(Precision p) {
  return fmt::format("{} weights, state of {}", name(p.weights), name(p.state));
}

Json number_or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Json precision_json(Precision p) {
  return {{"weights", name(p.weights)}, {"state", name(p.state)}};
}

Json sizes_json(const Footprint& f) {
  Json json = precision_json(f.precision);
  json["flash_bytes"] = f.bytes(Memory::flash);
  json["ram_bytes"] = f.bytes(Memory::ram);
  return json;
}

Json terms_json(const Footprint& f) {
  Json terms = Json::array();
  for (const FootprintTerm& term : f.terms)
    terms.push_back({{"memory", name(term.memory)}, {"part", term.part}, {"what", term.what}, {"bytes", term.bytes}});
  return terms;
}

Json optional_json(const std::optional<std::uint64_t>& value) {
  return value ? Json(*value) : Json();
}

Json coincidence_json(const Coincidence& c) {
  return {{"coincidences", c.together}, {"share", c.share()}, {"gamma", number_or_null(c.gamma())}};
}

std::string coincidence_text(const Coincidence& c) {
  const double beyond_chance = c.gamma();
  return fmt::format("{:.4f} ({})", c.share(), std::isfinite(beyond_chance) ? fmt::format("{:.4f}", beyond_chance) : "-");
}

void print_task(std::ostream& out, const DeployedTask& task) {
  if (task.samples == 0) return;
  fmt::print(out, "\nphase '{}', {} samples\n  accuracy, exact                {:.2f} %\n", task.phase,
             grouped(task.samples), 100.0 * task.accuracy(task.exact_right));
  fmt::print(out, "  accuracy, in steps, float32    {:.2f} %\n", 100.0 * task.accuracy(task.clocked_right));
  fmt::print(out, "  accuracy, deployed             {:.2f} %\n", 100.0 * task.accuracy(task.deployed_right));
  fmt::print(out, "  same answer as exact           {:.2f} %;  {} samples without an answer\n",
             100.0 * task.accuracy(task.same_answer), grouped(task.deployed_silent));
}

}  // namespace

void print_footprint(std::ostream& out, const std::string& experiment, const Footprint& f, const Budget& budget,
                     const std::vector<std::string>& refusals) {
  fmt::print(out, "{}: {}\n", experiment, precision_text(f.precision));
  for (const Memory memory : {Memory::flash, Memory::ram}) {
    fmt::print(out, "\n{:<44} {:>14}\n", fmt::format("{} (bytes)", name(memory)), "");
    for (const FootprintTerm& term : f.terms)
      if (term.memory == memory) fmt::print(out, "  {:<28} {:<13} {:>14}\n", term.part, term.what, grouped(term.bytes));
    const auto available = budget.of(memory);
    fmt::print(out, "  {:<28} {:<13} {:>14}{}\n", "total", "", grouped(f.bytes(memory)),
               available ? fmt::format(" of {}", grouped(*available)) : "");
  }
  out << '\n';
  for (const std::string& sentence : refusals) fmt::print(out, "{}\n", sentence);
  if (refusals.empty() && (budget.flash || budget.ram)) out << "it fits\n";
}

std::string footprint_json(const std::string& experiment, const StepNetwork& network, const Footprint& f,
                           const Budget& budget, const std::vector<std::string>& refusals) {
  Json all = Json::array();
  for (const Precision precision : precisions()) all.push_back(sizes_json(footprint(network, precision)));
  Json json{{"schema", "synop.footprint"},
            {"schema_version", deployment_schema_version},
            {"program_version", version()},
            {"experiment", experiment}};
  json.update(sizes_json(f));
  json["flash_available"] = optional_json(budget.flash);
  json["ram_available"] = optional_json(budget.ram);
  json["fits"] = refusals.empty();
  json["refusals"] = refusals;
  json["terms"] = terms_json(f);
  json["precisions"] = all;
  return json.dump(2) + "\n";
}

void print_deployment(std::ostream& out, const DeploymentResult& r) {
  fmt::print(out, "{}: {}, steps of {} ms{}\n", r.experiment, precision_text(r.precision), r.step.ms(),
             r.interrupted_by != 0 ? "; INTERRUPTED" : "");
  fmt::print(out, "flash {} bytes, RAM {} bytes; {} steps, {} additions saturated\n",
             grouped(r.footprint.bytes(Memory::flash)), grouped(r.footprint.bytes(Memory::ram)), grouped(r.steps),
             grouped(r.saturations));
  if (r.task) print_task(out, *r.task);
  fmt::print(out, "\n{:<16} {:>12} {:>12} {:>12} {:>12}\n", "spikes", "exact", "float32", "deployed", "unit (mV)");
  for (const DeployedPopulation& p : r.populations)
    fmt::print(out, "{:<16} {:>12} {:>12} {:>12} {:>12.4g}\n", p.name, grouped(p.exact), grouped(p.clocked),
               grouped(p.deployed), p.unit_mv);
  fmt::print(out, "{:<16} {:>12} {:>12} {:>12}\n", "rate (1/s)", "", "", "");
  for (const DeployedPopulation& p : r.populations)
    fmt::print(out, "{:<16} {:>12.3f} {:>12.3f} {:>12.3f}\n", p.name, p.rate(p.exact), p.rate(p.clocked),
               p.rate(p.deployed));
  fmt::print(out, "\ncoincidences within {} ms: share of all spikes (and beyond chance)\n", r.window.ms());
  fmt::print(out, "{:<16} {:>18} {:>18} {:>18}\n", "", "exact, deployed", "exact, float32", "float32, deployed");
  for (const DeployedPopulation& p : r.populations)
    fmt::print(out, "{:<16} {:>18} {:>18} {:>18}\n", p.name, coincidence_text(p.exact_deployed),
               coincidence_text(p.exact_clocked), coincidence_text(p.clocked_deployed));
}

std::string deployment_json(const DeploymentResult& r) {
  Json json{{"schema", "synop.deployment"},
            {"schema_version", deployment_schema_version},
            {"program_version", version()},
            {"experiment", r.experiment},
            {"complete", r.interrupted_by == 0}};
  json.update(sizes_json(r.footprint));
  json["step_ms"] = r.step.ms();
  json["window_ms"] = r.window.ms();
  json["steps"] = r.steps;
  json["saturations"] = r.saturations;
  json["seconds"] = r.seconds;
  json["task"] = Json();
  if (r.task && r.task->samples > 0)
    json["task"] = {{"phase", r.task->phase},
                    {"samples", r.task->samples},
                    {"accuracy_exact", r.task->accuracy(r.task->exact_right)},
                    {"accuracy_float32", r.task->accuracy(r.task->clocked_right)},
                    {"accuracy_deployed", r.task->accuracy(r.task->deployed_right)},
                    {"same_answer", r.task->accuracy(r.task->same_answer)},
                    {"silent", r.task->deployed_silent}};
  json["populations"] = Json::array();
  for (const DeployedPopulation& p : r.populations)
    json["populations"].push_back({{"name", p.name},
                                   {"neurons", p.neurons},
                                   {"unit_mv", p.unit_mv},
                                   {"spikes_exact", p.exact},
                                   {"spikes_float32", p.clocked},
                                   {"spikes_deployed", p.deployed},
                                   {"rate_hz_exact", p.rate(p.exact)},
                                   {"rate_hz_float32", p.rate(p.clocked)},
                                   {"rate_hz_deployed", p.rate(p.deployed)},
                                   {"exact_deployed", coincidence_json(p.exact_deployed)},
                                   {"exact_float32", coincidence_json(p.exact_clocked)},
                                   {"float32_deployed", coincidence_json(p.clocked_deployed)}});
  json["terms"] = terms_json(r.footprint);
  return json.dump(2) + "\n";
}

}  // namespace synop
