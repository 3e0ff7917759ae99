#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "synop/core/counters.hpp"
#include "synop/core/delivery_queue.hpp"
#include "synop/core/drive.hpp"
#include "synop/core/ids.hpp"
#include "synop/core/plasticity.hpp"
#include "synop/core/shard.hpp"
#include "synop/core/spike.hpp"

namespace synop {

// A piece [begin, until) of a window on the absolute grid of windows. Runs may be split anywhere; what is decided once per
// window is decided when it opens. Neurons that are driven above threshold are searched up to a horizon, a multiple of
// the window, when that opens.
struct WindowPart {
  Time begin;
  Time until;
  Time horizon;
  bool opens = true;
  bool opens_horizon = true;
};

// The synapses of one projection onto a block, and where reading the spikes of their source population stands.
struct Incoming {
  const Shard* shard = nullptr;
  const float* weight32 = nullptr;   // current weights: the shard's, or those of the plasticity
  const double* weight64 = nullptr;
  std::unique_ptr<ShardPlasticity> plasticity;
  bool changes = false;              // whether the plasticity takes part: there is one, and it is not frozen
  std::uint64_t spikes_read = 0;     // of all spikes ever emitted by the source population
  ProjectionCounters counters;

  // Whether its synapses are delivered one by one and have a delay each, and no plasticity.
  bool is_single() const { return shard->grouped && shard->group_begin.empty() && !plasticity; }
};

// Samples of one state variable at fixed intervals (a multimeter's part in one block).
struct Sampler {
  Delay interval;
  Time next;
  Time stop;
  std::vector<std::uint32_t> neurons;  // within the block
  std::vector<Time> times;             // samples taken since the last collection
  std::vector<double> values;          // times.size() rows of neurons.size() values, mV

  Time due() const { return next < stop ? next : Time::never(); }
};

// A block is a range of neurons of one population with all that happens to them; it is owned by one thread at a time.
// Blocks are cut by a function of the network alone, so a thread count changes who works and never what is computed.
class Block {
 public:
  Block(PopulationId population, Slice neurons) : population_(population), neurons_(neurons) {}
  virtual ~Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  // Enters the spikes of a source population that have not been read yet. `log` holds the spikes numbered
  // [log_begin, log_begin + log.size()).
  void read_spikes(Incoming& incoming, std::span<const Spike> log, std::uint64_t log_begin);

  // Advances to `part.until`: every delivery before it is known. Spikes are left in spikes(), by time, then neuron.
  virtual void run(const WindowPart& part) = 0;
  // A lower bound of the next instant at which this block has anything to do.
  virtual Time next_event() const = 0;

  // The value of a state variable at `now`, when every event before `now` has been processed.
  virtual double value(std::string_view variable, std::uint32_t neuron, Time now) = 0;
  virtual void set_value(std::string_view variable, std::uint32_t neuron, double value, Time now) = 0;
  // What a source of given spikes sends from now on: those of `spikes` that are of its neurons. Sorted, none in the past.
  virtual void set_spikes(std::span<const Spike> spikes);
  // Adds to the constant current of each neuron, from `now` on and until a restart; pA, one for each.
  virtual void add_currents(std::span<const double> amplitudes, Time now);
  // Adaptation (a threshold that spikes raise) may be frozen, as a test phase wants it.
  virtual void freeze_adaptation(bool, Time /*now*/) {}
  // Back to the initial state at time 0; adaptation is kept as it is `now`, as are plastic weights. `trial` chooses
  // the random numbers of what follows.
  virtual void restart(Time now, std::uint64_t trial) = 0;

  virtual void save(StateWriter& writer) = 0;
  virtual void load(StateReader& reader) = 0;
  virtual std::uint64_t bytes() const = 0;

  PopulationId population() const { return population_; }
  Slice neurons() const { return neurons_; }
  std::vector<Spike>& spikes() { return spikes_; }
  std::vector<Incoming>& incoming() { return incoming_; }
  const std::vector<Incoming>& incoming() const { return incoming_; }
  const DeliveryQueue& queue() const { return queue_; }
  std::vector<Sampler>& samplers() { return samplers_; }
  PopulationCounters& counters() { return counters_; }
  void set_window(Delay window) { queue_ = DeliveryQueue(window); }
  bool plasticity_frozen() const { return plasticity_frozen_; }
  void freeze_plasticity(bool frozen);

 protected:
  // Appends the deliveries that come after `delivery` on its row, up to the first that is not before `end`.
  template <class Append>
  void follow_row(const Delivery& delivery, Time end, Append append);
  void restart_common();
  void save_common(StateWriter& writer);
  void load_common(StateReader& reader);

  PopulationId population_;
  Slice neurons_;
  std::vector<Incoming> incoming_;  // by projection
  DeliveryQueue queue_;
  std::vector<Sampler> samplers_;
  std::vector<Spike> spikes_;
  PopulationCounters counters_;
  bool plasticity_frozen_ = false;

 private:
  template <class Archive>
  void serialize_common(Archive& archive);
};

template <class Append>
void Block::follow_row(const Delivery& delivery, Time end, Append append) {
  Incoming& incoming = incoming_[delivery.shard()];
  ++incoming.counters.queue_operations;  // the pop of `delivery`
  if (delivery.left == 0) return;
  const Shard& shard = *incoming.shard;
  const auto follow = [&](auto delay_sign) {
    // From the emission time each time: nothing accumulates.
    const Time emitted = delivery.time - Delay{delay_sign(delivery.group) >> 1};
    std::uint32_t group = delivery.group, left = delivery.left;
    Time time;
    std::uint64_t operations = 0;
    do {
      const std::int64_t key = delay_sign(++group);
      time = emitted + Delay{key >> 1};
      append(Delivery{time, Delivery::order_of((key & 1) != 0, delivery.shard()), delivery.row, group, --left});
      operations += time < end ? 2 : 1;  // pushed, and also popped
    } while (time < end && left > 0);
    incoming.counters.queue_operations += operations;
    return group;
  };
  if (shard.weighted) {
    follow([&](std::uint32_t g) { return shard.delay_sign(g); });
  } else if (shard.group_key.empty()) {
    const std::int64_t* const delay_sign = shard.group_delay_sign.data();
    shard.prefetch_followers(follow([=](std::uint32_t g) { return delay_sign[g]; }));
  } else {
    const std::uint16_t* const key = shard.group_key.data();
    const std::int64_t* const table = shard.key_table.data();
    follow([=](std::uint32_t g) { return table[key[g]]; });
  }
}

}  // namespace synop
