// Immediate evaluation learns the bits of the lazy one: whatever the rule and the split of the delay, with rewards,
// looked at, saved, settled and restarted in between.
#include "synop/learning/immediate_plasticity.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "immediate_pairs.hpp"
#include "synop/core/random.hpp"
#include "synop/io/plasticity_rules.hpp"
#include "synop/learning/plastic.hpp"

namespace synop::test {
namespace {

constexpr std::uint32_t targets = 30;
constexpr std::uint32_t rows = 20;

struct Action {
  enum class Kind { settle, save, look, restart, reward, emission, delivery, target_spike };
  Time time;
  Kind kind;
  std::uint32_t neuron = 0;
  Time emitted{};
  friend bool operator<(const Action& a, const Action& b) {
    return a.time != b.time ? a.time < b.time : a.kind < b.kind;
  }
};

Shard random_rows(RandomStream& random, double weight, Delay delay) {
  Shard shard;
  shard.sources = {0, rows};
  shard.constant_weight = weight;
  shard.uniform_delay = delay;
  shard.row_begin = {0};
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t target = 0; target < targets; ++target)
      if (random.below(3) > 0) shard.target.push_back(static_cast<std::uint16_t>(target));
    shard.row_begin.push_back(static_cast<std::uint32_t>(shard.target.size()));
  }
  return shard;
}

// In the order in which a simulation tells them; half of the instants are whole milliseconds, so that events coincide.
// The last source never fires.
std::vector<Action> random_course(RandomStream& random, Delay delay, std::uint32_t posts_of_four) {
  std::vector<Action> course;
  const auto instant = [&] {
    return Time::from_ms(random.below(2) == 0 ? random.below(2000) : 2000.0 * random.uniform());
  };
  for (int n = 0; n < 3000; ++n) {
    const Time time = instant();
    if (random.below(4) < posts_of_four) {
      course.push_back({time, Action::Kind::target_spike, random.below(targets)});
    } else {
      const std::uint32_t row = random.below(rows - 1);
      course.push_back({time, Action::Kind::emission, row});
      course.push_back({time + delay, Action::Kind::delivery, row, time});
    }
  }
  for (const auto kind : {Action::Kind::reward, Action::Kind::look, Action::Kind::save, Action::Kind::settle})
    for (int n = 0; n < 12; ++n) course.push_back({instant(), kind});
  course.push_back({Time::from_ms(1200.5), Action::Kind::restart});
  std::sort(course.begin(), course.end());
  return course;
}

std::vector<float> weights_of(const ShardPlasticity& plasticity, const Shard& shard, Time now) {
  std::vector<float> weights(shard.synapse_count());
  plasticity.weights_at(now, weights);
  return weights;
}

std::unique_ptr<ShardPlasticity> restored(ShardPlasticity& from, std::unique_ptr<ShardPlasticity> into) {
  StateWriter writer;
  from.save(writer);
  const std::vector<std::byte> bytes = writer.take();
  StateReader reader(bytes);
  const float* const weights = into->weights();
  into->load(reader);
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(into->weights(), weights) << "a block holds their address";
  return into;
}

template <class Rule>
Rule lively() {
  Rule rule;
  if constexpr (requires { rule.eta; }) rule.eta = 0.05;
  if constexpr (requires { rule.tau_decay; }) rule.tau_decay = 500.0;
  return rule;
}

template <class Rule>
double start_of(const Rule& rule) {
  if constexpr (requires { rule.Wmax; })
    return 0.5 * rule.Wmax;
  else
    return 0.5;
}

template <SynapseRule Rule>
void expect_the_same_bits(std::uint32_t posts_of_four, DelaySplit split) {
  RandomStream random(93, Purpose::task, posts_of_four);
  const auto rule = lively<Rule>();
  const Delay delay = Delay::from_ms(7.0);
  const Shard shard = random_rows(random, start_of(rule), delay);
  LazyPlasticity<Rule> lazy(rule, shard, targets, split);
  const auto make = [&] { return std::make_unique<ImmediatePlasticity<Rule>>(rule, shard, targets, split); };
  std::unique_ptr<ShardPlasticity> immediate = make();
  const std::vector<float> at_first = weights_of(lazy, shard, Time{});
  bool moved = false;
  for (const Action& action : random_course(random, delay, posts_of_four)) {
    using Kind = Action::Kind;
    const Time now = action.time;
    if (action.kind == Kind::save) immediate = restored(*immediate, make());
    if (action.kind == Kind::settle) immediate->settle(now);
    if (action.kind == Kind::look || action.kind == Kind::restart) {
      const std::vector<float> weights = weights_of(lazy, shard, now);
      ASSERT_EQ(weights, weights_of(*immediate, shard, now)) << Rule::name << " at " << now.ms() << " ms";
      moved = moved || weights != at_first;
    }
    for (ShardPlasticity* each : {static_cast<ShardPlasticity*>(&lazy), immediate.get()}) {
      if (action.kind == Kind::reward && takes_rewards<Rule>) each->on_reward(now, 0.2);
      if (action.kind == Kind::emission) each->on_source_spike(action.neuron, now);
      if (action.kind == Kind::delivery)
        each->on_delivery(action.neuron, shard.group(action.neuron, 0), action.emitted);
      if (action.kind == Kind::target_spike) each->on_target_spike(action.neuron, now);
      if (action.kind == Kind::restart) each->restart(weights_of(*each, shard, now), now);
    }
    if (action.kind != Kind::delivery) continue;
    const Shard::Group group = shard.group(action.neuron, 0);
    for (std::uint32_t i = group.begin; i < group.end; ++i)
      ASSERT_EQ(lazy.weights()[i], immediate->weights()[i]) << Rule::name << " at " << now.ms() << " ms, synapse " << i;
  }
  EXPECT_TRUE(moved) << Rule::name;
  EXPECT_EQ(lazy.pre_updates(), immediate->pre_updates());
}

