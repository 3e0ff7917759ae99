#pragma once

#include <map>
#include <string>
#include <vector>

#include "synop/core/network_builder.hpp"
#include "synop/io/sonata/config.hpp"
#include "synop/io/sonata/detail/node_sets.hpp"
#include "synop/io/sonata/detail/nodes.hpp"
#include "synop/io/sonata/detail/templates.hpp"

namespace synop::sonata {

// A part of a population of nodes that has one model and one set of parameters, but for those that the model lets
// differ: a population of the network.
struct Part {
  std::uint32_t population = 0;              // of the nodes
  const NeuronTemplate* neurons = nullptr;   // null: virtual nodes, which only send
  std::string label;                         // tells the parts of a population apart; empty if there is one
  std::string name;                          // of the network's population: <population>, <population>:<label>
  std::vector<std::uint32_t> rows;           // of the nodes, ascending; neuron i is node rows[i]
};

// Where a node is in the network.
struct Place {
  std::uint32_t part = 0;    // the index of the network's population; no_value: the node is part of a stimulus
  std::uint32_t neuron = 0;
};

// Virtual nodes that stand for a stimulus of an exported network: no population of this one.
struct Stimulus {
  std::string model;                      // what has drawn the trains
  std::vector<std::vector<Time>> trains;  // by row
  std::string target = {};                // a population of nodes, once the edges are known
};

// Where samples of a report come from and go to.
struct ReportPart {
  std::uint32_t part = 0;
  std::vector<std::uint32_t> neurons;
  std::vector<std::uint32_t> columns;  // of the report
};
struct ReportPlan {
  std::uint32_t population = 0;
  std::vector<std::uint64_t> ids;  // by column
  std::vector<ReportPart> parts;
};

// A simulation as its files describe it, ready to be built.
struct Circuit {
  SonataConfig config;
  std::vector<Nodes> nodes;
  std::vector<Part> parts;                 // by population of the network
  std::vector<std::vector<Place>> places;  // of every node, by population and row
  std::map<std::uint32_t, Stimulus> stimuli;  // by population of nodes
  std::vector<ReportPlan> reports;         // as config.reports
  NetworkBuilder builder;
  std::vector<std::string> assumptions;    // also those of the configuration

  bool is_simulated(std::uint32_t population) const;  // whether a node of the population is more than virtual
  const NeuronTemplate* neurons_at(Place place) const;  // null: the node there is virtual
};

// Reads all files of a simulation and composes its network. Throws Error(input), with file and dataset or key, and
// Error(file).
Circuit compose_circuit(SonataConfig config);

}  // namespace synop::sonata
