#pragma once

#include <cstdint>

namespace synop {

// What the engine counts, always and in 64-bit integers. Counting is by group, so it costs nothing per synapse.
// Counters are additive over blocks, the same for every number of threads, and priced afterwards.

struct ProjectionCounters {
  std::uint64_t deliveries = 0;        // synaptic operations: one per synapse and arriving spike, also while refractory
  std::uint64_t plastic_pre = 0;       // evaluations of on_pre
  std::uint64_t plastic_post = 0;      // evaluations of on_post
  std::uint64_t queue_operations = 0;  // pushes and pops of pending deliveries (the simulator's own)
  std::uint64_t bytes_touched = 0;     // synapse memory read and written, state of targets included

  ProjectionCounters& operator+=(const ProjectionCounters& other) {
    deliveries += other.deliveries;
    plastic_pre += other.plastic_pre;
    plastic_post += other.plastic_post;
    queue_operations += other.queue_operations;
    bytes_touched += other.bytes_touched;
    return *this;
  }
  ProjectionCounters& operator-=(const ProjectionCounters& other) {
    deliveries -= other.deliveries;
    plastic_pre -= other.plastic_pre;
    plastic_post -= other.plastic_post;
    queue_operations -= other.queue_operations;
    bytes_touched -= other.bytes_touched;
    return *this;
  }
  friend bool operator==(const ProjectionCounters&, const ProjectionCounters&) = default;
};

struct PopulationCounters {
  std::uint64_t spikes = 0;
  std::uint64_t attended = 0;           // neurons looked at one by one (the simulator's own work: depends on windows)
  std::uint64_t drive_deliveries = 0;   // synaptic operations of stimuli without stored synapses
  std::uint64_t self_events = 0;        // predicted crossings that came due

  PopulationCounters& operator+=(const PopulationCounters& other) {
    spikes += other.spikes;
    attended += other.attended;
    drive_deliveries += other.drive_deliveries;
    self_events += other.self_events;
    return *this;
  }
  PopulationCounters& operator-=(const PopulationCounters& other) {
    spikes -= other.spikes;
    attended -= other.attended;
    drive_deliveries -= other.drive_deliveries;
    self_events -= other.self_events;
    return *this;
  }
  friend bool operator==(const PopulationCounters&, const PopulationCounters&) = default;
};

}  // namespace synop
