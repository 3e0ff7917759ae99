#include "synop/io/sonata/detail/stimuli.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/sonata/detail/parts.hpp"
#include "synop/neurons/given_trains.hpp"

namespace synop::sonata {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::input, message); }

[[noreturn]] void refuse_edge(const Edges& edges, std::size_t edge, const std::string& problem) {
  refuse(fmt::format("{}, edge {}: {}; from nodes with '{}' leads one edge each, all of one weight and delay, to neurons in a row. "
                     "Without that attribute they are virtual nodes like others",
                     edges.rows.where(), edge, problem, stimulus_column));
}

// The edges in ascending order of their targets.
std::vector<std::size_t> edges_by_target(const Circuit& circuit, const Edges& edges) {
  const auto place = [&](std::size_t edge) { return circuit.places[edges.target][edges.targets[edge]]; };
  std::vector<std::size_t> order(edges.targets.size());
  for (std::size_t edge = 0; edge < order.size(); ++edge) order[edge] = edge;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return place(a).neuron < place(b).neuron; });
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (place(order[i]).part != place(order.front()).part)
      refuse_edge(edges, order[i], fmt::format("it leads to other neurons (population '{}') than edge {}",
                                               circuit.parts[place(order[i]).part].name, order.front()));
    if (place(order[i]).neuron != place(order.front()).neuron + i)
      refuse_edge(edges, order[i], "its target does not follow on that of another edge");
  }
  return order;
}

}  // namespace

bool add_stimulus(Circuit& circuit, std::uint32_t population, const std::vector<std::vector<Time>>& trains) {
  const Nodes& nodes = circuit.nodes[population];
  if (!nodes.rows().has(stimulus_column)) return false;
  const TextColumn models = nodes.rows().text(stimulus_column);
  if (models.values.empty()) return false;
  const std::vector<bool> is_virtual = virtual_nodes(nodes);
  for (std::size_t row = 0; row < nodes.size(); ++row)
    if (models.at(row) == nullptr || !is_virtual[row] || models.of_row[row] != models.of_row.front())
      refuse(fmt::format("{}: node {} {}; all nodes of a population with '{}' are virtual and have the same", nodes.rows().where(),
                         nodes.id(row), is_virtual[row] ? "has another one or none" : "is not virtual", stimulus_column));
  circuit.places.emplace_back(nodes.size(), Place{no_value, 0});
  circuit.stimuli[population] = {*models.at(0), trains};
  circuit.assumptions.push_back(fmt::format("population '{}' is the stimulus {} of an exported network; its spikes go straight to "
                                            "its targets",
                                            nodes.name(), *models.at(0)));
  return true;
}

void connect_stimulus(Circuit& circuit, const Edges& edges, const std::vector<double>& weights, const std::vector<double>& delays) {
  Stimulus& stimulus = circuit.stimuli.at(edges.source);
  const Nodes& nodes = circuit.nodes[edges.source];
  if (!stimulus.target.empty()) refuse_edge(edges, 0, fmt::format("population '{}' has other edges too", nodes.name()));
  stimulus.target = circuit.nodes[edges.target].name();
  std::vector<bool> connected(nodes.size(), false);
  for (std::size_t edge = 0; edge < weights.size(); ++edge) {
    if (connected[edges.sources[edge]]) refuse_edge(edges, edge, fmt::format("node {} has another one", nodes.id(edges.sources[edge])));
    connected[edges.sources[edge]] = true;
    if (weights[edge] != weights.front()) refuse_edge(edges, edge, fmt::format("weight {} beside {}", weights[edge], weights.front()));
    if (delays[edge] != delays.front()) refuse_edge(edges, edge, fmt::format("delay {} ms beside {} ms", delays[edge], delays.front()));
  }
  const std::vector<std::size_t> order = edges_by_target(circuit, edges);
  const Place first = circuit.places[edges.target][edges.targets[order.front()]];
  std::vector<std::vector<Time>> trains;
  for (const std::size_t edge : order) trains.push_back(std::move(stimulus.trains[edges.sources[edge]]));
  const Slice targets{first.neuron, static_cast<std::uint32_t>(order.size())};
  try {
    circuit.builder.drive({PopulationId{first.part}, targets}, GivenTrains(first.neuron, std::move(trains)), weights.front(),
                          Delay::from_ms(delays.front()), nodes.name());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::model) throw;
    refuse(fmt::format("{}: {}", edges.rows.where(), error.what()));
  }
}

void note_unconnected_stimuli(Circuit& circuit) {
  for (const auto& [population, stimulus] : circuit.stimuli)
    if (stimulus.target.empty())
      circuit.assumptions.push_back(fmt::format("the stimulus '{}' has no edges and is left out", circuit.nodes[population].name()));
}

}  // namespace synop::sonata
