#include "synop/learning/lazy_plasticity.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "learning/plastic_protocol.hpp"
#include "synop/core/error.hpp"

namespace synop::test {
namespace {

const StdpSynapse additive{.lambda = 0.1, .mu_plus = 0.0, .mu_minus = 0.0, .Wmax = 1.0};

TEST(LazyPlasticity, AddsUpAHandComputedTrain) {
  // At the synapse (no delay to speak of): pre 10, post 15, pre 30, post 32 ms.
  const Protocol p{
      .pre = {{10.0, 30.0}}, .post = {{15.0, 32.0}}, .connections = {{0, 0, 0.0, 0.5}}, .rule = additive, .split = {}};
  const auto e = [](double ms) { return 0.1 * std::exp(-ms / 20.0); };
  EXPECT_NEAR(weights_after(p, 12.0)[0], 0.5, 1e-7);
  EXPECT_NEAR(weights_after(p, 20.0)[0], 0.5 + e(5), 1e-7);
  EXPECT_NEAR(weights_after(p, 31.0)[0], 0.5 + e(5) - e(15), 1e-7);
  EXPECT_NEAR(weights_after(p, 40.0)[0], 0.5 + e(5) - e(15) + e(22) + e(2), 1e-7);
}

TEST(LazyPlasticity, TellsAxonalFromDendriticDelay) {
  // Pre emitted at 20, post at 21 ms, 5 ms of delay: the post comes 6 ms later, or 4 ms earlier, at the synapse.
  Protocol p{.pre = {{20.0}}, .post = {{21.0}}, .connections = {{0, 0, 5.0, 0.5}}, .rule = additive, .split = {1.0}};
  EXPECT_NEAR(weights_after(p, 60.0)[0], 0.5 + 0.1 * std::exp(-6.0 / 20.0), 1e-7);
  p.split.dendritic_fraction = 0.0;
  EXPECT_NEAR(weights_after(p, 60.0)[0], 0.5 - 0.1 * std::exp(-4.0 / 20.0), 1e-7);
  p.split.dendritic_fraction = 0.5;
  EXPECT_NEAR(weights_after(p, 60.0)[0], 0.5 + 0.1 * std::exp(-1.0 / 20.0), 1e-7);
}

TEST(LazyPlasticity, ShowsASpikeThatIsAtTheSynapseBeforeItsDelivery) {
  // Post at 10; pre emitted at 12, at the synapse at 12 (axonal part 0), the post there at 15, delivered at 17 ms.
  const Protocol p{
      .pre = {{5.5, 12.0}}, .post = {{1.0}}, .connections = {{0, 0, 4.0, 0.5}}, .rule = additive, .split = {1.0}};
  const double first = 0.5 - 0.1 * std::exp(-0.5 / 20.0);
  EXPECT_NEAR(weights_after(p, 5.5)[0], 0.5, 1e-7);
  EXPECT_NEAR(weights_after(p, 5.501)[0], first, 1e-7);
  EXPECT_NEAR(weights_after(p, 12.5)[0], first - 0.1 * std::exp(-7.0 / 20.0), 1e-7);
}

TEST(LazyPlasticity, ClipsInTheOrderOfEvents) {
  // Potentiation beyond the bound is lost before the depression that follows it.
  StdpSynapse rule = additive;
  rule.lambda = 0.8;
  const Protocol p{
      .pre = {{10.0, 20.0}}, .post = {{11.0}}, .connections = {{0, 0, 0.0, 0.6}}, .rule = rule, .split = {}};
  EXPECT_NEAR(weights_after(p, 15.0)[0], 1.0, 0.0);
  EXPECT_NEAR(weights_after(p, 30.0)[0], 1.0 - 0.8 * std::exp(-9.0 / 20.0), 1e-7);
}

TEST(LazyPlasticity, TransmitsTheWeightLatchedWhenTheSpikeReachedTheSynapse) {
  // Delay 6 ms, all dendritic. The second spike passes the synapse at 20 ms; what the post fires at 15 is there at 21,
  // while that spike is on its way, and must not change what it transmits. The post of 8 is there at 14 and must.
  Protocol p{.pre = {{10.0, 20.0}},
             .post = {{8.0, 15.0}},
             .connections = {{0, 0, 6.0, 0.5}},
             .rule = additive,
             .split = {1.0}};
  const PlasticNetwork built = build(p);
  Simulation simulation(built.network);
  simulation.run_until(Time::from_ms(26.0));
  const double before = simulation.values(built.targets, "V_m")[0];
  simulation.run_until(Time::from_ms(26.0) + tick);
  const double jump = simulation.values(built.targets, "V_m")[0] - before;
  const double at_14 = 0.5 + 0.1 * std::exp(-4.0 / 20.0);
  const double latched = at_14 - 0.1 * std::exp(-6.0 / 20.0);
  EXPECT_NEAR(jump, latched, 1e-6);
  EXPECT_NEAR(simulation.synapses(built.plastic).weights[0],
              latched + 0.1 * (std::exp(-11.0 / 20.0) + std::exp(-1.0 / 20.0)), 1e-6);
}

TEST(LazyPlasticity, CountsEachOfSeveralSpikesOfASourceAtOneInstant) {
  Protocol p{.pre = {{10.0, 20.0, 20.0, 20.0, 30.0}},
             .post = {{15.0, 25.0}},
             .connections = {{0, 0, 0.5, 0.5}, {0, 0, 2.0, 0.5}},
             .rule = StdpSynapse{.lambda = 0.1, .Wmax = 1.0},
             .split = {0.4}};
  const std::vector<double> weights = weights_after(p, 50.0);
  for (std::size_t i = 0; i < 2; ++i) {
    const Delay delay = Delay::from_ms(p.connections[i].delay);
    const long double expected = ImmediateSynapse(p.rule, 0.5, true)
                                     .run(times_of(p.pre)[0], times_of(p.post)[0], delay, p.split, Time::from_ms(50.0));
    EXPECT_NEAR(weights[i], static_cast<double>(expected), 1e-7);
  }
  const PlasticNetwork built = build(p);
  Simulation simulation(built.network);
  simulation.run_until(Time::from_ms(50.0));
  EXPECT_EQ(simulation.counters(built.plastic).plastic_pre, 10U);
}

TEST(LazyPlasticity, KeepsTheWeightsAndForgetsThePairsWhenFrozenOrRestarted) {
  for (const std::uint32_t targets : {1u, 40u}) {
    Protocol p{.pre = {{10.0, 30.0, 50.0}}, .post = {}, .connections = {}, .rule = additive, .split = {}};
    for (std::uint32_t i = 0; i < targets; ++i) {
      p.post.push_back({12.0, 31.0, 34.0, 51.0});
      p.connections.push_back({0, i, 3.0, 0.5});
    }
    const std::uint32_t one = targets / 2;
    const PlasticNetwork built = build(p);
    Simulation simulation(built.network);
    simulation.run_until(Time::from_ms(20.0));
    const double learned = simulation.synapses(built.plastic).weights[one];
    EXPECT_GT(learned, 0.55);
    simulation.freeze_plasticity(true);
    simulation.run_until(Time::from_ms(33.0));
    const double before = simulation.values(built.targets, "V_m")[one];
    simulation.run_until(Time::from_ms(33.0) + tick);
    EXPECT_NEAR(simulation.values(built.targets, "V_m")[one] - before, learned, 1e-6);
    EXPECT_EQ(simulation.synapses(built.plastic).weights[one], learned);
    simulation.freeze_plasticity(false);
    EXPECT_EQ(simulation.synapses(built.plastic).weights[one], learned);
    simulation.run_until(Time::from_ms(45.0));
    EXPECT_EQ(simulation.synapses(built.plastic).weights[one], learned) << "no spike of the source since";
    simulation.run_until(Time::from_ms(49.0));
    simulation.restart();
    EXPECT_EQ(simulation.synapses(built.plastic).weights[one], learned) << "the post of 34 ms has no partner";
    simulation.run_until(Time::from_ms(20.0));
    EXPECT_NEAR(simulation.synapses(built.plastic).weights[one], 2.0 * learned - 0.5, 1e-6);
  }
}

TEST(LazyPlasticity, SetsWeightsAtTheStart) {
  const Protocol p{.pre = {{10.0}, {11.0}},
                   .post = {{20.0}},
                   .connections = {{0, 0, 1.0, 0.5}, {1, 0, 1.0, 0.5}},
                   .rule = additive,
                   .split = {}};
  const PlasticNetwork built = build(p);
  Simulation simulation(built.network);
  simulation.set_weights(built.plastic, std::vector<double>{0.25, 0.75});
  EXPECT_EQ(simulation.synapses(built.plastic).weights, (std::vector<double>{0.25, 0.75}));
  simulation.run_until(Time::from_ms(30.0));
  EXPECT_NEAR(simulation.synapses(built.plastic).weights[1], 0.75 + 0.1 * std::exp(-10.0 / 20.0), 1e-7);
}

TEST(LazyPlasticity, RefusesDelaysItsScaledTracesCannotSpanAndSplitsBeyondTheWhole) {
  Protocol p{.pre = {{1.0}}, .post = {{1.0}}, .connections = {{0, 0, 40.0, 0.5}}, .rule = additive, .split = {}};
  p.rule.tau_minus = 0.1;
  const PlasticNetwork built = build(p);
  EXPECT_THROW(Simulation simulation(built.network), Error);
  p.split.dendritic_fraction = 1.5;
  EXPECT_THROW(build(p), Error);
  p.split.dendritic_fraction = std::nan("");
  EXPECT_THROW(build(p), Error);
}

// A shard of one delay group per delay, made by hand, to call the interface in every order that can happen.
Shard make_shard(const std::vector<std::int64_t>& delays_ms, std::uint32_t rows, std::uint16_t targets) {
  Shard shard;
  shard.sources = {0, rows};
  shard.constant_weight = 0.5;
  shard.grouped = true;
  shard.row_begin = {0};
  shard.row_group_begin = {0};
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (const std::int64_t delay : delays_ms) {
      shard.group_begin.push_back(static_cast<std::uint32_t>(shard.target.size()));
      shard.group_delay_sign.push_back(delay * ticks_per_ms * 2 + 1);
      for (std::uint16_t t = 0; t < targets; ++t) shard.target.push_back(t);
    }
    shard.row_begin.push_back(static_cast<std::uint32_t>(shard.target.size()));
    shard.row_group_begin.push_back(static_cast<std::uint32_t>(shard.group_delay_sign.size()));
  }
  shard.group_begin.push_back(static_cast<std::uint32_t>(shard.target.size()));
  return shard;
}

struct Event {
  Time time;
  int kind;  // 0: emission, 1: delivery, 2: spike of a target
  std::uint32_t who;
  std::uint32_t group = 0;
  friend auto operator<=>(const Event&, const Event&) = default;
};

std::vector<Event> random_events(const Shard& shard, std::uint32_t targets, int count, double rate_ratio) {
  RandomStream random(17, Purpose::task, 1);
  std::vector<Event> events;
  for (int i = 0; i < count; ++i) {
    const Time t{static_cast<std::int64_t>(random.below(4'000'000)) * 1'000'000};
    if (random.uniform() < rate_ratio) {
      const std::uint32_t row = random.below(shard.sources.count);
      events.push_back({t, 0, row});
      for (std::uint32_t g = 0; g < shard.group_count(row); ++g)
        events.push_back({t + shard.group(row, g).delay, 1, row, g});
    } else {
      events.push_back({t, 2, random.below(targets)});
    }
  }
  std::sort(events.begin(), events.end());
  return events;
}

void apply(const Event& event, const Shard& shard, ShardPlasticity& plasticity) {
  if (event.kind == 0) plasticity.on_source_spike(event.who, event.time);
  if (event.kind == 2) plasticity.on_target_spike(event.who, event.time);
  if (event.kind != 1) return;
  const Shard::Group group = shard.group(event.who, event.group);
  plasticity.on_delivery(event.who, group, event.time - group.delay);
}

TEST(LazyPlasticity, FormsAPairHoweverLateItIsEvaluated) {
  // Target 0 fires once after source 0; target 1 fires on for 1000 time constants before source 0 does again.
  const Shard shard = make_shard({1}, 1, 2);
  LazyPlasticity<StdpSynapse> plasticity(additive, shard, 2, {0.5});
  const auto at = [](double ms) { return Time::from_ms(ms); };
  apply({at(10.0), 0, 0}, shard, plasticity);
  apply({at(11.0), 1, 0}, shard, plasticity);
  apply({at(15.0), 2, 0}, shard, plasticity);
  for (double ms = 100.0; ms < 20'000.0; ms += 400.0) apply({at(ms), 2, 1}, shard, plasticity);
  apply({at(20'000.0), 0, 0}, shard, plasticity);
  apply({at(20'001.0), 1, 0}, shard, plasticity);
  EXPECT_NEAR(plasticity.weights()[0], 0.5 + 0.1 * std::exp(-5.0 / 20.0), 1e-7);
  EXPECT_EQ(plasticity.updates().post, 51U);
}

TEST(LazyPlasticity, KeepsItsPrecisionLateInARun) {
  const Shard shard = make_shard({1}, 1, 1);
  const double day = 86'400'000.0;
  LazyPlasticity<StdpSynapse> plasticity(additive, shard, 1, {0.5});
  const auto at = [&](double ms) { return Time::from_ms(day) + Delay::from_ms(ms); };
  apply({at(10.0), 0, 0}, shard, plasticity);
  apply({at(11.0), 1, 0}, shard, plasticity);
  apply({at(15.0), 2, 0}, shard, plasticity);
  apply({at(30.0), 0, 0}, shard, plasticity);
  apply({at(31.0), 1, 0}, shard, plasticity);
  EXPECT_NEAR(plasticity.weights()[0], 0.5 + 0.1 * (std::exp(-5.0 / 20.0) - std::exp(-15.0 / 20.0)), 1e-7);
}

TEST(LazyPlasticity, SettlesWithoutChangingABit) {
  for (const double fraction : {0.0, 0.3, 1.0})
    for (const double ratio : {0.02, 0.2}) {
      const Shard shard = make_shard({1, 7, 40}, 5, 3);
      const StdpSynapse rule{.lambda = 0.05, .mu_plus = 0.4, .mu_minus = 0.7, .Wmax = 1.0};
      LazyPlasticity<StdpSynapse> never(rule, shard, 3, {fraction});
      LazyPlasticity<StdpSynapse> often(rule, shard, 3, {fraction});
      RandomStream random(5, Purpose::task, 2);
      std::uint64_t largest = 0;
      for (const Event& event : random_events(shard, 3, 20000, ratio)) {
        if (random.uniform() < 0.1) often.settle(event.time);
        apply(event, shard, never);
        apply(event, shard, often);
        if (event.kind == 1)
          ASSERT_EQ(0, std::memcmp(never.weights() + shard.group(event.who, event.group).begin,
                                   often.weights() + shard.group(event.who, event.group).begin, 3 * sizeof(float)));
        largest = std::max(largest, often.bytes());
      }
      std::vector<float> a(shard.synapse_count());
      std::vector<float> b(shard.synapse_count());
      never.weights_at(Time::from_ms(4040.0), a);
      often.weights_at(Time::from_ms(4040.0), b);
      EXPECT_EQ(a, b);
      EXPECT_GT(never.bytes(), 4 * largest) << "memory stays bounded";
    }
}

TEST(LazyPlasticity, CountsEachOfSeveralSpikesOfATargetAtOneInstant) {
  const Shard shard = make_shard({1}, 1, 1);
  LazyPlasticity<StdpSynapse> plasticity(additive, shard, 1, {1.0});
  const auto at = [](double ms) { return Time::from_ms(ms); };
  for (const Event& event : {Event{at(10.0), 0, 0}, Event{at(11.0), 1, 0}, Event{at(15.0), 2, 0}, Event{at(15.0), 2, 0},
                             Event{at(16.0), 0, 0}, Event{at(17.0), 1, 0}})
    apply(event, shard, plasticity);
  // At the synapse both posts are there at 16 ms, together with the second pre, which comes first.
  EXPECT_NEAR(plasticity.weights()[0], 0.5, 0.0);
  float now = 0.0F;
  plasticity.weights_at(at(17.0), {&now, 1});
  EXPECT_NEAR(now, 0.5 + 0.2 * (1.0 + std::exp(-6.0 / 20.0)), 1e-7);
  apply({at(20.0), 0, 0}, shard, plasticity);
  apply({at(21.0), 1, 0}, shard, plasticity);
  EXPECT_NEAR(plasticity.weights()[0], 0.5 + 0.2 * (1.0 + std::exp(-6.0 / 20.0)) - 0.2 * std::exp(-4.0 / 20.0), 1e-7);
  EXPECT_EQ(plasticity.updates().post, 2U);
}

TEST(LazyPlasticity, StaysBoundedWhenOnlySourcesFire) {
  const Shard shard = make_shard({1, 7}, 5, 3);
  LazyPlasticity<StdpSynapse> plasticity(StdpSynapse{.Wmax = 1.0}, shard, 3, {});
  for (const Event& event : random_events(shard, 3, 50000, 1.0)) {
    plasticity.settle(event.time);
    apply(event, shard, plasticity);
  }
  EXPECT_LT(plasticity.bytes(), 12'000U) << "some 100 spikes are in flight";
}

TEST(LazyPlasticity, ReportsWeightsWithoutChangingAnything) {
  const Shard shard = make_shard({2, 30}, 4, 3);
  const StdpSynapse rule{.lambda = 0.05, .Wmax = 1.0};
  LazyPlasticity<StdpSynapse> asked(rule, shard, 3, {0.6});
  LazyPlasticity<StdpSynapse> left_alone(rule, shard, 3, {0.6});
  std::vector<float> first(shard.synapse_count());
  std::vector<float> second(shard.synapse_count());
  for (const Event& event : random_events(shard, 3, 3000, 0.3)) {
    asked.weights_at(event.time, first);
    asked.weights_at(event.time, second);
    ASSERT_EQ(first, second);
    apply(event, shard, asked);
    apply(event, shard, left_alone);
  }
  asked.weights_at(Time::from_ms(5000.0), first);
  left_alone.weights_at(Time::from_ms(5000.0), second);
  EXPECT_EQ(first, second);
  EXPECT_EQ(asked.updates().post, left_alone.updates().post);
}

TEST(LazyPlasticity, ContinuesFromASavedStateBitForBit) {
  const Shard shard = make_shard({2, 30}, 4, 3);
  const StdpSynapse rule{.lambda = 0.05, .Wmax = 1.0};
  LazyPlasticity<StdpSynapse> whole(rule, shard, 3, {0.6});
  auto part = std::make_unique<LazyPlasticity<StdpSynapse>>(rule, shard, 3, DelaySplit{0.6});
  int n = 0;
  for (const Event& event : random_events(shard, 3, 4000, 0.3)) {
    if (++n % 500 == 0) {
      whole.settle(event.time);
      part->settle(event.time);
      StateWriter writer;
      part->save(writer);
      const std::vector<std::byte> bytes = writer.take();
      part = std::make_unique<LazyPlasticity<StdpSynapse>>(rule, shard, 3, DelaySplit{0.6});
      StateReader reader(bytes);
      part->load(reader);
      EXPECT_TRUE(reader.at_end());
    }
    apply(event, shard, whole);
    apply(event, shard, *part);
    ASSERT_EQ(0, std::memcmp(whole.weights(), part->weights(), shard.synapse_count() * sizeof(float)));
  }
  EXPECT_EQ(whole.updates().pre, part->updates().pre);
  EXPECT_EQ(whole.updates().post, part->updates().post);
}

TEST(LazyPlasticity, RefusesTheStateOfAnotherShard) {
  const Shard small = make_shard({2}, 4, 3);
  const Shard large = make_shard({2}, 5, 3);
  LazyPlasticity<StdpSynapse> from(StdpSynapse{.Wmax = 1.0}, small, 3, {});
  LazyPlasticity<StdpSynapse> into(StdpSynapse{.Wmax = 1.0}, large, 3, {});
  StateWriter writer;
  from.save(writer);
  const std::vector<std::byte> bytes = writer.take();
  StateReader reader(bytes);
  EXPECT_THROW(into.load(reader), Error);
}

}  // namespace
}  // namespace synop::test
