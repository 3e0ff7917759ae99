#include "synop/io/tasks/learned_state.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/experiment/check_data_file.hpp"
#include "synop/io/hdf5/snapshot.hpp"
#include "synop/io/hdf5/weight_file.hpp"

namespace synop {

namespace {

constexpr const char* thresholds_group = "/learned/thresholds";
constexpr const char* classes_path = "/learned/classes";

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorKind::input, message);
}

std::vector<std::uint32_t> plastic_projections(const Network& network) {
  std::vector<std::uint32_t> plastic;
  for (std::uint32_t p = 0; p < network.projections().size(); ++p)
    if (network.projections()[p].plasticity) plastic.push_back(p);
  return plastic;
}

std::vector<std::uint32_t> adaptive_populations(const Simulation& simulation) {
  std::vector<std::uint32_t> adaptive;
  for (std::uint32_t p = 0; p < simulation.network().populations().size(); ++p)
    if (simulation.has_variable({p}, "theta")) adaptive.push_back(p);
  return adaptive;
}

// What the file has in a group must be what the experiment has.
void check_names(const Hdf5Snapshot& file, const std::string& group, const std::set<std::string>& expected,
                 const char* what) {
  const std::vector<std::string> found = file.has_group(group) ? file.children(group) : std::vector<std::string>{};
  const std::vector<std::string_view> known(expected.begin(), expected.end());
  for (const std::string& name : found)
    if (!expected.contains(name))
      refuse(fmt::format("{} belongs to '{}', which is no {} of the experiment{}", file.name_of(fmt::format("{}/{}", group, name)),
                         name, what, did_you_mean(name, known)));
  for (const std::string& name : expected)
    if (std::find(found.begin(), found.end(), name) == found.end())
      refuse(fmt::format("'{}' holds nothing for '{}', a {} of the experiment", file.file(), name, what));
}

std::vector<double> finite_numbers(const Hdf5Snapshot& file, const std::string& path, std::size_t count) {
  std::vector<double> numbers = file.numbers(path);
  if (numbers.size() != count)
    refuse(fmt::format("{} has {} rows; the experiment needs {}", file.name_of(path), numbers.size(), count));
  const auto wrong = std::find_if_not(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
  if (wrong != numbers.end())
    refuse(
        fmt::format("{} holds {} at row {}; it must be finite", file.name_of(path), *wrong, wrong - numbers.begin()));
  return numbers;
}

// The order of synapses by source, then target; parallel ones keep theirs.
template <class Id>
std::vector<std::size_t> sorted_order(const std::vector<Id>& sources, const std::vector<Id>& targets) {
  std::vector<std::size_t> order(sources.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return sources[a] != sources[b] ? sources[a] < sources[b] : targets[a] < targets[b];
  });
  return order;
}

std::vector<double> read_weights(const Hdf5Snapshot& file, const std::string& name,
                                 const Simulation::SynapseView& synapses) {
  const std::string group = "/edges/" + name;
  const std::vector<double> given = finite_numbers(file, group + "/0/syn_weight", synapses.weights.size());
  const std::vector<std::uint64_t> sources = file.ids(group + "/source_node_id"),
                                   targets = file.ids(group + "/target_node_id");
  if (sources.size() != given.size() || targets.size() != given.size())
    refuse(fmt::format("{} has {} sources, {} targets and {} weights; they must be equally many", file.name_of(group),
                       sources.size(), targets.size(), given.size()));
  const std::vector<std::size_t> theirs = sorted_order(sources, targets),
                                 ours = sorted_order(synapses.sources, synapses.targets);
  std::vector<double> weights(given.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::size_t a = ours[i], b = theirs[i];
    if (synapses.sources[a] != sources[b] || synapses.targets[a] != targets[b])
      refuse(fmt::format("{}: row {} is a synapse from {} to {}, where the experiment has one from {} to {}",
                         file.name_of(group), b, sources[b], targets[b], synapses.sources[a], synapses.targets[a]));
    weights[a] = given[b];
  }
  return weights;
}

