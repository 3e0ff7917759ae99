#include "synop/io/nir/export_network.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/nir/detail/exported_node.hpp"
#include "synop/io/sonata/detail/exported_files.hpp"

namespace synop::nir {

namespace {

constexpr std::uint64_t most_weights = std::uint64_t{1} << 27;  // of one projection, 1 GB
constexpr std::size_t most_delays = 16;                         // of one projection, each with a matrix of its own

constexpr double s_per_ms = 1e-3;

// One for all, or one for each.
double value_of(const std::vector<double>& values, std::size_t k) {
  return values.size() == 1 ? values.front() : values[k];
}

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorKind::model, message);
}

class Exporter {
 public:
  Exporter(const Network& network, const std::set<std::uint32_t>& outputs) : network_(network), outputs_(outputs) {}

  Graph run() {
    refuse_stimuli();
    for (const Population& population : network_.populations()) add_population(population);
    for (std::uint32_t p = 0; p < network_.projections().size(); ++p) add_projection({p});
    add_outputs();
    refuse_what_nothing_enters();
    return sorted();
  }

 private:
  void refuse_stimuli() const;
  void add_population(const Population& population);
  void add_projection(ProjectionId id);
  static std::vector<std::set<double>> delay_groups(const Projection& projection, const sonata::ExportedEdges& edges);
  void add_matrix(const Projection& projection, const std::string& name, std::vector<double> weights,
                  const Array& delay);
  void add_outputs();
  void refuse_what_nothing_enters() const;
  Graph sorted() const;
  std::string add(Node node);
  std::string unique(const std::string& name) const;

  const Network& network_;
  const std::set<std::uint32_t>& outputs_;
  std::map<std::string, Node> nodes_;
  std::vector<std::pair<std::string, std::string>> edges_;
  std::map<std::string, std::vector<double>> biases_;  // that no matrix has taken yet, by target
};

void Exporter::refuse_stimuli() const {
  for (const Drive& drive : network_.drives())
    refuse(fmt::format(
        "stimulus '{}' ({}) sends spikes of its own, for which NIR has no node; a population that sends, as "
        "poisson_population, becomes an Input",
        drive.name, drive.model->name()));
  for (const Current& current : network_.currents())
    refuse(fmt::format("a current of {} pA into population '{}' from {} ms on has no node in NIR",
                       current.step.amplitude, network_.population(current.target).name, current.step.time.ms()));
  for (const ChangingCurrent& current : network_.changing_currents())
    refuse(fmt::format("a current that changes ({}) into population '{}' has no node in NIR", current.model->name(),
                       network_.population(current.target).name));
}

std::string Exporter::unique(const std::string& name) const {
  std::string result = name;
  for (int i = 2; nodes_.contains(result); ++i) result = fmt::format("{}_{}", name, i);
  return result;
}

std::string Exporter::add(Node node) {
  node.name = unique(node.name);
  const std::string name = node.name;
  nodes_.emplace(name, std::move(node));
  return name;
}

void Exporter::add_population(const Population& population) {
  detail::ExportedNode exported = detail::exported_node(population);
  if (!exported.bias.empty()) biases_[population.name] = std::move(exported.bias);
  add(std::move(exported.node));
}

void Exporter::add_projection(ProjectionId id) {
  const Projection& projection = network_.projection(id);
  if (projection.plasticity)
    refuse(fmt::format("projection '{}' is plastic ({}), which NIR has no words for", projection.name,
                       projection.plasticity->name()));
  const sonata::ExportedEdges edges = sonata::exported_edges(network_, id);
  if (edges.sources.empty()) return;
  const std::uint64_t sources = network_.population(projection.source).size,
                      targets = network_.population(projection.target).size;
  const std::vector<std::set<double>> groups = delay_groups(projection, edges);
  if (sources * targets * groups.size() > most_weights)
    refuse(fmt::format("projection '{}' would be {} matrices of {} x {} weights; allowed: at most {} weights in all",
                       projection.name, groups.size(), targets, sources, most_weights));
  for (const std::set<double>& delays : groups) {
    std::vector<double> weights(sources * targets, 0.0);
    Array delay{{sources}, std::vector<double>(sources, *delays.begin() * s_per_ms)};
    for (std::size_t k = 0; k < edges.sources.size(); ++k) {
      if (!delays.contains(value_of(edges.delays, k))) continue;
      weights[edges.targets[k] * sources + edges.sources[k]] += value_of(edges.weights, k);
      delay.values[edges.sources[k]] = value_of(edges.delays, k) * s_per_ms;
    }
    add_matrix(projection, projection.name, std::move(weights), delay);
  }
}

// The delays that one matrix each can have: all of them where the delay belongs to the source, else one.
std::vector<std::set<double>> Exporter::delay_groups(const Projection& projection, const sonata::ExportedEdges& edges) {
  std::map<std::uint64_t, std::set<double>> of_source;
  std::set<double> delays;
  for (std::size_t k = 0; k < edges.sources.size(); ++k) {
    of_source[edges.sources[k]].insert(value_of(edges.delays, k));
    delays.insert(value_of(edges.delays, k));
  }
  const bool by_source =
      std::all_of(of_source.begin(), of_source.end(), [](const auto& s) { return s.second.size() == 1; });
  if (by_source) return {delays};
  if (delays.size() > most_delays)
    refuse(
        fmt::format("projection '{}' has {} delays that differ between synapses of one source; NIR delays what a "
                    "source sends, allowed: at most {}",
                    projection.name, delays.size(), most_delays));
  std::vector<std::set<double>> groups;
  for (const double delay : delays) groups.push_back({delay});
  return groups;
}

