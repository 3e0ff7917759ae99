// Immediate evaluation learns the bits of the lazy one: whatever the rule and the split of the delay, with rewards,
// looked at, saved, settled and restarted in between.
#include "synop/learning/immediate_plasticity.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "immediate_pairs.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/random.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/plasticity_rules.hpp"
#include "synop/learning/plastic.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/all_to_all.hpp"
#include "synop/synapses/connect/explicit_list.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"

namespace synop::test {
namespace {

constexpr std::uint32_t targets = 200;  // two thirds of them in a row, and so with columns: more than a batch
constexpr std::uint32_t rows = 200;

struct Action {
  enum class Kind { settle, save, look, restart, reward, emission, delivery, target_spike };
  Time time;
  Kind kind;
  std::uint32_t neuron = 0;
  Time emitted{};
  // Among those of one instant; a target that fires by itself does so before what arrives at that instant.
  std::uint32_t place = static_cast<std::uint32_t>(kind);
  friend bool operator<(const Action& a, const Action& b) {
    return a.time != b.time ? a.time < b.time : a.place < b.place;
  }
};
constexpr auto before_deliveries = static_cast<std::uint32_t>(Action::Kind::emission);

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
  for (int n = 0; n < 6000; ++n) {
    const Time time = instant();
    if (random.below(4) < posts_of_four) {
      course.push_back({time, Action::Kind::target_spike, random.below(targets)});
      if (random.below(2) == 0) course.back().place = before_deliveries;
    } else {
      const std::uint32_t row = random.below(rows - 1);
      course.push_back({time, Action::Kind::emission, row});
      course.push_back({time + delay, Action::Kind::delivery, row, time});
    }
  }
  for (const auto kind : {Action::Kind::reward, Action::Kind::look, Action::Kind::save, Action::Kind::settle})
    for (int n = 0; n < 12; ++n) course.push_back({instant(), kind});
  for (const double ms : {700.0, 1200.5}) course.push_back({Time::from_ms(ms), Action::Kind::restart});
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
      if (action.kind == Kind::restart) {
        std::vector<float> weights(shard.synapse_count());
        const PlasticityUpdates made = each->weights_at(now, weights);
        each->restart(weights, now, made);
      }
    }
    if (action.kind == Kind::restart) {
      ASSERT_EQ(lazy.updates(), immediate->updates()) << Rule::name << ", all that was done is counted";
    }
    if (action.kind != Kind::delivery) continue;
    const Shard::Group group = shard.group(action.neuron, 0);
    for (std::uint32_t i = group.begin; i < group.end; ++i)
      ASSERT_EQ(lazy.weights()[i], immediate->weights()[i]) << Rule::name << " at " << now.ms() << " ms, synapse " << i;
  }
  EXPECT_TRUE(moved) << Rule::name;
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

// Of a target's spikes after the restart, whenever they are evaluated.
template <class Plasticity>
float transmitted_after_a_restart(const DiehlCookSynapse& rule) {
  Shard shard;
  shard.sources = {0, 1};
  shard.constant_weight = 0.5;
  shard.uniform_delay = Delay::from_ms(5.0);
  shard.row_begin = {0, 1};
  shard.target = {0};
  Plasticity plasticity(rule, shard, 1, {0.0});
  plasticity.on_source_spike(0, Time::from_ms(99.0));
  plasticity.restart(std::vector<float>{0.4F}, Time::from_ms(100.0), {});
  for (int n = 0; n < 30; ++n) plasticity.on_target_spike(0, Time::from_ms(100.5 + 0.1 * n));
  plasticity.settle(Time::from_ms(103.9));
  plasticity.on_delivery(0, shard.group(0, 0), Time::from_ms(99.0));
  return plasticity.weights()[0];
}

TEST(ImmediatePlasticity, TransmitsTheWeightsOfARestartWithSpikesThatWereOnTheirWay) {
  const DiehlCookSynapse rule{.eta = 0.05, .Wmax = 1.0};
  EXPECT_EQ(transmitted_after_a_restart<ImmediatePlasticity<DiehlCookSynapse>>(rule), 0.4F);
  EXPECT_EQ(transmitted_after_a_restart<LazyPlasticity<DiehlCookSynapse>>(rule), 0.4F);
}

TEST(ImmediatePlasticity, KeepsNothingThatIsSettled) {
  RandomStream random(3, Purpose::task, 0);
  const Shard shard = random_rows(random, 0.5, Delay::from_ms(5.0));
  ImmediatePlasticity<StdpNnSymmSynapse> plasticity({}, shard, targets, {});
  Time now = Time::from_ms(10.0);
  std::uint64_t bytes = 0;
  for (int n = 0; n < 100'000; ++n) {
    now = now + Delay::from_ms(0.1);
    plasticity.on_target_spike(random.below(targets), now);
    if (n % 10 == 0) plasticity.on_source_spike(random.below(rows), now);
    plasticity.settle(now);
    if (n == 20'000) bytes = plasticity.bytes();
  }
  EXPECT_EQ(plasticity.bytes(), bytes);
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
    return dynamic_cast<const LazyPlasticity<Rule>*>(state.get()) == nullptr;
  };
  EXPECT_TRUE(is_immediate(StdpNnSymmSynapse{}, true));
  EXPECT_FALSE(is_immediate(StdpNnSymmSynapse{}, false)) << "weights wait for memory then";
  EXPECT_FALSE(is_immediate(StdpSynapse{}, true)) << "pairs are faster lazily";
  shard.grouped = true;
  EXPECT_FALSE(is_immediate(StdpNnSymmSynapse{}, true)) << "several delays";
}

// Notes what it is told of the network.
class Witness final : public PlasticityModel {
 public:
  explicit Witness(bool& fits_cache) : fits_cache_(fits_cache) {}
  std::string_view name() const override { return "witness"; }
  void check_weight(double) const override {}
  double largest_weight() const override { return 1.0; }
  WeightSign sign() const override { return WeightSign::excitatory; }
  std::unique_ptr<ShardPlasticity> make_state(const Shard& shard, std::uint32_t block_size, DelaySplit split,
                                              bool fits_cache) const override {
    fits_cache_ = fits_cache;
    return std::make_unique<LazyPlasticity<StdpSynapse>>(StdpSynapse{.Wmax = 1.0}, shard, block_size, split);
  }

 private:
  bool& fits_cache_;
};

TEST(Plastic, WeightsFitTheCacheUpToTwoToTheTwentiethOfAllProjections) {
  const auto fits = [](std::uint32_t more) {
    bool fits_cache = more > 0;
    NetworkBuilder builder(1);
    const auto inputs =
        builder.add_population("inputs", 512, std::make_unique<SpikeGenerator>(std::vector<std::vector<Time>>(512)));
    const auto neurons = builder.add_population("neurons", 1024, IafPscDelta{});
    const auto synapse = [&] {
      Synapse synapse{.weight = constant(0.5), .delay = constant(1.0)};
      synapse.plasticity = std::make_unique<Witness>(fits_cache);
      return synapse;
    };
    builder.connect(inputs, neurons, AllToAll{}, synapse(), "first");
    builder.connect(neurons, neurons, FixedIndegree{512}, synapse(), "second");
    if (more > 0) builder.connect(inputs, neurons, ExplicitList({{0, 0}}), synapse(), "one more");
    const Network network = builder.build();
    Simulation simulation(network);
    return fits_cache;
  };
  EXPECT_TRUE(fits(0));
  EXPECT_FALSE(fits(1));
}

}  // namespace
}  // namespace synop::test
