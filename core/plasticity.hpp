#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "synop/core/shard.hpp"
#include "synop/core/time.hpp"

namespace synop {

class StateReader;
class StateWriter;

// How the delay of a plastic synapse divides. The pair of spikes is defined at the synapse: a presynaptic spike is
// there after the axonal part, a postsynaptic one after the dendritic part, and the postsynaptic jump lands after both.
struct DelaySplit {
  double dendritic_fraction = 1.0;  // in [0, 1]; NEST's synapses are purely dendritic

  Delay dendritic(Delay total) const {
    return {static_cast<std::int64_t>(static_cast<double>(total.ticks) * dendritic_fraction)};
  }
  Delay axonal(Delay total) const { return total - dendritic(total); }
};

// How often a rule's verbs were evaluated.
struct PlasticityUpdates {
  std::uint64_t pre = 0;
  std::uint64_t post = 0;

  PlasticityUpdates& operator+=(const PlasticityUpdates& other) {
    pre += other.pre;
    post += other.post;
    return *this;
  }
  friend bool operator==(const PlasticityUpdates&, const PlasticityUpdates&) = default;
};

// The changing part of a plastic shard: its weights and the traces they follow. Used by one thread, the owner of the
// block. Between two deliveries a weight may lag behind (an implementation may be lazy); weights_at() does not.
class ShardPlasticity {
 public:
  virtual ~ShardPlasticity() = default;

  // A source has fired. Called once per spike, in order of emission, before any of its groups is delivered.
  virtual void on_source_spike(std::uint32_t row, Time emitted) = 0;
  // The group is about to be delivered: applies what happened at its synapses up to and including the arrival of this
  // spike there. Afterwards weights() of the group are those the spike transmits.
  virtual void on_delivery(std::uint32_t row, const Shard::Group& group, Time emitted) = 0;
  virtual void on_target_spike(std::uint32_t target, Time time) = 0;
  // Called now and then, when nothing earlier than `now` will arrive any more, to bound memory. Changes no result.
  virtual void settle(Time now) = 0;

  virtual const float* weights() const = 0;
  // The weights as they stand at the synapses at `now` (every spike that reached them before), in the shard's order.
  // Returns what had to be evaluated for them, which updates() does not count.
  virtual PlasticityUpdates weights_at(Time now, std::span<float> out) const = 0;
  // Replaces all weights and forgets spikes and traces, as at the start of a run; what happens next is at `now` or
  // later. `made` is what was evaluated for these weights, and counts now. Spikes on their way transmit them.
  virtual void restart(std::span<const float> weights, Time now, const PlasticityUpdates& made) = 0;
  // A reward reaches all synapses at `time`, before all spikes of that instant; nothing at `time` or later has happened.
  virtual void on_reward(Time /*time*/, double /*amount*/) {}
  // Whether it is learning, which may be frozen. What only scales a weight for a while (short-term plasticity) goes on.
  virtual bool learns() const { return true; }

  virtual PlasticityUpdates updates() const = 0;  // since the last reset
  virtual void reset_counters() = 0;
  virtual std::uint64_t bytes() const = 0;
  virtual void save(StateWriter& writer) = 0;
  virtual void load(StateReader& reader) = 0;
};

// What the sign of a synapse is: one for all of a projection, so that a weight of 0 has it too, or that of its weight.
enum class WeightSign { excitatory, inhibitory, of_weight };

// A plasticity rule with its parameters, as a projection carries it.
class PlasticityModel {
 public:
  virtual ~PlasticityModel() = default;
  virtual std::string_view name() const = 0;
  // Throws Error(model) unless a synapse may start with this weight.
  virtual void check_weight(double weight) const = 0;
  virtual double largest_weight() const = 0;  // the bound of its magnitude
  virtual WeightSign sign() const = 0;
  virtual bool takes_reward() const { return false; }
  // `fits_cache`: the plastic weights of the network are few enough to stay in a processor's private cache.
  virtual std::unique_ptr<ShardPlasticity> make_state(const Shard& shard, std::uint32_t block_size, DelaySplit split,
                                                      bool fits_cache) const = 0;
  virtual double bytes_per_synapse() const { return 4.0; }
};

}  // namespace synop
