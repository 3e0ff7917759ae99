// Groups of many synapses, which are replayed together, learn what each synapse learns by itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "learning/event_by_event.hpp"
#include "synop/core/random.hpp"
#include "synop/io/plasticity_rules.hpp"
#include "synop/learning/immediate_plasticity.hpp"
#include "synop/learning/trace_decay.hpp"

namespace synop::test {
namespace {

constexpr std::uint32_t targets = 40;
constexpr std::uint32_t rows = 3;
constexpr Time end{2000 * ticks_per_ms};

Shard rows_of(RandomStream& random, std::uint32_t size, double weight, Delay delay) {
  Shard shard;
  shard.sources = {0, rows};
  shard.constant_weight = weight;
  shard.uniform_delay = delay;
  shard.row_begin = {0};
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t k = 0; k < size; ++k) shard.target.push_back(static_cast<std::uint16_t>(random.below(targets)));
    std::sort(shard.target.end() - size, shard.target.end());
    shard.row_begin.push_back(static_cast<std::uint32_t>(shard.target.size()));
  }
  return shard;
}

struct Event {
  Time time;
  enum Kind { reward, emission, delivery, post } kind;
  std::uint32_t who;
  friend auto operator<=>(const Event&, const Event&) = default;
};

// `ratio` spikes of each target for one of each source; targets with odd numbers fire half a second only, the last ones
// never.
std::vector<Event> random_events(RandomStream& random, double ratio, Delay delay, bool rewarded) {
  std::vector<Event> events;
  const auto instant = [&](double ms) {
    const double t = ms * random.uniform();
    return Time::from_ms(random.below(4) == 0 ? std::floor(t) : t);
  };
  for (std::uint32_t row = 0; row < rows; ++row)
    for (int k = 0; k < 20; ++k) {
      const Time emitted = instant(1900.0);
      events.push_back({emitted, Event::emission, row});
      events.push_back({emitted + delay, Event::delivery, row});
    }
  for (std::uint32_t target = 0; target + 4 < targets; ++target)
    for (int k = 0; k < 20.0 * ratio; ++k)
      if (20.0 * ratio - k >= 1.0 || random.uniform() < 20.0 * ratio - k)
        events.push_back({instant(target % 2 == 0 ? 1900.0 : 500.0), Event::post, target});
  for (int k = 0; rewarded && k < 5; ++k) events.push_back({instant(1900.0), Event::reward, 0});
  std::sort(events.begin(), events.end());
  return events;
}

void apply(const Event& event, const Shard& shard, ShardPlasticity& plasticity) {
  switch (event.kind) {
    case Event::reward:
      return plasticity.on_reward(event.time, 20.0);
    case Event::emission:
      return plasticity.on_source_spike(event.who, event.time);
    case Event::delivery:
      return plasticity.on_delivery(event.who, shard.group(event.who, 0), event.time - shard.uniform_delay);
    default:
      return plasticity.on_target_spike(event.who, event.time);
  }
}

template <class Rule>
Rule strong_rule(std::uint32_t seed) {
  const double exponents[] = {0.0, 1.0, 0.4};
  Rule rule;
  for (const auto& parameter : Rule::parameter_table()) {
    const std::string_view name = parameter.info.name;
    double& value = rule.*parameter.field;
    if (name.starts_with("tau_") || name == "tau") value = 5.0 + 3.0 * ((seed * 7 + name.size()) % 11);
    if (name.starts_with("mu")) value = exponents[(seed + name.size()) % 3];
    if (name.starts_with("A") || name.starts_with("nu_") || name == "eta" || name == "lambda") value = 0.05;
    if (name == "Wmax") value = seed % 4 == 3 && parameter.info.range.contains(-1.5) ? -1.5 : 1.5;
  }
  return rule;
}

template <class Rule>
void expect_together_like_alone() {
  double moved = 0.0;
  std::uint32_t seed = 0;
  // Below a batch, one, some, with a rest of one; targets silent, up to three spikes to replay, many, more than are
  // counted.
  const std::pair<std::uint32_t, double> cases[] = {{7, 1.0},   {8, 6.0},    {50, 60.0}, {128, 0.05},
                                                    {129, 1.0}, {200, 0.05}, {300, 1.0}, {300, 6.0}};
  for (const auto& [size, ratio] : cases) {
    RandomStream random(91, Purpose::task, ++seed);
    const Rule rule = strong_rule<Rule>(seed);
    double start = 0.7;
    if constexpr (requires { rule.Wmax; }) start = 0.5 * rule.Wmax;
    const Delay delay = Delay::from_ms(0.5 * random.below(20));
    const DelaySplit split{0.25 * random.below(5)};
    const Shard shard = rows_of(random, size, start, delay);
    LazyPlasticity<Rule> lazy(rule, shard, targets, split);
    LazyPlasticity<Rule> settling(rule, shard, targets, split);
    ImmediatePlasticity<Rule> immediate(rule, shard, targets, split);
    EventByEvent<Rule> event_by_event(rule, shard, split);
    for (const Event& event : random_events(random, ratio, delay, takes_rewards<Rule>)) {
      settling.settle(event.time);
      for (ShardPlasticity* each :
           {static_cast<ShardPlasticity*>(&lazy), static_cast<ShardPlasticity*>(&settling),
            static_cast<ShardPlasticity*>(&immediate), static_cast<ShardPlasticity*>(&event_by_event)})
        apply(event, shard, *each);
      if (event.kind != Event::delivery) continue;
      const Shard::Group group = shard.group(event.who, 0);
      for (std::uint32_t i = group.begin; i < group.end; ++i) {
        const float expected = event_by_event.weights()[i];
        ASSERT_EQ(lazy.weights()[i], expected)
            << Rule::name << ", " << size << " synapses, ratio " << ratio << ", at " << event.time.ms() << " ms";
        ASSERT_EQ(settling.weights()[i], expected) << Rule::name << ", settling";
        ASSERT_EQ(immediate.weights()[i], expected) << Rule::name << ", immediately";
      }
    }
    std::vector<float> a(shard.synapse_count()), b(a.size()), c(a.size()), d(a.size());
    lazy.weights_at(end, a);
    settling.weights_at(end, b);
    event_by_event.weights_at(end, c);
    immediate.weights_at(end, d);
    ASSERT_EQ(a, c) << Rule::name << ", " << size << " synapses, ratio " << ratio;
    ASSERT_EQ(b, c) << Rule::name << ", " << size << " synapses, ratio " << ratio << ", settling";
    ASSERT_EQ(d, c) << Rule::name << ", " << size << " synapses, ratio " << ratio << ", immediately";
    for (const float w : c) moved = std::max(moved, std::abs(w - start));
  }
  EXPECT_GT(moved, 0.2) << Rule::name;
}

TEST(TraceBatch, LearnsInLargeGroupsTheBitsOfEventByEvent) {
  LearningRules::for_each([]<class Rule>() {
    if constexpr (SynapseRule<Rule>) expect_together_like_alone<Rule>();
  });
}

TEST(TraceDecay, TakesTicksForTheDoublesThatTheyAre) {
  RandomStream random(92, Purpose::task, 0);
  for (int n = 0; n < 100'000; ++n) {
    const auto ticks = static_cast<std::int64_t>(random.next64() >> (1 + random.below(62)));
    ASSERT_EQ(double_of_ticks({ticks}), static_cast<double>(ticks)) << ticks;
  }
}

}  // namespace
}  // namespace synop::test
