#include "synop/io/nir/exact_limits.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/nir/detail/exact_neurons.hpp"
#include "synop/io/nir/detail/linear_map.hpp"
#include "synop/io/nir/order.hpp"

namespace synop::nir {

namespace {

constexpr double ms_per_s = 1e3;

// In exact mode a Delay ends the instant if it is a tick at least for every neuron.
bool delays_all(const Node& node) {
  return node.kind == NodeKind::delay &&
         std::all_of(node.parameter("delay").values.begin(), node.parameter("delay").values.end(),
                     [](double delay) { return Delay::from_ms(delay * ms_per_s) > Delay{}; });
}

bool is_resettable(NodeKind kind, Reset reset) {
  return reset == Reset::to_value || !spikes(kind) || kind == NodeKind::if_;
}

class Limits {
 public:
  Limits(const Graph& graph, const Options& options)
      : graph_(graph), options_(options), spiking_(carries_spikes(graph)), constants_(constant_inputs(graph)) {}

  std::vector<Obstacle> find() {
    for (std::uint32_t n = 0; n < graph_.nodes.size(); ++n) {
      node_ = n;
      check_kind();
      check_sources();
      if (has_potential(graph_.nodes[n].kind)) check_parameters();
    }
    check_loops();
    return std::move(found_);
  }

 private:
  const Node& node() const { return graph_.nodes[node_]; }
  void add(std::string reason) { found_.push_back({node_, std::move(reason)}); }
  void check_kind();
  void check_sources();
  void check_pulses();
  void check_parameters();
  void check_loops();
  bool reaches_input_only(std::uint32_t n) const;

  const Graph& graph_;
  const Options& options_;
  std::vector<bool> spiking_;
  std::vector<std::vector<double>> constants_;
  std::uint32_t node_ = 0;
  std::vector<Obstacle> found_;
};

void Limits::check_kind() {
  const NodeKind kind = node().kind;
  if (kind == NodeKind::threshold) add("it compares a graded signal at every instant, which no event announces");
  if (kind == NodeKind::delay &&
      std::any_of(constants_[node_].begin(), constants_[node_].end(), [](double x) { return x != 0.0; }))
    add("a constant (a bias) enters it, which would begin late");
  if (!is_resettable(kind, options_.reset))
    add("reset by subtraction: of the event-driven models only that of IF has it");
}

void Limits::check_sources() {
  for (const std::uint32_t source : graph_.sources_of(node_)) {
    const Node& before = graph_.nodes[source];
    const bool readout = has_potential(before.kind) && node().kind == NodeKind::output;
    if (!spiking_[source] && !readout)
      add(fmt::format("'{}' ({}) gives it a graded signal, which no event carries", before.name,
                      type_name(before.kind)));
    if (node().kind == NodeKind::output && is_stateless(before.kind) && before.kind != NodeKind::flatten)
      add(fmt::format("'{}' ({}) gives it weighted spikes; an Output takes spikes or potentials of neurons",
                      before.name, type_name(before.kind)));
  }
  if (options_.spike == SpikeMeaning::pulse && has_potential(node().kind)) check_pulses();
}

// Pulses that enter from outside are steps of a current; those between neurons would be known only when they come.
void Limits::check_pulses() {
  const bool cuba = node().kind == NodeKind::cuba_li || node().kind == NodeKind::cuba_lif;
  if (cuba)
    return add(
        "spike = \"pulse\": a pulse into the synaptic current has no event; a delta of the same area has (spike_area = "
        "dt)");
  for (const std::uint32_t source : graph_.sources_of(node_))
    if (!reaches_input_only(source))
      return add(
          "spike = \"pulse\": pulses between neurons have no event; deltas of the same area have (spike_area = dt)");
}

bool Limits::reaches_input_only(std::uint32_t n) const {
  std::vector<bool> seen(graph_.nodes.size());
  std::vector<std::uint32_t> open{n};
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    if (seen[at] || graph_.nodes[at].kind == NodeKind::input) continue;
    if (has_potential(graph_.nodes[at].kind)) return false;
    seen[at] = true;
    for (const std::uint32_t source : graph_.sources_of(at)) open.push_back(source);
  }
  return true;
}

void Limits::check_parameters() {
  const Array& r = node().parameter("r");
  for (std::uint64_t i = 0; i < node().size(); ++i) {
    if (!(r.at(i) > 0.0)) return add(fmt::format("r = {} of neuron {}; allowed: above 0", r.at(i), i));
    if (!spikes(node().kind)) continue;
    const double reset = node().parameter("v_reset").at(i), threshold = node().parameter("v_threshold").at(i);
    if (options_.reset == Reset::to_value && !(reset < threshold))
      return add(fmt::format("v_reset = {} of neuron {} is not below v_threshold = {}", reset, i, threshold));
    if (options_.reset == Reset::by_subtraction && !(threshold > 0.0))
      return add(
          fmt::format("v_threshold = {} of neuron {}; allowed with reset by subtraction: above 0", threshold, i));
  }
  if (!is_resettable(node().kind, options_.reset)) return;
  try {  // what only the model knows
    const PopulationSection section = detail::exact_neurons(node(), node().name, constants_[node_], options_.reset);
    NetworkBuilder(1).add_population(section.name, section.size,
                                     make_neurons(section.model, section.parameters, section.varied));
  } catch (const Error& error) {
    add(error.what());
  }
}

void Limits::check_loops() {
  const Order between = order_between_neurons(graph_);
  for (std::uint32_t e = 0; e < graph_.edges.size(); ++e) {
    if (!between.closes_loop[e]) continue;
    node_ = graph_.edges[e].target;
    add(fmt::format("the edge from '{}' closes a loop without a neuron, in which a spike would go round for ever",
                    graph_.nodes[graph_.edges[e].source].name));
  }
  if (options_.recurrent_delay) return;
  const std::vector<bool> closing = loop_closing_edges(graph_);
  for (std::uint32_t e = 0; e < closing.size(); ++e) {
    if (!closing[e]) continue;
    node_ = graph_.edges[e].target;
    add(fmt::format("the edge from '{}' closes a loop without a Delay; give recurrent_delay",
                    graph_.nodes[graph_.edges[e].source].name));
  }
}

}  // namespace

