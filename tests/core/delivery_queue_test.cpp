#include "synop/core/delivery_queue.hpp"

#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace synop {
namespace {

// A row of delays: a delivery of group g is followed by one of group g + 1.
constexpr std::int64_t group_delays[] = {0, 3, 3, 40, 977, 50'000};
constexpr std::uint32_t groups = std::size(group_delays);

bool next_of(const Delivery& d, Delivery& next) {
  if (d.left == 0) return false;
  next = {d.time + Delay{group_delays[d.group + 1] - group_delays[d.group]}, d.order, d.row, d.group + 1, d.left - 1};
  return true;
}

DeliveryQueue::Due open_once(DeliveryQueue& queue, Time until) {
  const auto follow = [](const Delivery& delivery, Time end, auto append) {
    Delivery next = delivery;
    while (next.time < end && next_of(next, next)) append(next);
  };
  return queue.open(until, follow, [](const Delivery&) {});
}

std::vector<Delivery> open(DeliveryQueue& queue, Time until) {
  std::vector<Delivery> all;
  for (;;) {
    const DeliveryQueue::Due due = open_once(queue, until);
    all.insert(all.end(), due.deliveries.begin(), due.deliveries.end());
    if (due.until == until) return all;
  }
}

// Windows, some skipped, each opened in parts; deliveries are pushed before every part.
TEST(DeliveryQueue, DeliversWhatAMultisetDelivers) {
  std::mt19937_64 random(3);
  for (const std::int64_t window : {1, 7, 100, 1000}) {
    DeliveryQueue queue(Delay{window});
    std::multiset<Delivery> expected;
    std::int64_t now = 0;
    std::size_t delivered = 0;
    for (int part = 0; part < 20'000; ++part) {
      if (expected.empty() && part % 3 == 0)
        now += static_cast<std::int64_t>(random() % 300) * window;
      else if (!expected.empty() && expected.begin()->time.ticks > now)
        now = std::max(now, expected.begin()->time.ticks / window * window);  // silence is skipped
      const std::int64_t window_end = (now / window + 1) * window;
      const std::int64_t until =
          random() % 3 == 0 ? now + 1 + static_cast<std::int64_t>(random() % (window_end - now)) : window_end;
      for (std::uint64_t k = random() % 3; k > 0 && part < 15'000; --k) {
        Delivery d{{now + static_cast<std::int64_t>(random() % (2 * window + 5))}, {}, {}, {}, groups - 1};
        d.order = Delivery::order_of(random() % 2 == 0, static_cast<std::uint32_t>(random() % 3));
        d.row = static_cast<std::uint32_t>(random() % 4);
        queue.push(d);
        for (bool more = true; more;) {
          expected.insert(d);
          Delivery next;
          more = next_of(d, next);
          if (more) d = next;
        }
      }
      for (const Delivery& d : open(queue, Time{until})) {
        ASSERT_FALSE(expected.empty());
        const Delivery& e = *expected.begin();
        ASSERT_FALSE(d < e || e < d) << "tick " << d.time.ticks << ", expected " << e.time.ticks;
        expected.erase(expected.begin());
        ++delivered;
      }
      ASSERT_TRUE(expected.empty() || expected.begin()->time.ticks >= until);
      ASSERT_EQ(queue.empty(), expected.empty());
      if (!expected.empty()) {
        ASSERT_LE(queue.earliest_window(), expected.begin()->time);
      }
      now = until;
    }
    EXPECT_GT(delivered, 10'000u);
  }
}

// A busy window is handed out piece by piece, in the same order, also when it is opened in parts and deliveries come in between.
TEST(DeliveryQueue, CutsBusyWindows) {
  constexpr std::int64_t window = 1'000'003;
  std::mt19937_64 random(5);
  DeliveryQueue queue(Delay{window});
  std::vector<Delivery> expected;
  const auto push = [&](std::int64_t from, std::int64_t to, int n) {
    for (int k = 0; k < n; ++k) {
      Delivery d{{from + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(to - from))}, {}, {}, {}, groups - 1};
      d.order = Delivery::order_of(random() % 2 == 0, static_cast<std::uint32_t>(random() % 3));
      d.row = static_cast<std::uint32_t>(expected.size());
      queue.push(d);
      for (bool more = true; more;) {
        expected.push_back(d);
        Delivery next;
        more = next_of(d, next);
        if (more) d = next;
      }
    }
  };
  std::vector<Delivery> delivered;
  std::size_t most = 0;
  const auto take = [&](std::int64_t until) {
    for (;;) {
      const DeliveryQueue::Due due = open_once(queue, Time{until});
      delivered.insert(delivered.end(), due.deliveries.begin(), due.deliveries.end());
      most = std::max(most, due.deliveries.size());
      if (due.until == Time{until}) return;
    }
  };
  for (std::int64_t w = 0; w < 20; ++w) {
    push((w + 1) * window, (w + 3) * window, 20'000);
    take(w * window + window / 3);
    push(w * window + window / 3, (w + 1) * window, 100);
    take((w + 1) * window);
  }
  take(21 * window);
  take(22 * window);
  take(23 * window);
  std::sort(expected.begin(), expected.end());
  ASSERT_EQ(delivered.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_FALSE(delivered[i] < expected[i] || expected[i] < delivered[i]) << i;
  EXPECT_LT(most, 40'000u);  // of some 120,000 in a window
}

TEST(DeliveryQueue, PutsInhibitionFirstThenProjectionSourceAndGroup) {
  DeliveryQueue queue(Delay{10});
  const Time t{5};
  queue.push({t, Delivery::order_of(true, 0), 0, 0, 0});
  queue.push({t, Delivery::order_of(false, 1), 7, 0, 0});
  queue.push({t, Delivery::order_of(false, 1), 2, 0, 0});
  queue.push({t, Delivery::order_of(false, 0), 9, 0, 0});
  const auto due = open(queue, Time{10});
  ASSERT_EQ(due.size(), 4u);
  EXPECT_EQ(due[0].row, 9u);
  EXPECT_EQ(due[1].row, 2u);
  EXPECT_EQ(due[2].row, 7u);
  EXPECT_TRUE(due[3].excitatory());
}

TEST(DeliveryQueue, IsEmptyAfterClearing) {
  DeliveryQueue queue(Delay{10});
  for (std::int64_t t : {1, 50, 100'000}) queue.push({Time{t}, 0, 0, 0, 0});
  queue.clear();
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.earliest_window(), Time::never());
  EXPECT_TRUE(open(queue, Time{10}).empty());
}

}  // namespace
}  // namespace synop
