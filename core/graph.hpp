#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <boost/property_map/property_map.hpp>

#include "synop/core/network.hpp"

// A network as a graph of Boost.Graph, in place: neurons are vertices (numbered over all populations), synapses are
// directed edges. It models VertexListGraph, IncidenceGraph and EdgeListGraph over the synapses' own memory, so every
// algorithm of the library runs without a copy. Property maps: vertex_index, edge_weight (the synapse's delay in ms,
// so that shortest paths are the fastest ones) and synapse_weight. Procedural synapses are edges too, but every step from
// one to the next and every target generates the row again.
namespace synop {

struct SynapseEdge {
  std::uint32_t source = 0;   // neuron, over all populations
  std::uint32_t shard = 0;    // of Network::shards()
  std::uint32_t index = 0;    // of the synapse within the shard, if procedural within its row
  friend bool operator==(const SynapseEdge&, const SynapseEdge&) = default;
};

std::uint32_t population_of(const Network& network, std::uint32_t neuron);
SynapseEdge first_out_edge(const Network& network, std::uint32_t neuron);
void next_out_edge(const Network& network, SynapseEdge& edge);  // of the same source
inline SynapseEdge end_of_out_edges(std::uint32_t neuron) {
  return {neuron, std::numeric_limits<std::uint32_t>::max(), 0};
}
Delay delay_of(const Network& network, const SynapseEdge& edge);

class OutEdgeIterator
    : public boost::iterator_facade<OutEdgeIterator, SynapseEdge, boost::forward_traversal_tag, SynapseEdge> {
 public:
  OutEdgeIterator() = default;
  OutEdgeIterator(const Network& network, SynapseEdge edge) : network_(&network), edge_(edge) {}

 private:
  friend class boost::iterator_core_access;
  SynapseEdge dereference() const { return edge_; }
  bool equal(const OutEdgeIterator& other) const { return edge_ == other.edge_; }
  void increment() { next_out_edge(*network_, edge_); }

  const Network* network_ = nullptr;
  SynapseEdge edge_;
};

// All edges, by source.
class EdgeIterator
    : public boost::iterator_facade<EdgeIterator, SynapseEdge, boost::forward_traversal_tag, SynapseEdge> {
 public:
  EdgeIterator() = default;
  EdgeIterator(const Network& network, SynapseEdge edge) : network_(&network), edge_(edge) { skip_empty(); }

 private:
  friend class boost::iterator_core_access;
  SynapseEdge dereference() const { return edge_; }
  bool equal(const EdgeIterator& other) const { return edge_ == other.edge_; }
  void increment() {
    next_out_edge(*network_, edge_);
    skip_empty();
  }
  void skip_empty() {
    while (edge_ == end_of_out_edges(edge_.source) && edge_.source + 1 < network_->neuron_count())
      edge_ = first_out_edge(*network_, edge_.source + 1);
  }

  const Network* network_ = nullptr;
  SynapseEdge edge_;
};

inline std::uint32_t num_vertices(const Network& network) { return network.neuron_count(); }
inline std::size_t num_edges(const Network& network) { return network.synapse_count(); }
inline std::uint32_t source(const SynapseEdge& edge, const Network&) { return edge.source; }
std::uint32_t target(const SynapseEdge& edge, const Network& network);
std::size_t out_degree(std::uint32_t neuron, const Network& network);

inline auto vertices(const Network& network) {
  using Iterator = boost::counting_iterator<std::uint32_t>;
  return std::pair(Iterator(0), Iterator(network.neuron_count()));
}
inline auto out_edges(std::uint32_t neuron, const Network& network) {
  return std::pair(OutEdgeIterator(network, first_out_edge(network, neuron)),
                   OutEdgeIterator(network, end_of_out_edges(neuron)));
}
inline std::pair<EdgeIterator, EdgeIterator> edges(const Network& network) {
  if (network.neuron_count() == 0) return {};
  return {EdgeIterator(network, first_out_edge(network, 0)),
          EdgeIterator(network, end_of_out_edges(network.neuron_count() - 1))};
}

inline boost::typed_identity_property_map<std::uint32_t> get(boost::vertex_index_t, const Network&) { return {}; }

struct EdgeDelayMap {  // ms
  using value_type = double;
  using reference = double;
  using key_type = SynapseEdge;
  using category = boost::readable_property_map_tag;
  const Network* network;
};
inline double get(const EdgeDelayMap& map, const SynapseEdge& edge) { return delay_of(*map.network, edge).ms(); }
inline EdgeDelayMap get(boost::edge_weight_t, const Network& network) { return {&network}; }

// The weight of a synapse as built, in the unit of its target's model.
double synapse_weight(const Network& network, const SynapseEdge& edge);

}  // namespace synop

namespace boost {

template <>
struct graph_traits<synop::Network> {
  using vertex_descriptor = std::uint32_t;
  using edge_descriptor = synop::SynapseEdge;
  using directed_category = directed_tag;
  using edge_parallel_category = allow_parallel_edge_tag;
  struct traversal_category : virtual vertex_list_graph_tag, virtual incidence_graph_tag, virtual edge_list_graph_tag {};
  using vertex_iterator = counting_iterator<std::uint32_t>;
  using out_edge_iterator = synop::OutEdgeIterator;
  using edge_iterator = synop::EdgeIterator;
  using vertices_size_type = std::uint32_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;
  static vertex_descriptor null_vertex() { return std::numeric_limits<std::uint32_t>::max(); }
};

template <>
struct property_map<synop::Network, vertex_index_t> {
  using type = typed_identity_property_map<std::uint32_t>;
  using const_type = type;
};

template <>
struct property_map<synop::Network, edge_weight_t> {
  using type = synop::EdgeDelayMap;
  using const_type = type;
};

}  // namespace boost