bool can_subtract(const Graph& graph) {
  return std::all_of(graph.nodes.begin(), graph.nodes.end(),
                     [](const Node& node) { return is_resettable(node.kind, Reset::by_subtraction); });
}

std::vector<bool> carries_spikes(const Graph& graph) {
  std::vector<bool> spiking;
  for (const Node& node : graph.nodes) spiking.push_back(!has_potential(node.kind) || spikes(node.kind));
  for (bool changed = true; changed;) {  // graded signals go through maps and delays
    changed = false;
    for (const Edge& edge : graph.edges) {
      const NodeKind kind = graph.nodes[edge.target].kind;
      if ((!is_stateless(kind) && kind != NodeKind::delay) || !spiking[edge.target] || spiking[edge.source]) continue;
      spiking[edge.target] = false;
      changed = true;
    }
  }
  return spiking;
}

std::vector<std::vector<double>> constant_inputs(const Graph& graph) {
  std::vector<std::vector<double>> inputs(graph.nodes.size()), outputs(graph.nodes.size());
  for (const std::uint32_t n : order_between_neurons(graph).nodes) {
    const Node& node = graph.nodes[n];
    detail::Signal in(size_of(node.input_shape));
    for (const std::uint32_t source : graph.sources_of(n))
      for (std::size_t i = 0; i < outputs[source].size(); ++i) in.values[i] += outputs[source][i];
    inputs[n] = in.values;
    if (node.kind == NodeKind::delay) outputs[n] = in.values;
    if (!is_stateless(node.kind)) continue;
    detail::Signal out(node.size());
    const detail::Signal* const only = &in;
    detail::LinearMap(node).apply({&only, 1}, out);
    outputs[n] = std::move(out.values);
  }
  return inputs;
}

Order order_between_neurons(const Graph& graph) {
  return order_of(graph, [](const Node& node) { return has_potential(node.kind); });
}

std::vector<bool> loop_closing_edges(const Graph& graph) {
  return order_of(graph, delays_all).closes_loop;
}

std::vector<Obstacle> exact_obstacles(const Graph& graph, const Options& options) {
  return Limits(graph, options).find();
}

void refuse_obstacles(const Graph& graph, const Options& options) {
  const std::vector<Obstacle> obstacles = exact_obstacles(graph, options);
  if (obstacles.empty()) return;
  std::string message = fmt::format("'{}' cannot run in continuous time (mode = \"exact\"):", graph.file);
  for (const Obstacle& obstacle : obstacles)
    message += fmt::format("\n  {}: {}", graph.nodes[obstacle.node].title(), obstacle.reason);
  message += "\nmode = \"clocked\" with the dt it was trained with takes all of them";
  throw Error(ErrorKind::model, message);
}

}  // namespace synop::nir
