#include "synop/core/graph.hpp"

#include <algorithm>

namespace synop {

namespace {

std::uint32_t row_of(const Network& network, const Shard& shard, std::uint32_t neuron) {
  const Projection& projection = network.projection(shard.projection);
  return neuron - network.population(projection.source).first_id - shard.sources.first;
}

// Of a stored synapse the index counts over the shard, of a generated one within its row.
std::uint32_t first_index(const Shard& shard, std::uint32_t row) {
  return shard.is_procedural() ? 0 : shard.row_begin[row];
}

struct Generated {
  std::uint32_t target = 0;
  double weight = 0.0;
};
Generated generated(const Network& network, const Shard& shard, const SynapseEdge& edge) {
  Generated synapse;
  std::uint32_t index = 0;
  shard.procedural.for_each(row_of(network, shard, edge.source), shard.constant_weight, [&](std::uint32_t target, double weight) {
    if (index++ == edge.index) synapse = {target, weight};
  });
  return synapse;
}

// The first synapse of `neuron` in a shard of its population at position `at` or later.
SynapseEdge first_from(const Network& network, std::uint32_t neuron, std::size_t at) {
  const auto shards = network.shards_from({population_of(network, neuron)});
  for (; at < shards.size(); ++at) {
    const Shard& shard = network.shards()[shards[at]];
    const std::uint32_t row = row_of(network, shard, neuron);
    if (row < shard.sources.count && shard.row_size(row) > 0) return {neuron, shards[at], first_index(shard, row)};
  }
  return end_of_out_edges(neuron);
}

}  // namespace

std::uint32_t population_of(const Network& network, std::uint32_t neuron) {
  const auto populations = network.populations();
  const auto after = std::upper_bound(populations.begin(), populations.end(), neuron,
                                      [](std::uint32_t id, const Population& p) { return id < p.first_id; });
  return static_cast<std::uint32_t>(after - populations.begin()) - 1;
}

SynapseEdge first_out_edge(const Network& network, std::uint32_t neuron) { return first_from(network, neuron, 0); }

void next_out_edge(const Network& network, SynapseEdge& edge) {
  const Shard& shard = network.shards()[edge.shard];
  const std::uint32_t row = row_of(network, shard, edge.source);
  if (++edge.index < first_index(shard, row) + shard.row_size(row)) return;
  const auto shards = network.shards_from({population_of(network, edge.source)});
  const auto at = std::lower_bound(shards.begin(), shards.end(), edge.shard) - shards.begin();
  edge = first_from(network, edge.source, static_cast<std::size_t>(at) + 1);
}

std::uint32_t target(const SynapseEdge& edge, const Network& network) {
  const Shard& shard = network.shards()[edge.shard];
  const Network::BlockRange& block = network.blocks()[shard.block.index];
  const std::uint32_t first = network.population(block.population).first_id + block.neurons.first;
  if (!shard.is_procedural()) return first + shard.target_of(edge.index);
  return first + generated(network, shard, edge).target;
}

std::size_t out_degree(std::uint32_t neuron, const Network& network) {
  std::size_t degree = 0;
  for (const std::uint32_t s : network.shards_from({population_of(network, neuron)})) {
    const Shard& shard = network.shards()[s];
    const std::uint32_t row = row_of(network, shard, neuron);
    if (row < shard.sources.count) degree += shard.row_size(row);
  }
  return degree;
}

Delay delay_of(const Network& network, const SynapseEdge& edge) {
  const Shard& shard = network.shards()[edge.shard];
  if (!shard.grouped) return shard.uniform_delay;
  if (shard.group_begin.empty()) return {shard.delay_sign(edge.index) >> 1};
  const auto after = std::upper_bound(shard.group_begin.begin(), shard.group_begin.end(), edge.index);
  return {shard.delay_sign(static_cast<std::uint32_t>(after - shard.group_begin.begin()) - 1) >> 1};
}

double synapse_weight(const Network& network, const SynapseEdge& edge) {
  const Shard& shard = network.shards()[edge.shard];
  return shard.is_procedural() ? generated(network, shard, edge).weight : shard.weight(edge.index);
}

}  // namespace synop
