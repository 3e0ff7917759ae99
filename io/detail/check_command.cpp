#include <ostream>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include "synop/core/machine.hpp"
#include "synop/io/detail/commands.hpp"
#include "synop/io/detail/resolved_values.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/nir/print_graph.hpp"
#include "synop/io/nir/read_graph.hpp"
#include "synop/io/nir/run_clocked_experiment.hpp"
#include "synop/io/run/print_result.hpp"
#include "synop/io/run/result_json.hpp"
#include "synop/io/sonata/check_sonata.hpp"
#include "synop/io/sonata/config.hpp"
#include "synop/io/tasks/task_checks.hpp"
#include "synop/io/version.hpp"

namespace synop::detail {

namespace {

using Json = nlohmann::ordered_json;

// An experiment with what its network will need; parts of the estimate are the populations, then the projections.
struct Checked {
  Experiment experiment;
  MemoryEstimate estimate;
  std::vector<std::string> assumed = {};
  std::uint64_t available = available_memory();

  const MemoryEstimate::Part& population(std::size_t i) const { return estimate.parts[i]; }
  const MemoryEstimate::Part& projection(std::size_t i) const {
    return estimate.parts[experiment.populations.size() + i];
  }
  double group_size(std::size_t i) const {
    return projection(i).synapses_per_group;
  }
};

std::vector<ResolvedValue> values_of(const PopulationSection& p) {
  return resolved_values(p.is_source ? ModelKind::source : ModelKind::neuron, p.model, p.parameters, p.varied);
}
std::vector<ResolvedValue> values_of(const ProjectionSection& p) {
  return resolved_values(ModelKind::synapse, p.synapse, p.parameters);
}
std::vector<ResolvedValue> values_of(const StimulusSection& s) {
  return resolved_values(ModelKind::stimulus, s.model, s.parameters);
}

// What a projection's weights and delays are when they are in its file.
std::string weight_text(const ProjectionSection& p) {
  const bool from_file = !p.rule.file.empty() && !p.where.has("weight");
  if (!p.rule.connections.weights.empty()) return fmt::format("{} listed", grouped(p.rule.connections.weights.size()));
  if (!p.learned_weights.empty())
    return fmt::format("those of '{}' in {}", p.learned_projection, p.learned_weights.string());
  if (p.weight_of_distance) return text_of(*p.weight_of_distance, p.weight_unit);
  return from_file ? "from the file, else 1" : text_of(p.weight, p.weight_unit);
}
std::string delay_text(const ProjectionSection& p) {
  const bool from_file = !p.rule.file.empty() && !p.where.has("delay");
  if (!p.rule.connections.delays_ms.empty()) return fmt::format("{} listed", grouped(p.rule.connections.delays_ms.size()));
  if (p.delay_of_distance) return text_of(*p.delay_of_distance, "ms");
  return from_file ? "from the file, else 1 ms" : text_of(p.delay, "ms");
}

bool sends_spikes(const StimulusSection& s) { return !s.injects_current; }

std::string text_of_lists(const StimulusSection& s) {
  std::string text;
  for (const NamedList& list : s.lists) {
    text += fmt::format(", {}: {} values", list.name, list.values.size());
    if (!list.values.empty()) text += fmt::format(" from {} to {}", list.values.front(), list.values.back());
  }
  return text;
}

Json json_of(const std::vector<ResolvedValue>& values) {
  Json json = Json::object();
  for (const ResolvedValue& v : values) json[std::string(v.name)] = v.drawn.empty() ? Json(v.value) : Json(v.drawn);
  return json;
}

Json populations_json(const Checked& c) {
  Json array = Json::array();
  for (std::size_t i = 0; i < c.experiment.populations.size(); ++i) {
    const PopulationSection& p = c.experiment.populations[i];
    array.push_back({{"name", p.name}, {"model", p.model}, {"size", p.size}, {"parameters", json_of(values_of(p))}});
    if (p.positions) array.back()["positions"] = text_of(*p.positions);
    if (p.initial_potential) array.back()["V_m"] = text_of(*p.initial_potential, "mV");
    array.back()["memory_bytes"] = c.population(i).bytes;
  }
  return array;
}

Json projections_json(const Checked& c) {
  Json array = Json::array();
  for (std::size_t i = 0; i < c.experiment.projections.size(); ++i) {
    const ProjectionSection& p = c.experiment.projections[i];
    array.push_back({{"name", p.name},
                     {"source", text_of(p.source, c.experiment)},
                     {"target", text_of(p.target, c.experiment)},
                     {"rule", text_of(p.rule)},
                     {"weight", weight_text(p)},
                     {"delay", delay_text(p)},
                     {"synapse", p.synapse},
                     {"storage", p.procedural ? "procedural" : "stored"},
                     {"parameters", json_of(values_of(p))},
                     {"synapses", c.projection(i).synapses},
                     {"synapses_per_group", c.group_size(i)},
                     {"memory_bytes", c.projection(i).bytes}});
    if (p.synapse != static_synapse) array.back()["dendritic_fraction"] = p.delay_split.dendritic_fraction;
  }
  return array;
}

Json stimuli_json(const Experiment& experiment) {
  Json array = Json::array();
  for (const StimulusSection& s : experiment.stimuli) {
    array.push_back({{"name", s.name},
                     {"model", s.model},
                     {"target", text_of(s.target, experiment)},
                     {"parameters", json_of(values_of(s))},
                     {"start_ms", s.start.ms()}});
    for (const NamedList& list : s.lists) array.back()["parameters"][list.name] = list.values;
    array.back()["stop_ms"] = s.stop == Time::never() ? Json() : Json(s.stop.ms());
    if (!sends_spikes(s)) continue;
    array.back()["weight"] = s.weight;
    array.back()["delay_ms"] = s.delay.ms();
  }
  return array;
}

std::string names_of_projections(const RewardSection& r, const Experiment& experiment) {
  std::string names;
  for (const std::uint32_t p : r.projections) names += (names.empty() ? "" : ", ") + experiment.projections[p].name;
  return names;
}

Json rewards_json(const Experiment& experiment) {
  Json array = Json::array();
  for (const RewardSection& r : experiment.rewards) {
    Json projections = Json::array();
    for (const std::uint32_t p : r.projections) projections.push_back(experiment.projections[p].name);
    array.push_back({{"name", r.name}, {"projections", projections}, {"rewards", text_of(r, experiment)}});
  }
  return array;
}

void print_json(std::ostream& out, const Checked& c) {
  const Json json{{"schema", "synop.check"},
                  {"schema_version", result_schema_version},
                  {"program_version", version()},
                  {"experiment", c.experiment.name},
                  {"valid", true},
                  {"seed", c.experiment.seed},
                  {"memory_bytes", c.estimate.total_bytes()},
                  {"available_bytes", c.available},
                  {"populations", populations_json(c)},
                  {"projections", projections_json(c)},
                  {"stimuli", stimuli_json(c.experiment)},
                  {"rewards", rewards_json(c.experiment)},
                  {"assumptions", c.assumed},
                  {"warnings", c.experiment.task ? task_warnings(*c.experiment.task) : std::vector<std::string>()}};
  out << json.dump(2) << '\n';
}

void print_values(std::ostream& out, const Experiment& e) {
  for (const PopulationSection& p : e.populations) {
    fmt::print(out, "population {}: {} x {}\n", p.name, grouped(p.size), p.model);
    if (const std::string text = text_of(values_of(p)); !text.empty()) fmt::print(out, "    {}\n", text);
    if (p.positions) fmt::print(out, "    positions: {}\n", text_of(*p.positions));
    if (p.initial_potential) fmt::print(out, "    V_m: {}\n", text_of(*p.initial_potential, "mV"));
  }
  for (const ProjectionSection& p : e.projections) {
    fmt::print(out, "projection {}: {} -> {}, {}\n    weight {}, delay {}{}\n", p.name, text_of(p.source, e),
               text_of(p.target, e), text_of(p.rule), weight_text(p), delay_text(p), p.procedural ? ", procedural" : "");
    if (p.synapse != static_synapse) fmt::print(out, "    {}: {}\n", p.synapse, text_of(values_of(p)));
    if (plasticity_traits(p.synapse).splits_delay)
      fmt::print(out, "    dendritic fraction of the delay {}{}\n", p.delay_split.dendritic_fraction,
                 p.delay_split.assumed ? " (assumed)" : "");
  }
  for (const StimulusSection& s : e.stimuli) {
    fmt::print(out, "stimulus {}: {} -> {}, {}{}\n", s.name, s.model, text_of(s.target, e), text_of(values_of(s)),
               text_of_lists(s));
    if (sends_spikes(s))
      fmt::print(out, "    weight {}, delay {} ms\n", text_of(Distribution{.a = s.weight}, s.weight_unit),
                 s.delay.ms());
  }
  for (const RewardSection& r : e.rewards)
    fmt::print(out, "reward {}: {}\n    to {}\n", r.name, text_of(r, e), names_of_projections(r, e));
}

void print_memory(std::ostream& out, const Checked& c) {
  fmt::print(out, "\n{:<34} {:>16} {:>20} {:>12}\n", "memory", "synapses", "synapses per group", "MB");
  for (std::size_t i = 0; i < c.experiment.populations.size(); ++i)
    fmt::print(out, "{:<34} {:>16} {:>20} {:>12.2f}\n", c.population(i).name, "", "", c.population(i).bytes * 1e-6);
  for (std::size_t i = 0; i < c.experiment.projections.size(); ++i)
    fmt::print(out, "{:<34} {:>16} {:>20.1f} {:>12.2f}\n", c.projection(i).name,
               grouped(static_cast<std::uint64_t>(c.projection(i).synapses)), c.group_size(i),
               c.projection(i).bytes * 1e-6);
  fmt::print(out, "{:<34} {:>16} {:>20} {:>12.2f} of {:.0f} available\n", "total", "", "",
             c.estimate.total_bytes() * 1e-6, static_cast<double>(c.available) * 1e-6);
}

int check_clocked(const Experiment& experiment, bool json, std::ostream& out) {
  check_clocked_experiment(experiment);
  const nir::Graph graph = nir::read_graph(experiment.nir->file);
  if (json) {
    out << nir::graph_json(graph, experiment.nir->options);
    return 0;
  }
  fmt::print(out, "{}: valid; seed {}\n", experiment.name, experiment.seed);
  print_graph(out, graph, experiment.nir->options);
  return 0;
}

}  // namespace

int check_command(const ExperimentArguments& arguments, std::ostream& out) {
  if (is_sonata_config(arguments.file)) {
    refuse_overrides_of_sonata(arguments);
    check_sonata(arguments.file, arguments.json, out);
    return 0;
  }
  Checked checked{.experiment = read_experiment(arguments.file, arguments.overrides, model_catalogue()),
                  .estimate = {}};
  if (checked.experiment.task) {
    check_task(checked.experiment);
    check_dataset(checked.experiment);
  }
  if (is_clocked(checked.experiment)) return check_clocked(checked.experiment, arguments.json, out);
  checked.assumed = assumptions(checked.experiment);
  const NetworkBuilder builder = compose(checked.experiment, checked.assumed);
  check_recorders(checked.experiment);
  builder.refuse_zero_delay_cycles();
  checked.estimate = builder.estimate(build_options(checked.experiment, 0));
  if (arguments.json) {
    print_json(out, checked);
    return 0;
  }
  const Experiment& experiment = checked.experiment;
  fmt::print(out, "{}: valid; seed {}\n", experiment.name, experiment.seed);
  print_values(out, experiment);
  print_memory(out, checked);
  if (experiment.task)
    for (const std::string& sentence : task_warnings(*experiment.task)) fmt::print(out, "WARNING: {}\n", sentence);
  for (const std::string& sentence : checked.assumed) fmt::print(out, "assumed: {}\n", sentence);
  return 0;
}

}  // namespace synop::detail
