#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "synop/core/distance_function.hpp"
#include "synop/core/network.hpp"

namespace synop::detail {

struct ShardRequest {
  ConnectionContext context;
  const ConnectionRule* rule = nullptr;
  const Distribution* weight = nullptr;
  const Distribution* delay = nullptr;
  std::optional<Delay> delay_resolution;
  bool double_precision = false;
  const PlasticityModel* plasticity = nullptr;
  Slice sources;              // of the source population
  Slice targets;              // of the target population, this block's part of the projection
  std::uint32_t slice_first = 0;  // first target of the projection's slice
  Slice block;                // neurons of the block
  bool procedural = false;    // nothing is stored: the shard gets the rule, which must outlive it
  // In place of the distributions, which then have the range of their values.
  std::optional<DistanceFunction> weight_of_distance = {};
  std::optional<DistanceFunction> delay_of_distance = {};
  std::function<void()> breathe = {};  // called now and then; what it throws ends the building
};

// Generates the synapses of one projection onto one block: counts them per source, then fills the rows, drawing the
// same numbers again; or, of procedural synapses, notes where they come from. Throws Error(model) on a weight or delay the synapse cannot have.
void build_shard(const ShardRequest& request, Shard& shard);

// Adds the shard's synapses, groups and range of delays to those of its projection.
void add_statistics(const Shard& shard, Projection& projection);

}  // namespace synop::detail
