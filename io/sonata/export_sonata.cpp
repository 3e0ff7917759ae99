#include "synop/io/sonata/export_sonata.hpp"

#include <algorithm>
#include <cctype>
#include <memory>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "synop/core/drive_streams.hpp"
#include "synop/core/error.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/detail/durable.hpp"
#include "synop/io/sonata/detail/exported_files.hpp"
#include "synop/io/sonata/detail/exported_neurons.hpp"
#include "synop/io/sonata/detail/exported_stimuli.hpp"

namespace synop {

namespace {

using Json = nlohmann::ordered_json;
using sonata::Convention;

constexpr double pA_per_nA = 1000.0;
constexpr std::uint32_t first_type = 100;  // as published circuits count
constexpr double other_simulators_step = 0.1;  // ms; SONATA wants run.dt, which means nothing here

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::model, message); }

// Names become names of groups and files and parts of paths with variables.
void check_name(std::string_view kind, const std::string& name) {
  const auto allowed = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("_.:>-").find(c) != std::string_view::npos; };
  if (name.empty() || name.front() == '.' || !std::all_of(name.begin(), name.end(), allowed))
    refuse(fmt::format("a {} called '{}' cannot be exported; allowed: letters, digits and _ . : > -", kind, name));
}

class Exporter {
 public:
  Exporter(const Network& network, const SonataExport& what, const std::filesystem::path& folder)
      : network_(network), what_(what), folder_(folder) {}

  void check();
  void write();
  std::vector<std::string> assumptions() const;

 private:
  bool is_source(const Population& population) const { return !population.model->accepts_input(); }
  Convention convention_of(PopulationId id) const { return neurons_[id.index].what->convention; }
  void record_sources();
  void write_population(std::uint32_t p);
  void write_senders(const sonata::NodesName& nodes, std::uint32_t type, std::string_view stimulus, std::span<const Spike> spikes);
  void write_projection(std::uint32_t p);
  void write_drive(std::uint32_t d);
  void write_connections(const std::string& name, const sonata::NodesName& source, PopulationId target,
                         const sonata::ExportedEdges& edges, std::uint32_t type);
  void check_steps();
  void add_currents();
  void add_reports();
  std::string add_node_set(const std::string& name, PopulationId population, const std::vector<std::uint32_t>& neurons);
  sonata::NodesName nodes_of(PopulationId id) const { return {network_.population(id).name, network_.population(id).size}; }
  std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  void write_json(const std::string& name, const Json& json) { write_text_file(path(name), json.dump(2) + "\n"); }

  const Network& network_;
  const SonataExport& what_;
  std::filesystem::path folder_;
  std::vector<sonata::ExportedNeurons> neurons_;  // by population; of sources empty
  std::vector<std::vector<Spike>> spikes_;        // of sources
  std::vector<sonata::ExportedDrive> drives_;
  std::vector<std::pair<PopulationId, CurrentStep>> steps_;  // of currents, in the order in which they are added
  Json nodes_ = Json::array(), edges_ = Json::array();
  Json node_sets_ = Json::object(), inputs_ = Json::object(), reports_ = Json::object();
};

void Exporter::check() {
  for (const Population& population : network_.populations()) {
    check_name("population", population.name);
    neurons_.push_back(is_source(population) ? sonata::ExportedNeurons() : sonata::exported_neurons(network_, population));
  }
  for (const Projection& projection : network_.projections()) {
    check_name("projection", projection.name);
    if (projection.plasticity)
      refuse(fmt::format("projection '{}' is plastic ({}), which SONATA cannot carry", projection.name, projection.plasticity->name()));
  }
  if (what_.duration <= Time{}) refuse(fmt::format("the duration of {} ms is outside the allowed range (0, inf)", what_.duration.ms()));
  if (Time::from_ms(what_.duration.ms()) != what_.duration)
    refuse(fmt::format("the duration of {} ms has no exact value as a double", what_.duration.ms()));
  drives_ = sonata::exported_drives(network_, what_.duration);
  for (const Drive& drive : network_.drives()) {
    check_name("stimulus", drive.name);
    (void)sonata::exported_edges(drive);
  }
  check_steps();
  for (const ExportedReport& report : what_.reports) {
    check_name("report", report.name);
    if (Time::from_ms(report.start.ms()) != report.start || Delay::from_ms(report.interval.ms()) != report.interval)
      refuse(fmt::format("report '{}': its start or interval has no exact value as a double", report.name));
  }
}

void Exporter::check_steps() {
  steps_ = sonata::exported_steps(network_, what_.duration);
  for (const auto& [target, step] : steps_)
    if (!sonata::exact_quotient(step.amplitude, pA_per_nA) || convention_of(target) != Convention::nest ||
        Time::from_ms(step.time.ms()) != step.time)
      refuse(fmt::format("a current of {} pA into population '{}' from {} ms on cannot be written exactly in nA and ms",
                         step.amplitude, network_.population(target).name, step.time.ms()));
}

