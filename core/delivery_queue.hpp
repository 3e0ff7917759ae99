#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

#include "synop/core/time.hpp"

namespace synop {

// A pending delivery: one group of synapses of one spike, never one synapse. It is a cursor into the source's row;
// when its group is due the cursor's next group enters the queue.
struct Delivery {
  Time time;                  // when the group's spikes arrive
  std::uint32_t order = 0;    // inhibitory before excitatory, then by projection: order_of(excitatory, shard)
  std::uint32_t row = 0;      // source within the shard
  std::uint32_t group = 0;    // of the shard
  std::uint32_t left = 0;     // groups of the row that come after it

  static constexpr std::uint32_t excitatory_bit = 0x8000'0000;
  static constexpr std::uint32_t order_of(bool excitatory, std::uint32_t shard) {
    return shard | (excitatory ? excitatory_bit : 0);
  }
  std::uint32_t shard() const { return order & ~excitatory_bit; }
  bool excitatory() const { return (order & excitatory_bit) != 0; }

  // The total order of deliveries at a neuron; it depends on the model only, never on the schedule.
  friend bool operator<(const Delivery& a, const Delivery& b) {
    return std::tie(a.time, a.order, a.row, a.group) < std::tie(b.time, b.order, b.row, b.group);
  }
};

// The priority queue of a block's pending deliveries. A ring of buckets, one per window, each sorted when its window
// is opened; what lies beyond the ring waits in a heap. Pushing is an append. Measured against heaps in
// benchmarks/queue_benchmark.cpp: with one delay it costs about what a 4-ary heap costs; with delays spread over several
// windows up to a third more below 10^4 entries, and a third or less from 10^5 on.
class DeliveryQueue {
 public:
  DeliveryQueue() = default;
  explicit DeliveryQueue(Delay window);

  // Adds a delivery; its time must not be before the last opened instant.
  void push(const Delivery& delivery);

  // Makes [the last `until`, until) due. Both must lie in one window. `next_group(delivery, out)` must write the
  // delivery that follows on the same row and return whether there is one; those due in the same window are
  // included. It is told a few calls ahead by `soon(delivery)`. Returns the due deliveries in order; the span is valid
  // until the next push.
  template <class NextGroup, class Soon>
  std::span<const Delivery> open(Time until, NextGroup next_group, Soon soon);
  template <class NextGroup>
  std::span<const Delivery> open(Time until, NextGroup next_group) {
    return open(until, next_group, [](const Delivery&) {});
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Time earliest_window() const;  // a lower bound of the next delivery's time; never() if empty
  void clear();  // empty again, at time 0

  template <class Visit>
  void for_each(Visit visit) const {
    for (const Bucket& bucket : ring_)
      for (std::size_t i = bucket.taken; i < bucket.deliveries.size(); ++i) visit(bucket.deliveries[i], i >= bucket.expanded);
    for (const Delivery& delivery : far_) visit(delivery, true);
  }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(window_, current_, size_, ring_, far_);
  }

 private:
  static constexpr std::size_t ring_size = 128;

  struct Bucket {
    std::vector<Delivery> deliveries;
    std::size_t taken = 0;     // handed out
    std::size_t expanded = 0;  // whose next group has been pushed; these are sorted

    template <class Archive>
    void serialize(Archive& archive) {
      archive(deliveries, taken, expanded);
    }
  };

  std::int64_t window_of(Time t) const { return t.ticks / window_.ticks; }
  Bucket& bucket_of(std::int64_t window) { return ring_[static_cast<std::size_t>(window) % ring_size]; }
  void add(Bucket& bucket, const Delivery& delivery);
  void move_to(std::int64_t window);
  void sort(std::vector<Delivery>& deliveries, std::size_t first);
  std::span<const Delivery> take(Bucket& bucket, Time until);

  Delay window_{1};
  std::int64_t current_ = 0;    // the window being delivered
  std::size_t size_ = 0;
  std::vector<Bucket> ring_;
  std::vector<Delivery> far_;   // binary heap, earliest first
  std::vector<std::vector<Delivery>> spare_;  // empty ones with room: the bucket that is over serves the next to be filled
  std::vector<Delivery> sorted_;              // room to sort in
  std::vector<std::uint32_t> slice_begin_;
};

template <class NextGroup, class Soon>
std::span<const Delivery> DeliveryQueue::open(Time until, NextGroup next_group, Soon soon) {
  constexpr std::size_t ahead = 10;
  move_to(window_of(until - tick));
  Bucket& bucket = bucket_of(current_);
  for (std::size_t i = bucket.expanded; i < bucket.deliveries.size(); ++i) {
    if (i + ahead < bucket.deliveries.size()) soon(bucket.deliveries[i + ahead]);
    Delivery next;
    if (next_group(bucket.deliveries[i], next)) push(next);
  }
  return take(bucket, until);
}

}  // namespace synop
