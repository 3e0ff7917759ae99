#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "synop/core/time.hpp"

namespace synop {

// Predicted threshold crossings of one block, kept out of the delivery queue. A prediction may become stale when
// input arrives: an earlier one is added beside it, a later one is noticed when it comes due, because whoever takes an
// event evaluates the neuron again. Each neuron has at most one live entry; superseded ones are skipped.
class SelfEvents {
 public:
  void resize(std::size_t neurons) {
    heap_.clear();
    scheduled_.assign(neurons, Time::never());
  }

  Time next() const { return heap_.empty() ? Time::never() : heap_.front().time; }

  void schedule(std::uint32_t neuron, Time time) {
    if (time >= scheduled_[neuron]) return;
    scheduled_[neuron] = time;
    heap_.push_back({time, neuron});
    std::push_heap(heap_.begin(), heap_.end(), Later{});
  }

  // Removes the first event; false when it was superseded.
  bool take(std::uint32_t& neuron) {
    const Event event = heap_.front();
    std::pop_heap(heap_.begin(), heap_.end(), Later{});
    heap_.pop_back();
    if (scheduled_[event.neuron] != event.time) return false;
    scheduled_[event.neuron] = Time::never();
    neuron = event.neuron;
    return true;
  }

  void cancel(std::uint32_t neuron) { scheduled_[neuron] = Time::never(); }

  void clear() {
    heap_.clear();
    std::fill(scheduled_.begin(), scheduled_.end(), Time::never());
  }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(heap_, scheduled_);
  }

 private:
  struct Event {
    Time time;
    std::uint32_t neuron = 0;
    std::uint32_t unused = 0;
  };
  // Ties by neuron, so that the order is that of the model and not of the heap.
  struct Later {
    bool operator()(const Event& a, const Event& b) const {
      return a.time != b.time ? a.time > b.time : a.neuron > b.neuron;
    }
  };

  std::vector<Event> heap_;
  std::vector<Time> scheduled_;
};

// Ends of refractoriness of a block whose neurons share one t_ref: first in, first out.
class Releases {
 public:
  Time next() const { return taken_ < queue_.size() ? queue_[taken_].time : Time::never(); }
  // The next release if it is due: before `limit`, or with t_ref = 0 before `before`; else never().
  Time due(Time limit, Time before, Delay t_ref) const {
    return next() < (t_ref.ticks > 0 ? limit : before) ? next() : Time::never();
  }
  void push(std::uint32_t neuron, Time t, Delay t_ref) { queue_.push_back({t + t_ref, neuron}); }
  std::uint32_t take() {
    const std::uint32_t neuron = queue_[taken_++].neuron;
    if (taken_ * 2 > queue_.size() && taken_ > 64) {
      queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(taken_));
      taken_ = 0;
    }
    return neuron;
  }
  void clear() {
    queue_.clear();
    taken_ = 0;
  }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(queue_, taken_);
  }

 private:
  struct Release {
    Time time;
    std::uint32_t neuron = 0;
    std::uint32_t unused = 0;
  };
  std::vector<Release> queue_;
  std::size_t taken_ = 0;
};

// Ends of refractoriness of a block whose neurons have a t_ref each: a heap, and a queue for those with t_ref = 0, which are
// released after the inputs of their instant.
class OwnReleases {
 public:
  Time next() const { return std::min(first(), at_once_.next()); }
  Time due(Time limit, Time before, Delay) const {
    return std::min(first() < limit ? first() : Time::never(), at_once_.due(limit, before, Delay{}));
  }
  void push(std::uint32_t neuron, Time t, Delay t_ref) {
    if (t_ref.ticks == 0) return at_once_.push(neuron, t, t_ref);
    heap_.push_back({t + t_ref, neuron});
    std::push_heap(heap_.begin(), heap_.end(), Later{});
  }
  std::uint32_t take() {
    if (at_once_.next() < first()) return at_once_.take();
    const std::uint32_t neuron = heap_.front().neuron;
    std::pop_heap(heap_.begin(), heap_.end(), Later{});
    heap_.pop_back();
    return neuron;
  }
  void clear() {
    heap_.clear();
    at_once_.clear();
  }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(heap_, at_once_);
  }

 private:
  struct Release {
    Time time;
    std::uint32_t neuron = 0;
    std::uint32_t unused = 0;
  };
  struct Later {
    bool operator()(const Release& a, const Release& b) const {
      return a.time != b.time ? a.time > b.time : a.neuron > b.neuron;
    }
  };

  Time first() const { return heap_.empty() ? Time::never() : heap_.front().time; }

  std::vector<Release> heap_;
  Releases at_once_;
};

}  // namespace synop
