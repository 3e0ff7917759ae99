#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synop/core/ids.hpp"
#include "synop/core/spike.hpp"

namespace synop {

// What leaves a simulation. Called by the thread that runs it, between the parts of a window, in order of time.
class Observer {
 public:
  virtual ~Observer() = default;
  // Spikes of one population, sorted by (time, neuron); never earlier than those of a previous call.
  virtual void on_spikes(PopulationId, std::span<const Spike>) {}
  // One row of samples: the values (mV) of a multimeter's neurons, in its order.
  virtual void on_sample(std::uint32_t /*multimeter*/, Time, std::span<const double>) {}
};

// Keeps the spikes of one population in memory, from `start` on.
class SpikeRecorder final : public Observer {
 public:
  explicit SpikeRecorder(PopulationId population, Time start = {}) : population_(population), start_(start) {}

  void on_spikes(PopulationId population, std::span<const Spike> spikes) override {
    if (population != population_) return;
    for (const Spike& spike : spikes)
      if (spike.time >= start_) spikes_.push_back(spike);
  }
  const std::vector<Spike>& spikes() const { return spikes_; }
  void clear() { spikes_.clear(); }

 private:
  PopulationId population_;
  Time start_;
  std::vector<Spike> spikes_;
};

// A hash of all spikes (tick, population, neuron) as a set: equal for equal results whatever the threads, splits or
// order of observation.
class SpikeHash final : public Observer {
 public:
  void on_spikes(PopulationId population, std::span<const Spike> spikes) override {
    for (const Spike& spike : spikes)
      sum_ += mix(mix(static_cast<std::uint64_t>(spike.time.ticks)) ^
                  ((std::uint64_t{population.index} << 32) | spike.neuron));
    count_ += spikes.size();
  }
  std::uint64_t value() const { return mix(sum_ ^ count_); }
  std::uint64_t count() const { return count_; }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(sum_, count_);
  }

 private:
  static std::uint64_t mix(std::uint64_t x) {  // a bijection that spreads every bit (finaliser of MurmurHash3)
    x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdULL;
    x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return x ^ (x >> 33);
  }

  std::uint64_t sum_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace synop
