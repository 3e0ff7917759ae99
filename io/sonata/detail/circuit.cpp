#include "synop/io/sonata/detail/circuit.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/sonata/detail/edges.hpp"
#include "synop/io/sonata/detail/inputs.hpp"
#include "synop/io/sonata/detail/parts.hpp"
#include "synop/io/sonata/detail/projections.hpp"
#include "synop/io/sonata/detail/stimuli.hpp"

namespace synop::sonata {

namespace {

ReportPlan plan_report(const Circuit& circuit, const SonataReport& report, const NodeSelection& selection) {
  ReportPlan plan{selection.population, {}, {}};
  const Nodes& nodes = circuit.nodes[selection.population];
  std::vector<ReportPart> parts(circuit.parts.size());
  for (const std::uint32_t row : selection.rows) {
    const Place place = circuit.places[selection.population][row];
    const NeuronTemplate* const neurons = circuit.neurons_at(place);
    if (neurons == nullptr || neurons->convention != Convention::nest)
      throw Error(ErrorKind::input, fmt::format("{}: node {} of population '{}' ({}) has no V_m to record", report.where, nodes.id(row),
                                                nodes.name(), neurons == nullptr ? "virtual" : neurons->name));
    parts[place.part].part = place.part;
    parts[place.part].neurons.push_back(place.neuron);
    parts[place.part].columns.push_back(static_cast<std::uint32_t>(plan.ids.size()));
    plan.ids.push_back(nodes.id(row));
  }
  for (ReportPart& part : parts)
    if (!part.neurons.empty()) plan.parts.push_back(std::move(part));
  return plan;
}

void plan_reports(Circuit& circuit, const NodeSets& sets) {
  for (const SonataReport& report : circuit.config.reports) {
    const auto selections = sets.resolve(report.cells, report.where + ".cells", circuit.assumptions);
    if (selections.size() != 1)
      throw Error(ErrorKind::input, fmt::format("{}.cells: the node set has nodes of {} populations; allowed: one in a report",
                                                report.where, selections.size()));
    circuit.reports.push_back(plan_report(circuit, report, selections.front()));
  }
}

}  // namespace

bool Circuit::is_simulated(std::uint32_t population) const {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const Part& part) { return part.population == population && part.neurons != nullptr; });
}

const NeuronTemplate* Circuit::neurons_at(Place place) const {
  return place.part == no_value ? nullptr : parts[place.part].neurons;
}

Circuit compose_circuit(SonataConfig config) {
  Circuit circuit;
  circuit.config = std::move(config);
  circuit.assumptions = circuit.config.assumptions;
  circuit.nodes = read_nodes(circuit.config.nodes);
  const NodeSets sets(circuit.config.node_sets_file, circuit.nodes);
  add_parts(circuit, read_spike_inputs(circuit.config, circuit.nodes, sets, circuit.assumptions));
  for (const Edges& edges : read_edges(circuit.config.edges, circuit.nodes)) add_projections(circuit, edges);
  note_unconnected_stimuli(circuit);
  add_currents(circuit, sets);
  plan_reports(circuit, sets);
  return circuit;
}

}  // namespace synop::sonata
