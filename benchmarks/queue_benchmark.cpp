// What does a pending delivery cost in the queue of a block, compared with heaps? The hold model in windows, as the
// engine uses its queue: all entries of a window are taken in order, then as many new ones are entered, sent during the
// window in order of time and due `delay` later. Arguments: the number of pending entries, and how many windows the
// delays spread over (0: all are one window). The result is the time of one entry and one removal.

#include <algorithm>
#include <ctime>
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
  explicit Delays(std::int64_t spread) : values_(1 << 16) {
    RandomStream random(1, Purpose::task, 0);
    for (Delay& value : values_) value = window + Delay{random.below(1u << 30) * (spread * window.ticks >> 30)};
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
    while (!heap_.empty() && heap_.top().time < until) {
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
    while (!heap_.empty() && heap_.front().time < until) {
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
    for (Time opened{}; opened < until;) {
      const DeliveryQueue::Due due = queue_.open(until, [](auto&&...) {}, [](const Delivery&) {});
      for (const Delivery& delivery : due.deliveries) visit(delivery);
      opened = due.until;
    }
  }

 private:
  DeliveryQueue queue_{window};
};

template <class Queue>
void hold(benchmark::State& state) {
  Queue queue;
  const auto pending = static_cast<std::uint32_t>(state.range(0));
  Delays delays(state.range(1));
  const auto enter = [&](Time sent_from, std::uint32_t count) {
    for (std::uint32_t k = 0; k < count; ++k)
      queue.push({.time = sent_from + Delay{window.ticks / count * k} + delays.next(), .row = k});
  };
  enter(Time{} - window, pending);
  Time opened{};
  std::int64_t moved = 0;
  std::uint64_t rows = 0;
  const std::clock_t start = std::clock();
  for (auto _ : state) {
    std::uint32_t taken = 0;
    queue.take_before(opened + window, [&](const Delivery& delivery) {
      rows += delivery.row;
      ++taken;
    });
    enter(opened, taken);
    opened = opened + window;
    moved += taken;
  }
  const double cpu = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  benchmark::DoNotOptimize(rows);
  state.SetItemsProcessed(moved);
  state.counters["ns/entry"] = cpu * 1e9 / static_cast<double>(moved);
}
void arguments(benchmark::internal::Benchmark* b) {
  for (const int spread : {0, 4})
    for (const int pending : {100, 1000, 10'000, 100'000, 1'000'000}) b->Args({pending, spread});
}
BENCHMARK(hold<BucketRing>)->Apply(arguments);
BENCHMARK(hold<FourAryHeap>)->Apply(arguments);
BENCHMARK(hold<BinaryHeap>)->Apply(arguments);

}  // namespace

BENCHMARK_MAIN();
