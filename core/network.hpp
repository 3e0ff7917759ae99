#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synop/core/connection_rule.hpp"
#include "synop/core/distribution.hpp"
#include "synop/core/drive.hpp"
#include "synop/core/ids.hpp"
#include "synop/core/plasticity.hpp"
#include "synop/core/population_model.hpp"
#include "synop/core/shard.hpp"

namespace synop {

struct Population {
  std::string name;
  std::uint32_t size = 0;
  std::uint32_t first_id = 0;  // of its neurons, counted over the whole network
  std::unique_ptr<PopulationModel> model;
  std::optional<Distribution> potential;  // initial V_m; unset: the model's resting state
  std::unique_ptr<const Positions> positions = nullptr;  // null: it has none
};

struct Projection {
  std::string name;
  PopulationId source;
  PopulationId target;
  Slice sources;  // of the source population
  Slice targets;  // of the target population
  std::unique_ptr<PlasticityModel> plasticity;  // null: static synapses
  DelaySplit split;
  std::uint64_t synapses = 0;
  std::uint64_t groups = 0;  // of synapses of one source with one delay and sign, in one block
  Delay smallest_delay;
  Delay largest_delay;
  // Of procedural synapses, which are generated from the rule at every spike: null and empty where they are stored.
  std::unique_ptr<ConnectionRule> rule = nullptr;
  LargeVector<std::uint32_t> out_degree = {};  // of each source in the slice, exactly
};

struct Drive {
  std::string name;
  PopulationId target;
  Slice targets;
  std::unique_ptr<DriveModel> model;
  double weight = 1.0;  // in the target's weight unit
  Delay delay;
};

struct Current {
  PopulationId target;
  CurrentStep step;
};

// A current that changes at instants of its own.
struct ChangingCurrent {
  PopulationId target;
  Slice targets;
  std::unique_ptr<CurrentModel> model;
};

// What exists: populations, projections and their synapses. Immutable, so any number of simulations on any number of
// threads may share it. Made by NetworkBuilder.
class Network {
 public:
  struct BlockRange {
    PopulationId population;
    Slice neurons;
  };

  std::uint64_t seed() const { return seed_; }
  std::uint32_t neuron_count() const { return neuron_count_; }
  std::uint64_t synapse_count() const;

  std::span<const Population> populations() const { return populations_; }
  std::span<const Projection> projections() const { return projections_; }
  std::span<const Drive> drives() const { return drives_; }
  std::span<const Current> currents() const { return currents_; }
  std::span<const ChangingCurrent> changing_currents() const { return changing_currents_; }
  const Population& population(PopulationId id) const { return populations_[id.index]; }
  const Projection& projection(ProjectionId id) const { return projections_[id.index]; }

  // Both throw Error(model) with the nearest valid name.
  PopulationId find_population(std::string_view name) const;
  ProjectionId find_projection(std::string_view name) const;

  // Blocks of neurons by population, and the synapses onto each, by projection.
  std::span<const BlockRange> blocks() const { return blocks_; }
  std::span<const Shard> shards() const { return shards_; }
  std::span<const std::uint32_t> shards_onto(BlockId block) const { return shards_onto_[block.index]; }
  std::span<const std::uint32_t> shards_from(PopulationId population) const { return shards_from_[population.index]; }

  std::uint64_t bytes() const;  // of synapses and their indices; procedural ones have 4 bytes per source

 private:
  friend class NetworkBuilder;

  std::uint64_t seed_ = 1;
  std::uint32_t neuron_count_ = 0;
  std::vector<Population> populations_;
  std::vector<Projection> projections_;
  std::vector<Drive> drives_;
  std::vector<Current> currents_;
  std::vector<ChangingCurrent> changing_currents_;
  std::vector<BlockRange> blocks_;
  std::vector<Shard> shards_;  // by projection, then block
  std::vector<std::vector<std::uint32_t>> shards_onto_;
  std::vector<std::vector<std::uint32_t>> shards_from_;
};

// The initial V_m of some neurons of a population, in mV; empty if they begin at the model's resting state.
std::vector<double> initial_potentials(const Network& network, const Population& population, Slice neurons);

}  // namespace synop
