// What does a pending delivery cost in the queue of a block, compared with heaps? The hold model, window by window: all
// entries of a window are taken in order, and for each a new one is entered that is due one to five windows later. The
// argument is the number of pending entries; the result is the time of one entry and one removal.

#include <queue>
#include <vector>

#include <benchmark/benchmark.h>

#include "synop/core/delivery_queue.hpp"
#include "synop/core/random.hpp"

namespace {

using namespace synop;

constexpr Delay window = Delay{1'500'000'000};

// Delays drawn ahead, so that drawing is not measured.
class Delays {
 public:
  Delays() : values_(1 << 16) {
    RandomStream random(1, Purpose::task, 0);
    for (Delay& value : values_) value = window + Delay{random.below(1u << 30) * (4 * window.ticks >> 30)};
  }
  Delay next() { return values_[position_++ & 0xffff]; }

 private:
  std::vector<Delay> values_;
  std::size_t position_ = 0;
};

struct Later {
  bool operator()(const Delivery& a, const Delivery& b) const { return b < a; }
};

class BinaryHeap {
 public:
  void push(const Delivery& delivery) { heap_.push(delivery); }
  template <class Visit>
  void take_before(Time until, Visit visit) {
    while (heap_.top().time < until) {
      const Delivery first = heap_.top();
      heap_.pop();
      visit(first);
    }
  }

 private:
  std::priority_queue<Delivery, std::vector<Delivery>, Later> heap_;
};

class FourAryHeap {
 public:
  void push(const Delivery& delivery) {
    std::size_t i = heap_.size();
    heap_.push_back(delivery);
    for (; i > 0 && delivery < heap_[(i - 1) / 4]; i = (i - 1) / 4) heap_[i] = heap_[(i - 1) / 4];
    heap_[i] = delivery;
  }
  template <class Visit>
  void take_before(Time until, Visit visit) {
    while (heap_.front().time < until) {
      const Delivery first = heap_.front();
      remove_first();
      visit(first);
    }
  }

 private:
  void remove_first() {
    const Delivery last = heap_.back();
    heap_.pop_back();
    std::size_t i = 0;
    for (std::size_t child = 1; child < heap_.size(); child = 4 * i + 1) {
      const std::size_t end = std::min(child + 4, heap_.size());
      std::size_t least = child;
      for (std::size_t c = child + 1; c < end; ++c)
        if (heap_[c] < heap_[least]) least = c;
      if (!(heap_[least] < last)) break;
      heap_[i] = heap_[least];
      i = least;
    }
    heap_[i] = last;
  }
  std::vector<Delivery> heap_;
};

class BucketRing {
 public:
  void push(const Delivery& delivery) { queue_.push(delivery); }
  template <class Visit>
  void take_before(Time until, Visit visit) {
    taken_.clear();
    const auto due = queue_.open(until, [](const Delivery&, Delivery&) { return false; });
    taken_.assign(due.begin(), due.end());  // the span does not survive a push
    for (const Delivery& delivery : taken_) visit(delivery);
  }

 private:
  DeliveryQueue queue_{window};
  std::vector<Delivery> taken_;
};

template <class Queue>
void hold(benchmark::State& state) {
  Queue queue;
  Delays delays;
  const auto pending = static_cast<std::uint32_t>(state.range(0));
  for (std::uint32_t row = 0; row < pending; ++row) queue.push({.time = Time{} + (delays.next() - window), .row = row});
  Time until{};
  std::int64_t moved = 0;
  for (auto _ : state) {
    until = until + window;
    queue.take_before(until, [&](Delivery delivery) {
      delivery.time = delivery.time + delays.next();
      queue.push(delivery);
      ++moved;
    });
  }
  state.SetItemsProcessed(moved);
  state.counters["ns/entry"] =
      benchmark::Counter(static_cast<double>(moved) * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(hold<BucketRing>)->RangeMultiplier(10)->Range(100, 1'000'000);
BENCHMARK(hold<FourAryHeap>)->RangeMultiplier(10)->Range(100, 1'000'000);
BENCHMARK(hold<BinaryHeap>)->RangeMultiplier(10)->Range(100, 1'000'000);

}  // namespace

BENCHMARK_MAIN();
