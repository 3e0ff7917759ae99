#include "synop/io/nir/nir_experiment.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/nir/exact_network.hpp"
#include "synop/io/nir/read_graph.hpp"
#include "synop/io/output_folder.hpp"

namespace synop {

namespace {

// Says of sections that no table of the file wrote them; the delay counts as given.
SourceTable place_of(const NirSection& section, bool with_delay) {
  SourceTable where{section.where.position, {}};
  if (with_delay) where.keys.push_back(where.at("delay"));
  return where;
}

void add_exact(const nir::Graph& graph, const NirSection& section, Experiment& experiment) {
  const nir::InputSpikes spikes =
      nir::input_spikes_of(section, graph, Time{} + experiment.simulation.duration, experiment.seed);
  nir::ExactNetwork made =
      make_exact_network(graph, section.options, spikes, static_cast<std::uint32_t>(experiment.populations.size()));
  for (PopulationSection& population : made.populations) {
    population.where = place_of(section, false);
    experiment.populations.push_back(std::move(population));
  }
  for (ProjectionSection& projection : made.projections) {
    projection.where = place_of(section, projection.rule.connections.delays_ms.empty());
    projection.weight_unit = experiment.populations[projection.target.population].model == "iaf_psc_exp" ? "pA" : "mV";
    projection.delay_split.assumed = false;
    experiment.projections.push_back(std::move(projection));
  }
  for (StimulusSection& stimulus : made.stimuli) {
    stimulus.where = place_of(section, false);
    experiment.stimuli.push_back(std::move(stimulus));
  }
}

}  // namespace

void add_nir(const NirSection& section, Experiment& experiment) {
  const nir::Graph graph = nir::read_graph(section.file);
  if (section.options.mode == nir::Mode::exact) return add_exact(graph, section, experiment);
  const std::vector<std::string> names = nir::population_names(graph);
  const auto populations = nir::clocked_populations(graph);
  for (std::uint32_t n = 0; n < graph.nodes.size(); ++n) {
    if (!populations[n]) continue;
    PopulationSection population;
    population.name = names[n];
    population.size = static_cast<std::uint32_t>(graph.nodes[n].size());
    population.is_source = graph.nodes[n].kind == nir::NodeKind::input;
    population.model = type_name(graph.nodes[n].kind);
    population.where = place_of(section, false);
    experiment.populations.push_back(std::move(population));
  }
}

namespace nir {

std::vector<std::optional<std::uint32_t>> clocked_populations(const Graph& graph) {
  std::vector<std::optional<std::uint32_t>> populations(graph.nodes.size());
  std::uint32_t next = 0;
  for (std::uint32_t n = 0; n < graph.nodes.size(); ++n)
    if (graph.nodes[n].kind == NodeKind::input || has_potential(graph.nodes[n].kind)) populations[n] = next++;
  return populations;
}

InputSpikes input_spikes_of(const NirSection& section, const Graph& graph, Time end, std::uint64_t seed) {
  if (!section.spike_file.empty()) return read_input_spikes(graph, section.spike_file);
  if (!section.spike_times.empty()) return listed_input_spikes(graph, section.spike_times);
  return poisson_input_spikes(graph, section.rate, end, seed);
}

void write_experiment(const Graph& graph, const Options& options, const ExperimentChoices& choices,
                      const std::filesystem::path& path, bool overwrite) {
  if (!overwrite && std::filesystem::exists(path))
    throw Error(ErrorKind::file, fmt::format("'{}' exists already; --overwrite replaces it", path.string()));
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  const auto relative = [&](const std::filesystem::path& file) {
    std::string text;
    for (const char c : std::filesystem::absolute(file).lexically_proximate(folder).generic_string()) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    return text;
  };
  std::string text =
      fmt::format("# Runs {}; the keys of [nir] are explained in docs/nir.md.\n\n", relative(graph.file));
  text += fmt::format("[simulation]\nduration = \"{} ms\"\n\n[nir]\nfile = \"{}\"\n",
                      choices.duration_ms.value_or(1000.0), relative(graph.file));
  const bool exact = options.mode == Mode::exact;
  text += fmt::format("mode = \"{}\"\nspike = \"{}\"\n", exact ? "exact" : "clocked",
                      options.spike == SpikeMeaning::pulse ? "pulse" : "delta");
  if (options.spike == SpikeMeaning::delta) text += fmt::format("spike_area = \"{} ms\"\n", options.spike_area.ms());
  if (options.dt > Delay{}) text += fmt::format("dt = \"{} ms\"\n", options.dt.ms());
  text += fmt::format("reset = \"{}\"\n", options.reset == Reset::to_value ? "value" : "subtract");
  if (!exact)
    text += fmt::format("current = \"{}\"\n", options.current == CubaCurrent::previous ? "previous" : "updated");
  if (exact && options.recurrent_delay)
    text += fmt::format("recurrent_delay = \"{} ms\"\n", options.recurrent_delay->ms());
  if (!choices.spike_file.empty())
    text += fmt::format("spike_file = \"{}\"\n", relative(choices.spike_file));
  else
    text += fmt::format("rate = \"{} Hz\"  # of every neuron of the Input, until there is a spike_file\n",
                        choices.rate.value_or(10.0));
  const std::vector<std::string> names = population_names(graph);
  for (const std::uint32_t output : graph.nodes_of(NodeKind::output))
    for (const std::uint32_t n : graph.sources_of(output)) {
      if (!has_potential(graph.nodes[n].kind)) continue;
      text += fmt::format("\n[[recorder]]\nmodel = \"{}\"\nsource = \"{}\"\n",
                          spikes(graph.nodes[n].kind) ? "spike_recorder" : "multimeter", names[n]);
    }
  write_text_file(path, text);
}

}  // namespace nir

}  // namespace synop
