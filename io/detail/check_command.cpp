#include <ostream>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include "synop/core/machine.hpp"
#include "synop/io/detail/commands.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/run/print_result.hpp"

namespace synop::detail {

namespace {

// Every parameter of a model: those given and the defaults of the others.
std::string resolved(const Catalogue& catalogue, ModelKind kind, std::string_view name,
                     std::span<const NamedValue> given) {
  std::string text;
  const ModelEntry* const entry = catalogue.find(kind, name);
  if (entry == nullptr) return text;
  for (const ParameterDefault& p : entry->parameters) {
    double value = p.default_value;
    bool is_given = false;
    for (const NamedValue& g : given)
      if (g.name == p.info.name) value = g.value, is_given = true;
    text += fmt::format("{}{} = {}{}{}{}", text.empty() ? "" : ", ", p.info.name, value, p.info.unit.empty() ? "" : " ",
                        p.info.unit, is_given ? "" : " (default)");
  }
  return text;
}

std::string distribution_text(const Distribution& d, std::string_view unit) {
  switch (d.kind) {
    case Distribution::constant: return fmt::format("{} {}", d.a, unit);
    case Distribution::uniform: return fmt::format("uniform [{}, {}) {}", d.a, d.b, unit);
    case Distribution::normal:
      return fmt::format("normal (mean {}, sd {}) {} in [{}, {}]{}", d.a, d.b, unit, d.low, d.high,
                         d.outside == Distribution::clip ? ", clipped" : "");
    case Distribution::list: return fmt::format("{} listed values {}", d.values.size(), unit);
  }
  return "";
}

void print_values(std::ostream& out, const Experiment& e) {
  const Catalogue& catalogue = model_catalogue();
  for (const PopulationSection& p : e.populations) {
    const ModelKind kind = p.is_source ? ModelKind::source : ModelKind::neuron;
    fmt::print(out, "population {}: {} x {}\n    {}\n", p.name, grouped(p.size), p.model,
               resolved(catalogue, kind, p.model, p.parameters));
    if (p.initial_potential) fmt::print(out, "    V_m: {}\n", distribution_text(*p.initial_potential, "mV"));
  }
  for (const ProjectionSection& p : e.projections) {
    fmt::print(out, "projection {}: {} -> {}, weight {}, delay {}\n", p.name, e.populations[p.source.population].name,
               e.populations[p.target.population].name, distribution_text(p.weight, p.weight_unit),
               distribution_text(p.delay, "ms"));
    if (p.synapse != static_synapse)
      fmt::print(out, "    {}: {}\n    dendritic fraction of the delay {}{}\n", p.synapse,
                 resolved(catalogue, ModelKind::synapse, p.synapse, p.parameters), p.delay_split.dendritic_fraction,
                 p.delay_split.assumed ? " (assumed)" : "");
  }
  for (const StimulusSection& s : e.stimuli)
    fmt::print(out, "stimulus {}: {} -> {} [{}, {}), {}\n", s.name, s.model, e.populations[s.target.population].name,
               s.target.first, s.target.last, resolved(catalogue, ModelKind::stimulus, s.model, s.parameters));
}

// Synapses of one source that arrive together, expected: what makes delivery fast.
double synapses_per_group(const ProjectionSection& p, double synapses, const std::optional<Delay>& resolution) {
  const double row = synapses / p.source.size();
  if (p.delay.kind == Distribution::constant) return row;
  if (!resolution) return 1.0;
  const double spread = p.delay.kind == Distribution::uniform ? p.delay.b - p.delay.a : 4.0 * p.delay.b;
  return std::max(1.0, row / std::max(1.0, spread / resolution->ms()));
}

}  // namespace

int check_command(const ExperimentArguments& arguments, std::ostream& out) {
  const Experiment experiment = read_experiment(arguments.file, arguments.overrides, model_catalogue());
  const NetworkBuilder builder = compose(experiment);
  builder.refuse_zero_delay_cycles();
  const MemoryEstimate estimate = builder.estimate();
  const std::uint64_t available = available_memory();
  if (arguments.json) {
    nlohmann::ordered_json parts = nlohmann::ordered_json::array();
    for (const MemoryEstimate::Part& part : estimate.parts)
      parts.push_back({{"name", part.name}, {"synapses", part.synapses}, {"bytes", part.bytes}});
    const nlohmann::ordered_json json{{"experiment", experiment.name},
                                      {"valid", true},
                                      {"memory_bytes", estimate.total_bytes()},
                                      {"available_bytes", available},
                                      {"parts", parts},
                                      {"assumptions", assumptions(experiment)}};
    out << json.dump(2) << '\n';
    return 0;
  }
  fmt::print(out, "{}: valid; seed {}\n", experiment.name, experiment.seed);
  print_values(out, experiment);
  fmt::print(out, "\n{:<34} {:>16} {:>12} {:>20}\n", "memory", "synapses", "MB", "synapses per group");
  for (std::size_t i = 0; i < estimate.parts.size(); ++i) {
    const MemoryEstimate::Part& part = estimate.parts[i];
    const bool projection = i >= experiment.populations.size();
    fmt::print(out, "{:<34} {:>16} {:>12.2f} {:>20}\n", part.name,
               projection ? grouped(static_cast<std::uint64_t>(part.synapses)) : "", part.bytes * 1e-6,
               projection ? fmt::format("{:.1f}", synapses_per_group(experiment.projections[i - experiment.populations.size()],
                                                                     part.synapses, experiment.simulation.delay_resolution))
                          : "");
  }
  fmt::print(out, "{:<34} {:>16} {:>12.2f} (available: {:.0f} MB)\n", "total", "", estimate.total_bytes() * 1e-6,
             static_cast<double>(available) * 1e-6);
  for (const std::string& sentence : assumptions(experiment)) fmt::print(out, "assumed: {}\n", sentence);
  return 0;
}

}  // namespace synop::detail
