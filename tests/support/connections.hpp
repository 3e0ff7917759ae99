#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "synop/core/network_builder.hpp"
#include "synop/neurons/parrot_neuron.hpp"

namespace synop::test {

using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;                            // source, target; sorted
using Synapses = std::vector<std::tuple<std::uint32_t, std::uint32_t, double, std::int64_t>>;  // weight, delay; sorted

// All stored synapses of a network, with their delays.
inline Synapses synapses_of(const Network& network) {
  Synapses all;
  for (const Shard& shard : network.shards()) {
    const Slice block = network.blocks()[shard.block.index].neurons;
    for (std::uint32_t row = 0; row < shard.sources.count; ++row)
      for (std::uint32_t g = 0; g < shard.group_count(row); ++g) {
        const Shard::Group group = shard.group(row, g);
        for (std::uint32_t i = group.begin; i < group.end; ++i)
          all.emplace_back(shard.sources.first + row, block.first + shard.target_of(i), shard.weight(i),
                           group.delay.ticks);
      }
  }
  return all;
}

// The synapses that a rule makes within a population of parrots.
template <class Rule>
Synapses synapses_between(const Rule& rule, std::uint32_t size, Synapse synapse = {}, const BuildOptions& options = {},
                          std::optional<Slice> sources = std::nullopt, std::optional<Slice> targets = std::nullopt) {
  NetworkBuilder builder(5);
  const auto p = builder.add_population("p", size, ParrotNeuron{});
  Neurons from(p), onto(p);
  from.slice = sources;
  onto.slice = targets;
  builder.connect(from, onto, rule, std::move(synapse));
  const Network network = builder.build(options);
  Synapses all = synapses_of(network);
  std::sort(all.begin(), all.end());
  return all;
}

template <class Rule>
Pairs pairs_between(const Rule& rule, std::uint32_t size, std::optional<Slice> sources = std::nullopt,
                    std::optional<Slice> targets = std::nullopt) {
  Pairs pairs;
  for (const auto& [source, target, weight, delay] : synapses_between(rule, size, {}, {}, sources, targets))
    pairs.emplace_back(source, target);
  return pairs;
}

}  // namespace synop::test