void Exporter::record_sources() {
  spikes_.resize(network_.populations().size());
  Simulation simulation(network_, {what_.threads});
  std::vector<std::unique_ptr<SpikeRecorder>> recorders(spikes_.size());
  for (std::uint32_t p = 0; p < spikes_.size(); ++p) {
    if (!is_source(network_.populations()[p])) continue;
    recorders[p] = std::make_unique<SpikeRecorder>(PopulationId{p});
    simulation.attach(*recorders[p]);
  }
  if (std::all_of(recorders.begin(), recorders.end(), [](const auto& recorder) { return recorder == nullptr; })) return;
  simulation.run_until(what_.duration);
  for (std::uint32_t p = 0; p < spikes_.size(); ++p) {
    if (!recorders[p]) continue;
    simulation.detach(*recorders[p]);
    spikes_[p] = recorders[p]->spikes();
  }
}

constexpr std::string_view node_types_header = "node_type_id population model_type model_template dynamics_params";

void Exporter::write_population(std::uint32_t p) {
  const Population& population = network_.populations()[p];
  const std::string base = population.name;
  const std::uint32_t type = first_type + p;
  if (is_source(population)) return write_senders(nodes_of({p}), type, "", spikes_[p]);
  nodes_.push_back({{"nodes_file", fmt::format("$NETWORK_DIR/{}_nodes.h5", base)},
                    {"node_types_file", fmt::format("$NETWORK_DIR/{}_node_types.csv", base)}});
  sonata::write_nodes(path(fmt::format("network/{}_nodes.h5", base)), nodes_of({p}), type, neurons_[p].differing);
  write_text_file(path(fmt::format("network/{}_node_types.csv", base)),
                  fmt::format("{}\n{} {} point_neuron {} {}.json\n", node_types_header, type, base, neurons_[p].what->name, base));
  Json parameters = Json::object();
  for (const NamedValue& value : neurons_[p].shared) parameters[value.name] = value.value;
  write_json(fmt::format("components/point_neuron_models/{}.json", base), parameters);
}

// Virtual nodes and what they send; those of a stimulus say of which one.
void Exporter::write_senders(const sonata::NodesName& nodes, std::uint32_t type, std::string_view stimulus,
                             std::span<const Spike> spikes) {
  const std::string& base = nodes.name;
  nodes_.push_back({{"nodes_file", fmt::format("$NETWORK_DIR/{}_nodes.h5", base)},
                    {"node_types_file", fmt::format("$NETWORK_DIR/{}_node_types.csv", base)}});
  sonata::write_nodes(path(fmt::format("network/{}_nodes.h5", base)), nodes, type, {});
  std::string header(node_types_header), row = fmt::format("{} {} virtual NULL NULL", type, base);
  if (!stimulus.empty()) {
    header += fmt::format(" {}", sonata::stimulus_column);
    row += fmt::format(" {}", stimulus);
  }
  write_text_file(path(fmt::format("network/{}_node_types.csv", base)), header + "\n" + row + "\n");
  sonata::write_spikes(path(fmt::format("inputs/{}_spikes.h5", base)), base, spikes);
  node_sets_[base] = {{"population", base}};
  inputs_[base] = {{"input_type", "spikes"},
                   {"module", "h5"},
                   {"input_file", fmt::format("$BASE_DIR/inputs/{}_spikes.h5", base)},
                   {"node_set", base}};
}

void Exporter::write_projection(std::uint32_t p) {
  const Projection& projection = network_.projections()[p];
  write_connections(projection.name, nodes_of(projection.source), projection.target, sonata::exported_edges(network_, {p}),
                    first_type + p);
}

// The trains are those of sending, as those of a population: the edges have the delay.
void Exporter::write_drive(std::uint32_t d) {
  const Drive& drive = network_.drives()[d];
  const sonata::NodesName nodes{drives_[d].nodes, drive.targets.count};
  std::vector<Spike> spikes = drive_spikes(network_, d, what_.duration);
  for (Spike& spike : spikes) spike.neuron -= drive.targets.first;
  write_senders(nodes, first_type + static_cast<std::uint32_t>(network_.populations().size()) + d, drive.model->name(), spikes);
  write_connections(drives_[d].edges, nodes, drive.target, sonata::exported_edges(drive),
                    first_type + static_cast<std::uint32_t>(network_.projections().size()) + d);
}

void Exporter::write_connections(const std::string& base, const sonata::NodesName& source, PopulationId target,
                                 const sonata::ExportedEdges& edges, std::uint32_t type) {
  edges_.push_back({{"edges_file", fmt::format("$NETWORK_DIR/{}_edges.h5", base)},
                    {"edge_types_file", fmt::format("$NETWORK_DIR/{}_edge_types.csv", base)}});
  sonata::write_edges(path(fmt::format("network/{}_edges.h5", base)), base, source, nodes_of(target), edges, type);
  std::string header = "edge_type_id population target_query source_query dynamics_params";
  const bool nest = convention_of(target) == Convention::nest;
  std::string row = fmt::format("{} {} * * {}", type, base, nest ? "static_synapse.json" : "instantaneous.json");
  const auto column = [&](std::string_view name, const std::string& value) {
    header += fmt::format(" {}", name);
    row += fmt::format(" {}", value);
  };
  if (nest) column("model_template", "static_synapse");
  if (edges.weights.size() == 1) column("syn_weight", fmt::format("{}", edges.weights.front()));
  if (edges.delays.size() == 1) column("delay", fmt::format("{}", edges.delays.front()));
  write_text_file(path(fmt::format("network/{}_edge_types.csv", base)), header + "\n" + row + "\n");
}

