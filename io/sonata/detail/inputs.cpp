#include "synop/io/sonata/detail/inputs.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/sonata/detail/parts.hpp"
#include "synop/io/spike_input.hpp"

namespace synop::sonata {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::input, message); }

// The spikes of the file that are meant for one population of a node set.
const SpikeInput& spikes_for(const std::vector<SpikeInput>& file, const SonataInput& input, const Nodes& nodes,
                             std::size_t populations_asked) {
  if (file.size() == 1 && file.front().population.empty()) {
    if (populations_asked == 1) return file.front();
    refuse(fmt::format("{}: the spikes of '{}' have no population, but the node set has nodes of {}", input.where,
                       input.file.string(), populations_asked));
  }
  std::vector<std::string_view> known;
  for (const SpikeInput& spikes : file) {
    if (spikes.population == nodes.name()) return spikes;
    known.push_back(spikes.population);
  }
  refuse(fmt::format("{}: '{}' holds no spikes of population '{}'{}", input.where, input.file.string(), nodes.name(),
                     did_you_mean(nodes.name(), known)));
}

void note_other_populations(const std::vector<SpikeInput>& file, const SonataInput& input, std::span<const Nodes> nodes,
                            const std::vector<NodeSelection>& selections, std::vector<std::string>& assumptions) {
  for (const SpikeInput& spikes : file) {
    const bool asked = std::any_of(selections.begin(), selections.end(), [&](const NodeSelection& selection) {
      return nodes[selection.population].name() == spikes.population;
    });
    if (!asked && !spikes.population.empty())
      assumptions.push_back(fmt::format("input '{}': the spikes of population '{}' are left out, which the node set has not",
                                        input.name, spikes.population));
  }
}

// Gives the spikes to the nodes; returns how many were of nodes outside the set.
std::size_t distribute(const SpikeInput& spikes, const Nodes& nodes, const std::vector<std::uint32_t>& rows,
                       std::vector<std::vector<Time>>& trains) {
  std::vector<bool> in_set(nodes.size(), false);
  for (const std::uint32_t row : rows) in_set[row] = true;
  std::size_t outside = 0;
  for (std::size_t i = 0; i < spikes.ids.size(); ++i) {
    const std::uint32_t row = nodes.row_of(spikes.ids[i]);
    if (row == no_value)
      refuse(fmt::format("{} holds the id {} at row {}; population '{}' has no node of that id", spikes.where, spikes.ids[i],
                         i, nodes.name()));
    if (in_set[row])
      trains[row].push_back(spikes.times[i]);
    else
      ++outside;
  }
  return outside;
}

}  // namespace

InputTrains read_spike_inputs(const SonataConfig& config, std::span<const Nodes> nodes, const NodeSets& sets,
                              std::vector<std::string>& assumptions) {
  InputTrains trains;
  std::vector<std::vector<bool>> is_virtual, has_input;
  for (const Nodes& population : nodes) {
    trains.emplace_back(population.size());
    is_virtual.push_back(virtual_nodes(population));
    has_input.emplace_back(population.size(), false);
  }
  for (const SonataInput& input : config.inputs) {
    if (input.kind != SonataInput::Kind::spikes) continue;
    const std::vector<SpikeInput> file = read_spike_input(input.file);
    const std::vector<NodeSelection> selections = sets.resolve(input.node_set, input.where + ".node_set", assumptions);
    for (const SpikeInput& spikes : file)
      if (!spikes.assumption.empty()) assumptions.push_back(fmt::format("input '{}': {}", input.name, spikes.assumption));
    note_other_populations(file, input, nodes, selections, assumptions);
    for (const NodeSelection& selection : selections) {
      const Nodes& population = nodes[selection.population];
      for (const std::uint32_t row : selection.rows) {
        if (!is_virtual[selection.population][row])
          refuse(fmt::format("{}: node {} of population '{}' is not virtual; spikes come from virtual nodes", input.where,
                             population.id(row), population.name()));
        has_input[selection.population][row] = true;
      }
      const std::size_t outside = distribute(spikes_for(file, input, population, selections.size()), population,
                                             selection.rows, trains[selection.population]);
      if (outside > 0)
        assumptions.push_back(fmt::format("input '{}': {} spikes of nodes outside the node set are left out", input.name, outside));
    }
  }
  for (std::size_t p = 0; p < nodes.size(); ++p) {
    for (std::vector<Time>& train : trains[p]) std::sort(train.begin(), train.end());
    std::size_t silent = 0;
    for (std::size_t row = 0; row < nodes[p].size(); ++row)
      if (is_virtual[p][row] && !has_input[p][row]) ++silent;
    if (silent > 0)
      assumptions.push_back(fmt::format("population '{}': {} virtual nodes have no input and are silent", nodes[p].name(), silent));
  }
  return trains;
}

void add_currents(Circuit& circuit, const NodeSets& sets) {
  for (const SonataInput& input : circuit.config.inputs) {
    if (input.kind != SonataInput::Kind::current_clamp) continue;
    for (const NodeSelection& selection : sets.resolve(input.node_set, input.where + ".node_set", circuit.assumptions)) {
      std::vector<std::vector<std::uint32_t>> neurons(circuit.parts.size());
      for (const std::uint32_t row : selection.rows) {
        const Place place = circuit.places[selection.population][row];
        const NeuronTemplate* const what = circuit.neurons_at(place);
        if (what == nullptr || what->convention != Convention::nest)
          refuse(fmt::format("{}: node {} of population '{}' ({}) has no membrane that a current could charge", input.where,
                             circuit.nodes[selection.population].id(row), circuit.nodes[selection.population].name(),
                             what == nullptr ? "virtual" : what->name));
        neurons[place.part].push_back(place.neuron);
      }
      for (std::uint32_t part = 0; part < neurons.size(); ++part)
        for (std::size_t i = 0; i < neurons[part].size();) {  // stretches of consecutive neurons
          std::size_t end = i + 1;
          while (end < neurons[part].size() && neurons[part][end] == neurons[part][end - 1] + 1) ++end;
          const Slice slice{neurons[part][i], static_cast<std::uint32_t>(end - i)};
          circuit.builder.add_current({PopulationId{part}, slice}, input.amplitude_pA, input.start, input.stop);
          i = end;
        }
    }
  }
}

}  // namespace synop::sonata
