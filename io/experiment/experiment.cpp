#include "synop/io/experiment/experiment.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/io/experiment/detail/diagnostics.hpp"
#include "synop/io/experiment/detail/document.hpp"
#include "synop/io/experiment/detail/overrides.hpp"
#include "synop/io/experiment/detail/sections.hpp"
#include "synop/io/experiment/detail/table_reader.hpp"

namespace synop {

namespace {

using detail::Diagnostics;
using detail::Node;
using detail::ReadContext;
using detail::TableReader;
using detail::Value;

// The stem of the file's name, with what a name cannot hold replaced by '_'.
std::string default_name(const std::string& file_name) {
  std::string name = std::filesystem::path(file_name).stem().string();
  for (char& c : name)
    if (!detail::is_name(std::string_view(&c, 1), ".")) c = '_';
  if (name.starts_with('.')) name.front() = '_';
  return name.empty() ? "experiment" : name;
}

void read_name(TableReader& root, Experiment& experiment) {
  experiment.name = default_name(experiment.file_name);
  if (!root.text("name", experiment.name)) return;
  if (!detail::is_name(experiment.name, ".") || experiment.name.starts_with('.'))
    root.report("name", fmt::format("value \"{}\" is not a name; allowed: letters, digits, '_', '.' and '-', with no "
                                    "'.' at the beginning",
                                    experiment.name));
}

void read_simulation(TableReader& root, Experiment& experiment) {
  SimulationSection& simulation = experiment.simulation;
  const bool has_task = root.has("task");
  const std::optional<Value> value = root.find("simulation");
  if (!value) {
    if (!has_task) root.report("simulation.duration", "this key is missing and has no default");
    return;
  }
  TableReader table(*value);
  simulation.where = table.where();
  constexpr Range some_time{.low = 0.0, .high = detail::time_span.high, .low_open = true};
  if (has_task) {
    for (const std::string_view key : {"duration", "warm_up"})
      table.refuse(key, "this key has no effect on a task, whose phases say how long the run is");
  } else {
    const bool duration = table.delay(table.required("duration"), simulation.duration, some_time);
    if (table.delay("warm_up", simulation.warm_up) && duration && simulation.warm_up >= simulation.duration)
      table.report("warm_up", fmt::format("value {} ms is not below duration = {} ms, which includes it",
                                          simulation.warm_up.ms(), simulation.duration.ms()));
  }
  table.integer("threads", simulation.threads, 0, most_threads);
  constexpr Range at_least_a_tick{.low = 1e-9, .high = detail::time_span.high};
  Delay resolution;
  if (table.delay("delay_resolution", resolution, at_least_a_tick)) simulation.delay_resolution = resolution;
  table.finish();
}

void read_output(const Value& value, OutputSection& output) {
  TableReader table(value);
  output.where = table.where();
  table.boolean("spikes", output.spikes);
  table.boolean("csv", output.csv);
  table.boolean("plots", output.plots);
  table.boolean("statistics", output.statistics);
  constexpr Range up_to_a_day{.low = 0.0, .high = 86'400'000.0};  // ms
  if (table.delay("commit_interval", output.commit_interval, up_to_a_day) && output.commit_interval.ticks % ticks_per_ms != 0)
    table.report("commit_interval", fmt::format("value {} ms is not a whole number of ms", output.commit_interval.ms()));
  table.delay("checkpoint_interval", output.checkpoint_interval, up_to_a_day);
  table.finish();
}

void read_energy(const Value& value, EnergySection& energy) {
  TableReader table(value);
  energy.where = table.where();
  const std::optional<Value> tables = table.find("tables");
  if (const auto names = tables ? tables->items(0, "an array of names of price tables") : std::nullopt)
    for (const Value& item : *names)
      if (auto name = item.text("the name of a price table")) {
        if (std::find(energy.tables.begin(), energy.tables.end(), *name) != energy.tables.end())
          item.report(fmt::format("value \"{}\" is given twice", *name));
        energy.tables.push_back(std::move(*name));
      }
  const std::optional<Value> grids = table.find("spike_grids");
  constexpr Range at_least_a_tick{.low = 1e-9, .high = detail::time_span.high};
  if (const auto items = grids ? grids->items(0, "an array of times") : std::nullopt)
    for (const Value& item : *items)
      if (const auto grid = item.delay(at_least_a_tick)) energy.spike_grids.push_back(*grid);
  table.finish();
}

// The populations of [nir] come first; none after them may have one of their names.
void refuse_names_of_nir(TableReader& root, const Experiment& experiment, std::size_t from_nir) {
  const auto first = experiment.populations.begin(), own = first + static_cast<std::ptrdiff_t>(from_nir);
  for (auto at = own; at != experiment.populations.end(); ++at)
    if (std::any_of(first, own, [&](const PopulationSection& p) { return p.name == at->name; }))
      root.report("population", fmt::format("\"{}\" is already the name of a node of [nir]; allowed: unique names", at->name));
}

void read_network(TableReader& root, ReadContext& context) {
  struct Section {
    std::string_view key;
    void (*read)(const Value&, ReadContext&);
  };
  constexpr Section sections[] = {{"population", detail::read_populations},
                                  {"projection", detail::read_projections},
                                  {"stimulus", detail::read_stimuli},
                                  {"reward", detail::read_rewards},
                                  {"recorder", detail::read_recorders}};
  const std::optional<Value> nir = root.find("nir");
  if (nir) detail::read_nir(*nir, context);
  const std::size_t from_nir = context.experiment.populations.size();
  if (!nir) root.required("population");
  for (const Section& section : sections) {
    const std::optional<Value> value = root.find(section.key);
    if (value && value->items(0, fmt::format("[[{}]] tables", section.key))) section.read(*value, context);
  }
  const std::optional<Value> populations = root.find("population");
  if (populations && populations->is_array() && populations->size() == 0)
    populations->report("the array is empty; allowed: at least one population");
  refuse_names_of_nir(root, context.experiment, from_nir);
}

void read_root(const Node& document, const Catalogue& catalogue, Diagnostics& log, Experiment& experiment) {
  TableReader root(Value(document, "", log));
  experiment.where = root.where();
  read_name(root, experiment);
  root.integer("seed", experiment.seed, 0, std::numeric_limits<std::int64_t>::max());
  root.text("description", experiment.description);
  read_simulation(root, experiment);
  ReadContext context{catalogue, std::filesystem::path(experiment.file_name).parent_path(), experiment};
  read_network(root, context);
  if (const auto output = root.find("output")) read_output(*output, experiment.output);
  if (const auto energy = root.find("energy")) read_energy(*energy, experiment.energy);
  if (!experiment.energy.spike_grids.empty() && !root.has("task"))
    log.report(document.find("energy")->mark, "energy.spike_grids", "there is no [task] whose accuracy could be measured with rounded spikes");
  if (experiment.output.where.has("checkpoint_interval") && !root.has("task"))
    log.report(document.find("output")->mark, "output.checkpoint_interval", "there is no [task]; other runs leave no checkpoints");
  if (const auto task = root.find("task")) {
    detail::read_task(*task, context);
    root.refuse("recorder",
                "a task takes no recorders; it records the spikes of its readout population and the weights "
                "of its plastic projections");
    root.refuse("reward", "a task gives no rewards; allowed: in experiments without a task");
  }
  root.finish();
}

bool make_absolute(Node* node, const std::filesystem::path& folder) {
  if (node == nullptr || node->type != Node::Type::string || std::filesystem::path(node->text).is_absolute())
    return false;
  node->text = std::filesystem::absolute(folder / node->text).lexically_normal().string();
  return true;
}

// The keys that name data files; of arrays of tables in every element.
constexpr std::string_view path_keys[] = {"nir.file",
                                          "nir.spike_file",
                                          "population.spike_file",
                                          "population.positions.file",
                                          "projection.file",
                                          "projection.weight.learned",
                                          "task.learned",
                                          "task.dataset.path"};

// True if any path was relative.
bool make_absolute_at(Node& node, std::string_view key, const std::filesystem::path& folder) {
  if (node.type == Node::Type::array) {
    bool changed = false;
    for (Node& element : node.items) changed |= make_absolute_at(element, key, folder);
    return changed;
  }
  const std::size_t dot = key.find('.');
  Node* const child = node.find(key.substr(0, dot));
  if (dot == std::string_view::npos || child == nullptr) return make_absolute(child, folder);
  return make_absolute_at(*child, key.substr(dot + 1), folder);
}

// So that a copy of the experiment elsewhere reads the same data files. True if any path was relative.
bool make_paths_absolute(Node& document, const std::filesystem::path& folder) {
  bool changed = false;
  for (const std::string_view key : path_keys) changed |= make_absolute_at(document, key, folder);
  return changed;
}

Experiment parse(std::string_view text, std::string file_name, std::span<const std::string> overrides,
                 const Catalogue& catalogue) {
  Experiment experiment;
  experiment.file_name = std::move(file_name);
  experiment.overrides.assign(overrides.begin(), overrides.end());
  Node document = detail::parse_toml(text, experiment.file_name);
  Diagnostics log(experiment.file_name, experiment.overrides);
  detail::apply_overrides(document, overrides, log);
  log.throw_if_any();  // what follows from a wrong override would only repeat it
  read_root(document, catalogue, log, experiment);
  log.throw_if_any();
  const bool moved = make_paths_absolute(document, std::filesystem::path(experiment.file_name).parent_path());
  experiment.effective_text = overrides.empty() && !moved ? std::string(text) : detail::write_toml(document);
  return experiment;
}

// What other commands are for.
void refuse_hdf5(const std::filesystem::path& path, std::string_view text) {
  if (!text.starts_with("\x89HDF\r\n\x1a\n")) return;
  const std::string name = path.string();
  if (path.extension() == ".nir")
    throw Error(ErrorKind::input, fmt::format("'{}' is a NIR file, not an experiment; `synop import nir {} -o {}.toml` writes "
                                              "an experiment that runs it",
                                              name, name, path.stem().string()));
  throw Error(ErrorKind::input,
              fmt::format("'{}' is an HDF5 file, not an experiment; `synop info {}` says what it holds", name, name));
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  const bool opened = in.is_open() && !std::filesystem::is_directory(path);
  if (opened) text << in.rdbuf();
  if (!opened || in.bad())
    throw Error(ErrorKind::file, fmt::format("the experiment file '{}' cannot be read", path.string()));
  refuse_hdf5(path, text.view());
  return text.str();
}

}  // namespace

Experiment parse_experiment(std::string_view text, std::string file_name, const Catalogue& catalogue) {
  return parse(text, std::move(file_name), {}, catalogue);
}

Experiment read_experiment(const std::filesystem::path& path, std::span<const std::string> overrides,
                           const Catalogue& catalogue) {
  return parse(read_text(path), path.string(), overrides, catalogue);
}

}  // namespace synop