// The one that benchmarks measure.
template <PairRule Rule>
void expect_the_same_bits(std::uint32_t posts_of_four, DelaySplit split) {
  if (split.dendritic_fraction > 0.0) return;
  RandomStream random(93, Purpose::task, posts_of_four);
  const Shard shard = random_rows(random, start_of(Rule{}), Delay::from_ms(2.5));
  LazyPlasticity<Rule> lazy(Rule{}, shard, targets, split);
  reference::ImmediatePairs<Rule> immediate(Rule{}, shard, targets);
  Time now = Time::from_ms(10.0);
  for (int n = 0; n < 2000; ++n) {
    now = now + Delay::from_ms(3.0 * random.uniform()) + tick;
    const bool post = random.below(4) < posts_of_four;
    const std::uint32_t neuron = random.below(post ? targets : rows - 1);
    const Shard::Group group = shard.group(post ? 0 : neuron, 0);
    for (ShardPlasticity* each : {static_cast<ShardPlasticity*>(&lazy), static_cast<ShardPlasticity*>(&immediate)}) {
      if (post) {
        each->on_target_spike(neuron, now);
      } else {
        each->on_source_spike(neuron, now - group.delay);
        each->on_delivery(neuron, group, now - group.delay);
      }
    }
    for (std::uint32_t i = post ? group.end : group.begin; i < group.end; ++i)
      ASSERT_EQ(lazy.weights()[i], immediate.weights()[i]) << Rule::name << ", event " << n;
  }
  EXPECT_EQ(weights_of(lazy, shard, now + tick), weights_of(immediate, shard, now + tick)) << Rule::name;
}

TEST(ImmediatePlasticity, LearnsTheBitsOfLazyEvaluation) {
  for (const std::uint32_t posts_of_four : {1u, 3u})
    for (const double dendritic : {0.0, 0.3, 1.0})
      LearningRules::for_each([&]<class Rule>() { expect_the_same_bits<Rule>(posts_of_four, {dendritic}); });
}

TEST(ImmediatePlasticity, IgnoresSpikesThatItsSourceFiredWhileLearningWasFrozen) {
  Shard shard;
  shard.sources = {0, 1};
  shard.constant_weight = 0.5;
  shard.row_begin = {0, 1};
  shard.target = {0};
  ImmediatePlasticity<StdpNnSymmSynapse> plasticity({.Wmax = 1.0}, shard, 1, {});
  plasticity.on_target_spike(0, Time::from_ms(1.0));
  plasticity.on_delivery(0, shard.group(0, 0), Time::from_ms(2.0));  // not told when it was emitted
  EXPECT_EQ(plasticity.weights()[0], 0.5F);
  plasticity.on_source_spike(0, Time::from_ms(3.0));
  plasticity.on_delivery(0, shard.group(0, 0), Time::from_ms(3.0));
  EXPECT_LT(plasticity.weights()[0], 0.5F);
}

TEST(ImmediatePlasticity, RefusesTheStateOfAnotherNetwork) {
  RandomStream random(1, Purpose::task, 0);
  const Shard shard = random_rows(random, 0.5, {});
  const Shard other = random_rows(random, 0.5, {});
  ImmediatePlasticity<StdpNnSymmSynapse> from({}, shard, targets, {}), into({}, other, targets, {});
  StateWriter writer;
  from.save(writer);
  const std::vector<std::byte> bytes = writer.take();
  StateReader reader(bytes);
  EXPECT_THROW(into.load(reader), Error);
}

TEST(Plastic, EvaluatesImmediatelyWhereThatIsFaster) {
  RandomStream random(1, Purpose::task, 0);
  Shard shard = random_rows(random, 0.5, Delay::from_ms(1.0));
  const auto is_immediate = [&]<class Rule>(const Rule& rule, bool fits_cache) {
    const auto state = plastic(rule)->make_state(shard, targets, {}, fits_cache);
    if constexpr (SynapseRule<Rule>)
      return dynamic_cast<const ImmediatePlasticity<Rule>*>(state.get()) != nullptr;
    else
      return false;
  };
  EXPECT_TRUE(is_immediate(StdpNnSymmSynapse{}, true));
  EXPECT_FALSE(is_immediate(StdpNnSymmSynapse{}, false)) << "weights wait for memory then";
  EXPECT_FALSE(is_immediate(StdpSynapse{}, true)) << "pairs are faster lazily";
  shard.grouped = true;
  EXPECT_FALSE(is_immediate(StdpNnSymmSynapse{}, true)) << "several delays";
}

}  // namespace
}  // namespace synop::test