std::string Exporter::add_node_set(const std::string& name, PopulationId id, const std::vector<std::uint32_t>& neurons) {
  const Population& population = network_.population(id);
  std::string unique = name;
  const auto taken = [&](const std::string& candidate) {
    return node_sets_.contains(candidate) ||
           std::any_of(network_.populations().begin(), network_.populations().end(), [&](const Population& p) { return p.name == candidate; });
  };
  for (int i = 2; taken(unique); ++i) unique = fmt::format("{}_{}", name, i);
  Json set{{"population", population.name}};
  if (neurons.size() != population.size) set["node_id"] = neurons;
  node_sets_[unique] = set;
  return unique;
}

// Every step of a current becomes a clamp that lasts beyond the end: the currents of a neuron then add up in the same order.
void Exporter::add_currents() {
  for (const auto& [target, step] : steps_) {
    const std::string name = fmt::format("current_{}", inputs_.size());
    std::vector<std::uint32_t> neurons(step.neurons.count);
    std::iota(neurons.begin(), neurons.end(), step.neurons.first);
    inputs_[name] = {{"input_type", "current_clamp"},
                     {"module", "IClamp"},
                     {"node_set", add_node_set(name, target, neurons)},
                     {"amp", sonata::exact_quotient(step.amplitude, pA_per_nA).value()},
                     {"delay", step.time.ms()},
                     {"duration", what_.duration.ms()}};
  }
}

void Exporter::add_reports() {
  for (const ExportedReport& report : what_.reports) {
    reports_[report.name] = {{"module", "membrane_report"},
                             {"variable_name", "V_m"},
                             {"cells", add_node_set(report.name, report.population, report.neurons)},
                             {"start_time", report.start.ms()},
                             {"dt", report.interval.ms()},
                             {"file_name", report.name + ".h5"}};
  }
}

void Exporter::write() {
  record_sources();
  for (const char* sub : {"network", "inputs", "components/point_neuron_models", "components/synaptic_models"}) {
    std::error_code failure;
    std::filesystem::create_directories(folder_ / sub, failure);
    if (failure) throw_file_error("create the folder", folder_ / sub, failure.value());
  }
  for (std::uint32_t p = 0; p < network_.populations().size(); ++p) write_population(p);
  for (std::uint32_t p = 0; p < network_.projections().size(); ++p) write_projection(p);
  for (std::uint32_t d = 0; d < network_.drives().size(); ++d) write_drive(d);
  add_currents();
  add_reports();
  write_json("components/synaptic_models/static_synapse.json", Json::object());
  write_json("components/synaptic_models/instantaneous.json", {{"level_of_detail", "instantaneous"}, {"sign", 1}});
  write_json("node_sets.json", node_sets_);
  write_json("circuit_config.json",
             {{"manifest", {{"$NETWORK_DIR", "network"}, {"$COMPONENT_DIR", "components"}}},
              {"components",
               {{"point_neuron_models_dir", "$COMPONENT_DIR/point_neuron_models"},
                {"synaptic_models_dir", "$COMPONENT_DIR/synaptic_models"}}},
              {"networks", {{"nodes", nodes_}, {"edges", edges_}}}});
  Json simulation{{"manifest", {{"$BASE_DIR", "."}}},
                  {"network", "$BASE_DIR/circuit_config.json"},
                  {"node_sets_file", "$BASE_DIR/node_sets.json"},
                  {"run", {{"tstop", what_.duration.ms()}, {"dt", other_simulators_step}}},
                  {"inputs", inputs_},
                  {"reports", reports_},
                  {"output",
                   {{"output_dir", "$BASE_DIR/output"}, {"spikes_file", "spikes.h5"}, {"spikes_sort_order", "time"}}}};
  write_json("simulation_config.json", simulation);
}

std::vector<std::string> Exporter::assumptions() const {
  std::vector<std::string> sentences;
  const auto say = [&](std::string_view kind, const std::string& name, std::string_view model) {
    sentences.push_back(fmt::format("the spikes of {} '{}' ({}) are those of a run of {} ms with seed {}", kind, name, model,
                                    what_.duration.ms(), network_.seed()));
  };
  for (const Population& population : network_.populations())
    if (is_source(population)) say("population", population.name, population.model->name());
  for (std::uint32_t d = 0; d < drives_.size(); ++d)
    say("stimulus", drives_[d].nodes, network_.drives()[d].model->name());
  return sentences;
}

}  // namespace

std::vector<std::string> export_sonata(const Network& network, const SonataExport& what, const std::filesystem::path& folder,
                   Overwrite overwrite) {
  check_output_folder(folder, overwrite);
  Exporter exporter(network, what, folder);
  exporter.check();
  create_output_folder(folder, overwrite);
  exporter.write();
  return exporter.assumptions();
}

}  // namespace synop