void Exporter::add_matrix(const Projection& projection, const std::string& name, std::vector<double> weights,
                          const Array& delay) {
  const std::string& target = network_.population(projection.target).name;
  std::string from = network_.population(projection.source).name;
  if (std::any_of(delay.values.begin(), delay.values.end(), [](double d) { return d != 0.0; })) {
    Node late;
    late.name = fmt::format("{}_delay", name);
    late.kind = NodeKind::delay;
    late.parameters["delay"] = delay;
    const std::string added = add(std::move(late));
    edges_.emplace_back(from, added);
    from = added;
  }
  Node matrix;
  matrix.name = name;
  matrix.kind = NodeKind::linear;
  matrix.parameters["weight"] = {
      {network_.population(projection.target).size, network_.population(projection.source).size}, std::move(weights)};
  if (const auto bias = biases_.find(target); bias != biases_.end()) {
    matrix.kind = NodeKind::affine;
    matrix.parameters["bias"] = {{bias->second.size()}, bias->second};
    biases_.erase(bias);
  }
  const std::string added = add(std::move(matrix));
  edges_.emplace_back(from, added);
  edges_.emplace_back(added, target);
}

void Exporter::add_outputs() {
  std::set<std::uint32_t> outputs = outputs_;
  const auto populations = network_.populations();
  for (const bool only_last : {true, false}) {
    if (!outputs.empty()) break;
    for (std::uint32_t p = 0; p < populations.size(); ++p) {
      const bool sends =
          std::any_of(network_.projections().begin(), network_.projections().end(), [&](const Projection& projection) {
            return projection.source.index == p && projection.target.index != p && projection.synapses > 0;
          });
      if (populations[p].model->accepts_input() && !(only_last && sends)) outputs.insert(p);
    }
  }
  for (const std::uint32_t p : outputs) {
    Node output;
    output.name = outputs.size() == 1 ? "output" : fmt::format("{}_output", populations[p].name);
    output.kind = NodeKind::output;
    output.parameters["shape"] = {{1}, {static_cast<double>(populations[p].size)}};
    edges_.emplace_back(populations[p].name, add(std::move(output)));
  }
}

void Exporter::refuse_what_nothing_enters() const {
  if (std::none_of(nodes_.begin(), nodes_.end(), [](const auto& n) { return n.second.kind == NodeKind::input; }))
    refuse("the network has no population that sends spikes from outside, as a NIR graph needs for its Input");
  std::set<std::string> entered;
  for (const auto& [source, target] : edges_) entered.insert(target);
  for (const auto& [name, node] : nodes_)
    if (node.kind != NodeKind::input && !entered.contains(name))
      refuse(fmt::format("nothing sends to population '{}', as a node of a NIR graph needs it", name));
  if (!biases_.empty())
    refuse(fmt::format("population '{}' has a current I_e, which needs a projection onto it to carry the bias",
                       biases_.begin()->first));
}

Graph Exporter::sorted() const {
  Graph graph;
  graph.file = "the exported network";
  graph.version = "1.0.0";
  std::map<std::string, std::uint32_t> index;
  for (const auto& [name, node] : nodes_) {
    index[name] = static_cast<std::uint32_t>(graph.nodes.size());
    graph.nodes.push_back(node);
  }
  for (const auto& [source, target] : edges_) graph.edges.push_back({index.at(source), index.at(target)});
  std::sort(graph.edges.begin(), graph.edges.end());
  infer_shapes(graph);
  return graph;
}

}  // namespace

Graph export_network(const Network& network, const std::set<std::uint32_t>& outputs) {
  return Exporter(network, outputs).run();
}

std::vector<std::string> left_out(const Network& network) {
  std::vector<std::string> sentences;
  bool sources = false, potentials = false, capacitances = false;
  for (const Population& population : network.populations()) {
    sources = sources || !population.model->accepts_input();
    capacitances =
        capacitances || population.model->name() == "iaf_psc_delta" || population.model->name() == "if_psc_delta";
    potentials = potentials || population.model->accepts_input();
  }
  for (const Population& population : network.populations())
    if (detail::resets_by_subtraction(population))
      sentences.push_back(
          fmt::format("the reset of population '{}', by subtraction; say so where the file is run", population.name));
  if (sources) sentences.emplace_back("the spikes that enter; a NIR file holds a network, and these are its Inputs");
  if (potentials) sentences.emplace_back("initial potentials; they begin at 0 where NIR files are run");
  if (capacitances)
    sentences.emplace_back("C_m of models whose inputs are jumps; what their currents do is in v_leak or a bias");
  sentences.emplace_back("that V = V_th is enough to spike; NIR has v > v_threshold");
  return sentences;
}

}  // namespace synop::nir
