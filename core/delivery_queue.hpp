#pragma once

#include <algorithm>
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

// The priority queue of a block's pending deliveries. A ring of buckets, one per window; what lies beyond the ring waits in
// a heap. The window that is being delivered is cut into parts of equal length, as many as keep the deliveries of a part
// within the private cache, and each part is sorted when it is its turn. Pushing is an append. Measured against heaps in
// benchmarks/queue_benchmark.cpp: with one delay it costs about what a 4-ary heap costs; with delays spread over several
// windows up to a third more below 10^4 entries, and a third or less from 10^5 on.
class DeliveryQueue {
 public:
  struct Due {
    std::span<const Delivery> deliveries;  // in order; valid until the next push
    Time until;
  };

  DeliveryQueue() = default;
  explicit DeliveryQueue(Delay window);

  // Adds a delivery; its time must not be before the last `until` of open().
  void push(const Delivery& delivery);

  // Makes due what comes between the last `until` and `limit`, or an earlier instant, which is the `until` of the answer:
  // to be called until that is `limit`. All of it must lie in one window. `follow(delivery, end, append)` must
  // call append with the deliveries that come after `delivery` on its row, up to the first that is not before `end`, and
  // is told a few calls ahead by `soon(delivery)`.
  template <class Follow, class Soon>
  Due open(Time limit, Follow follow, Soon soon);

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Time earliest_window() const;  // a lower bound of the next delivery's time; never() if empty
  void clear();  // empty again, at time 0

  // Visits every pending delivery, and tells whether the rest of its row is still to come after it.
  template <class Visit>
  void for_each(Visit visit) const {
    const auto visit_all = [&](const Bucket& bucket) {
      for (std::size_t i = bucket.taken; i < bucket.deliveries.size(); ++i) visit(bucket.deliveries[i], i >= bucket.expanded);
    };
    for (const Bucket& part : parts_) visit_all(part);
    for (const auto& later : ring_)
      for (const Delivery& delivery : later) visit(delivery, true);
    for (const Delivery& delivery : far_) visit(delivery, true);
  }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(window_, current_, size_, ring_, far_, parts_, part_shift_, due_until_, last_count_);
  }

 private:
  static constexpr std::size_t ring_size = 128;

  struct Bucket {
    std::vector<Delivery> deliveries;
    std::size_t taken = 0;     // handed out
    std::size_t expanded = 0;  // whose next group has been pushed

    template <class Archive>
    void serialize(Archive& archive) {
      archive(deliveries, taken, expanded);
    }
  };

  std::int64_t window_of(Time t) const { return t.ticks / window_.ticks; }
  Time window_begin() const { return {current_ * window_.ticks}; }
  Time window_end() const { return {(current_ + 1) * window_.ticks}; }
  std::size_t part_of(Time t) const { return static_cast<std::size_t>((t - window_begin()).ticks >> part_shift_); }
  Time part_begin(std::size_t part) const { return {window_begin().ticks + (static_cast<std::int64_t>(part) << part_shift_)}; }
  void add(std::vector<Delivery>& bucket, const Delivery& delivery);
  void move_to(std::int64_t window);
  void cut_window(std::vector<Delivery>& deliveries);
  void sort(std::size_t part, std::size_t first, std::size_t followed);
  std::span<const Delivery> take(Bucket& bucket, Time until);

  Delay window_{1};
  std::int64_t current_ = 0;              // the window being delivered
  std::size_t size_ = 0;
  std::vector<std::vector<Delivery>> ring_;  // later windows
  std::vector<Delivery> far_;             // binary heap, earliest first
  std::vector<Bucket> parts_{1};          // of the current window
  int part_shift_ = 62;                   // a part is 2^part_shift_ ticks long
  Time due_until_{};                      // what lies before it has been made due
  std::size_t last_count_ = 0;            // deliveries of the last window that had any
  std::vector<std::vector<Delivery>> spare_;  // empty ones with room: the bucket that is over serves the next to be filled
  std::vector<Delivery> followed_;            // room for the deliveries that follow in the same part
  std::vector<Delivery> sorted_;              // room to sort in
  std::vector<std::uint32_t> slice_begin_;
};

template <class Follow, class Soon>
DeliveryQueue::Due DeliveryQueue::open(Time limit, Follow follow, Soon soon) {
  constexpr std::size_t ahead = 10;
  move_to(window_of(limit - tick));
  if (size_ == 0) return {{}, due_until_ = limit};
  const std::size_t index = part_of(due_until_);
  const Time end = std::min(window_end(), part_begin(index + 1));
  Bucket& part = parts_[index];
  if (const std::size_t pushed = part.deliveries.size(); part.expanded < pushed) {
    std::size_t followed = 0;
    for (std::size_t i = part.expanded; i < pushed; ++i) {
      if (i + ahead < pushed) soon(part.deliveries[i + ahead]);
      follow(part.deliveries[i], end, [&](const Delivery& next) {
        if (next.time >= end) return push(next);
        if (followed == followed_.size()) followed_.resize(2 * followed + 64);
        followed_[followed++] = next;
      });
    }
    size_ += followed;
    sort(index, part.taken, followed);
    part.expanded = part.deliveries.size();
  }
  due_until_ = std::min(limit, end);
  return {take(part, due_until_), due_until_};
}

}  // namespace synop
