// The immediate evaluation that benchmarks measure against learns the bits of the lazy one.
#include "transposed_plasticity.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "synop/core/random.hpp"
#include "synop/io/plasticity_rules.hpp"
#include "synop/learning/lazy_plasticity.hpp"

namespace synop::test {
namespace {

constexpr std::uint32_t targets = 30;
constexpr std::uint32_t rows = 20;

Shard random_rows(RandomStream& random, double weight) {
  Shard shard;
  shard.sources = {0, rows};
  shard.constant_weight = weight;
  shard.uniform_delay = Delay::from_ms(2.5);
  shard.row_begin = {0};
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t target = 0; target < targets; ++target)
      if (random.below(3) > 0) shard.target.push_back(static_cast<std::uint16_t>(target));
    shard.row_begin.push_back(static_cast<std::uint32_t>(shard.target.size()));
  }
  return shard;
}

template <class Rule>
void expect_the_same_bits() {
  for (const std::uint32_t posts_of_four : {1u, 3u}) {
    RandomStream random(93, Purpose::task, posts_of_four);
    Rule rule;
    double start = 0.5;
    if constexpr (requires { rule.Wmax; }) start = 0.5 * rule.Wmax;
    if constexpr (requires { rule.eta; }) rule.eta = 0.05;
    if constexpr (requires { rule.tau_decay; }) rule.tau_decay = 500.0;
    const Shard shard = random_rows(random, start);
    LazyPlasticity<Rule> lazy(rule, shard, targets, {0.0});
    reference::TransposedPlasticity<Rule> immediate(rule, shard, targets);
    Time now = Time::from_ms(10.0);
    bool moved = false;
    for (int n = 0; n < 2000; ++n) {
      now = now + Delay::from_ms(3.0 * random.uniform()) + tick;
      if (random.below(4) < posts_of_four) {
        const std::uint32_t target = random.below(targets);
        lazy.on_target_spike(target, now);
        immediate.on_target_spike(target, now);
        continue;
      }
      const std::uint32_t row = random.below(rows - 1);  // the last source never fires
      const Shard::Group group = shard.group(row, 0);
      for (ShardPlasticity* each : {static_cast<ShardPlasticity*>(&lazy), static_cast<ShardPlasticity*>(&immediate)}) {
        each->on_source_spike(row, now - group.delay);
        each->on_delivery(row, group, now - group.delay);
      }
      for (std::uint32_t i = group.begin; i < group.end; ++i) {
        ASSERT_EQ(lazy.weights()[i], immediate.weights()[i]) << Rule::name << ", event " << n;
        moved = moved || lazy.weights()[i] != static_cast<float>(start);
      }
    }
    EXPECT_EQ(moved, !takes_rewards<Rule>) << Rule::name;
    if (changes_in_passing<Rule>) continue;  // between events only the lazy one knows where a weight is
    std::vector<float> a(shard.synapse_count()), b(a.size());
    lazy.weights_at(now + tick, a);
    immediate.weights_at(now + tick, b);
    EXPECT_EQ(a, b) << Rule::name;
  }
}

TEST(TransposedPlasticity, LearnsTheBitsOfLazyEvaluation) {
  LearningRules::for_each([]<class Rule>() { expect_the_same_bits<Rule>(); });
}

}  // namespace
}  // namespace synop::test