std::vector<int> read_classes(const Hdf5Snapshot& file, std::uint32_t neurons, std::uint32_t classes) {
  if (!file.has_dataset(classes_path)) return {};
  const std::vector<std::int64_t> given = file.integers(classes_path);
  if (given.size() != neurons)
    refuse(
        fmt::format("{} has {} rows; the readout has {} neurons", file.name_of(classes_path), given.size(), neurons));
  std::vector<int> result;
  for (const std::int64_t c : given) {
    if (c < -1 || c >= std::int64_t{classes})
      refuse(fmt::format("{} holds {} at row {}; allowed: classes in [0, {}) or -1", file.name_of(classes_path), c,
                         result.size(), classes));
    result.push_back(static_cast<int>(c));
  }
  return result;
}

}  // namespace

LearnedState learned_state(const Simulation& simulation) {
  LearnedState state;
  for (const std::uint32_t p : plastic_projections(simulation.network()))
    state.weights[p] = simulation.synapses({p}).weights;
  for (const std::uint32_t p : adaptive_populations(simulation)) state.thresholds[p] = simulation.values({p}, "theta");
  return state;
}

void set_learned_state(Simulation& simulation, const LearnedState& state) {
  for (const auto& [projection, weights] : state.weights) simulation.set_weights({projection}, weights);
  for (const auto& [population, theta] : state.thresholds) simulation.set_values({population}, "theta", theta);
}

void write_learned_file(const Experiment& experiment, const Simulation& simulation, std::span<const int> classes,
                        const std::filesystem::path& path, const Provenance& provenance) {
  WeightFileWriter writer(path, provenance);
  for (const std::uint32_t p : plastic_projections(simulation.network())) {
    const ProjectionSection& section = experiment.projections[p];
    const Simulation::SynapseView view = simulation.synapses({p});
    writer.add({section.name, experiment.populations[section.source.population].name,
                experiment.populations[section.target.population].name},
               view.sources, view.targets, view.weights);
  }
  for (const std::uint32_t p : adaptive_populations(simulation))
    writer.add_thresholds(experiment.populations[p].name, simulation.values({p}, "theta"));
  if (!classes.empty()) writer.add_classes(std::vector<std::int64_t>(classes.begin(), classes.end()));
  writer.finish();
}

LearnedState read_learned_file(const std::filesystem::path& path, const Experiment& experiment,
                               const Simulation& simulation) {
  check_data_file(experiment.task->where.at("learned"), path);
  const Hdf5Snapshot file = Hdf5Snapshot::read(path);
  const Network& network = simulation.network();
  std::set<std::string> projections, populations;
  for (const std::uint32_t p : plastic_projections(network)) projections.insert(experiment.projections[p].name);
  for (const std::uint32_t p : adaptive_populations(simulation)) populations.insert(experiment.populations[p].name);
  check_names(file, "/edges", projections, "plastic projection");
  check_names(file, thresholds_group, populations, "population with adaptive thresholds");
  LearnedState state;
  for (const std::uint32_t p : plastic_projections(network)) {
    const std::string& name = experiment.projections[p].name;
    state.weights[p] = read_weights(file, name, simulation.synapses({p}));
    try {
      for (const double w : state.weights[p]) network.projections()[p].plasticity->check_weight(w);
    } catch (const Error& error) {
      refuse(fmt::format("{}: {}", file.name_of("/edges/" + name), error.what()));
    }
  }
  for (const std::uint32_t p : adaptive_populations(simulation)) {
    const PopulationSection& population = experiment.populations[p];
    state.thresholds[p] =
        finite_numbers(file, fmt::format("{}/{}", thresholds_group, population.name), population.size);
  }
  const TaskSection& task = *experiment.task;
  state.classes = read_classes(file, experiment.populations[task.readout].size, task.dataset.classes);
  return state;
}

}  // namespace synop
