// Groups of every size, in which each target has another number of spikes between two of the source: batches, single
// synapses and the lists of spikes have to agree with each other to the bit and with an immediate evaluation.
#include "synop/learning/pair_replay.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>

#include "learning/plastic_protocol.hpp"

namespace synop::test {
namespace {

// One source, or one for each synapse, whose synapses have random targets: a target may have several.
struct Sample {
  std::vector<Time> pre;
  std::vector<std::vector<Time>> post;
  std::vector<std::uint16_t> target_of;
  Delay delay;
};

Sample random_sample(RandomStream& random, std::uint32_t synapses, std::uint32_t targets) {
  Sample sample{.pre = {}, .post = {}, .target_of = {}, .delay = Delay::from_ms(random.below(8))};
  const auto train = [&](std::uint32_t spikes) {
    std::vector<Time> times;  // on a grid of half a millisecond: coincidences, and several spikes at one instant
    for (std::uint32_t k = 0; k < spikes; ++k) times.push_back(Time::from_ms(0.5 * random.below(1000)));
    std::sort(times.begin(), times.end());
    return times;
  };
  sample.pre = train(12);
  sample.pre.erase(std::unique(sample.pre.begin(), sample.pre.end()), sample.pre.end());
  for (std::uint32_t t = 0; t < targets; ++t)
    sample.post.push_back(train(random.below(4) == 0 ? 0 : random.below(150)));
  for (std::uint32_t i = 0; i < synapses; ++i)
    sample.target_of.push_back(static_cast<std::uint16_t>(random.below(targets)));
  return sample;
}

Shard make_shard(const Sample& sample, bool one_row) {
  const auto synapses = static_cast<std::uint32_t>(sample.target_of.size());
  Shard shard;
  shard.sources = {0, one_row ? 1 : synapses};
  shard.constant_weight = 0.5;
  shard.uniform_delay = sample.delay;
  shard.target.assign(sample.target_of.begin(), sample.target_of.end());
  shard.row_begin = {0};
  for (std::uint32_t row = 0; row < shard.sources.count; ++row) shard.row_begin.push_back(one_row ? synapses : row + 1);
  return shard;
}

struct Event {
  Time time;
  int kind;  // 0: emission, 1: delivery, 2: spike of a target
  std::uint32_t who;
  friend auto operator<=>(const Event&, const Event&) = default;
};

std::vector<Event> events_of(const Sample& sample) {
  std::vector<Event> events;
  for (const Time t : sample.pre) {
    events.push_back({t, 0, 0});
    events.push_back({t + sample.delay, 1, 0});
  }
  for (std::uint32_t target = 0; target < sample.post.size(); ++target)
    for (const Time t : sample.post[target]) events.push_back({t, 2, target});
  std::sort(events.begin(), events.end());
  return events;
}

using Plasticity = LazyPlasticity<StdpSynapse>;

void apply(const Event& event, const Shard& shard, Plasticity& plasticity) {
  if (event.kind == 2) return plasticity.on_target_spike(event.who, event.time);
  for (std::uint32_t row = 0; row < shard.sources.count; ++row) {
    if (event.kind == 0) plasticity.on_source_spike(row, event.time);
    if (event.kind == 1) plasticity.on_delivery(row, shard.group(row, 0), event.time - shard.uniform_delay);
  }
}

std::vector<float> weights_at(const Plasticity& plasticity, const Shard& shard, Time now) {
  std::vector<float> weights(shard.synapse_count());
  plasticity.weights_at(now, weights);
  return weights;
}

StdpSynapse random_rule(RandomStream& random) {
  const double exponents[] = {0.0, 1.0, 0.3};
  const double time_constants[] = {20.0, 7.0, 0.4, 4000.0};
  return {.tau_plus = time_constants[random.below(4)],
          .tau_minus = 5.0 + 30.0 * random.uniform(),
          .lambda = 0.05,
          .alpha = 0.7,
          .mu_plus = exponents[random.below(3)],
          .mu_minus = exponents[random.below(3)],
          .Wmax = 1.0};
}

constexpr Time end{600 * ticks_per_ms};

TEST(PairReplay, AgreesWithAnImmediateEvaluationForGroupsOfEverySize) {
  RandomStream random(31, Purpose::task, 0);
  for (const std::uint32_t synapses : {1u, 7u, 8u, 9u, 31u, 32u, 63u, 64u, 65u, 100u, 150u})
    for (const double fraction : {0.0, 0.5, 1.0}) {
      const Sample sample = random_sample(random, synapses, 20);
      const StdpSynapse rule = random_rule(random);
      const Shard shard = make_shard(sample, true);
      Plasticity plasticity(rule, shard, 20, {fraction});
      for (const Event& event : events_of(sample)) apply(event, shard, plasticity);
      const std::vector<float> weights = weights_at(plasticity, shard, end);
      for (std::uint32_t i = 0; i < synapses; ++i) {
        const auto expected = ImmediateSynapse(rule, 0.5, true)
                                  .run(sample.pre, sample.post[sample.target_of[i]], sample.delay, {fraction}, end);
        ASSERT_NEAR(weights[i], static_cast<double>(expected), 5e-7) << synapses << " synapses, number " << i;
      }
    }
}

TEST(PairReplay, GivesASynapseTheSameBitsAloneAndInAGroup) {
  RandomStream random(32, Purpose::task, 0);
  for (int trial = 0; trial < 60; ++trial) {
    const Sample sample = random_sample(random, 8 + random.below(150), 1 + random.below(30));
    const auto targets = static_cast<std::uint32_t>(sample.post.size());
    const StdpSynapse rule = random_rule(random);
    const DelaySplit split{0.25 * random.below(5)};
    const Shard together = make_shard(sample, true);
    const Shard alone = make_shard(sample, false);
    Plasticity a(rule, together, targets, split);
    Plasticity b(rule, alone, targets, split);
    for (const Event& event : events_of(sample)) {
      apply(event, together, a);
      apply(event, alone, b);
      ASSERT_EQ(0, std::memcmp(a.weights(), b.weights(), together.synapse_count() * sizeof(float))) << trial;
    }
    EXPECT_EQ(a.updates().post, b.updates().post);
    EXPECT_GT(a.updates().post, 0U);
    EXPECT_EQ(weights_at(a, together, end), weights_at(b, alone, end));
  }
}

TEST(PairReplay, GivesTheSameBitsAfterSettlingAndFromASavedState) {
  RandomStream random(33, Purpose::task, 0);
  for (int trial = 0; trial < 20; ++trial) {
    const Sample sample = random_sample(random, 120, 25);
    const StdpSynapse rule = random_rule(random);
    const DelaySplit split{0.25 * random.below(5)};
    const Shard shard = make_shard(sample, true);
    Plasticity whole(rule, shard, 25, split);
    auto part = std::make_unique<Plasticity>(rule, shard, 25, split);
    Time last{};
    for (const Event& event : events_of(sample)) {
      if (event.time > last && random.below(50) == 0) part->settle(event.time);
      last = event.time;
      if (random.below(100) == 0) {
        StateWriter writer;
        part->save(writer);
        const std::vector<std::byte> bytes = writer.take();
        part = std::make_unique<Plasticity>(rule, shard, 25, split);
        StateReader reader(bytes);
        part->load(reader);
      }
      apply(event, shard, whole);
      apply(event, shard, *part);
      if (event.kind == 1)
        ASSERT_EQ(0, std::memcmp(whole.weights(), part->weights(), shard.synapse_count() * sizeof(float))) << trial;
    }
    EXPECT_EQ(weights_at(whole, shard, end), weights_at(*part, shard, end));
  }
}

// A line keeps six spikes. Synapse k's target fires k times between the two spikes of the source, and m times more
// after the second has passed the synapse and before it is delivered.
TEST(PairReplay, ReplaysAnyNumberOfSpikesBetweenTwoOfTheSource) {
  const StdpSynapse rule{.lambda = 0.01, .mu_plus = 0.0, .mu_minus = 0.0, .Wmax = 1.0};
  for (int after = 0; after < 4; ++after)
    for (const bool together : {true, false}) {
      Sample sample{
          .pre = {Time::from_ms(10.0), Time::from_ms(60.0)}, .post = {}, .target_of = {}, .delay = Delay::from_ms(4.0)};
      for (std::uint16_t k = 0; k < 16; ++k) {
        sample.target_of.push_back(k);
        sample.post.emplace_back();
        for (int i = 0; i < k; ++i) sample.post.back().push_back(Time::from_ms(12.0 + 3.0 * i));
        for (int i = 0; i < after; ++i) sample.post.back().push_back(Time::from_ms(60.0 + i));
      }
      const Shard shard = make_shard(sample, together);
      Plasticity plasticity(rule, shard, 16, {1.0});
      for (const Event& event : events_of(sample)) apply(event, shard, plasticity);
      EXPECT_EQ(plasticity.updates().post, 15U * 16U / 2U);
      for (std::uint32_t k = 0; k < 16; ++k) {
        const auto expected =
            ImmediateSynapse(rule, 0.5, true).run(sample.pre, sample.post[k], sample.delay, {1.0}, Time::from_ms(64.0));
        EXPECT_NEAR(plasticity.weights()[k], static_cast<double>(expected), 1e-7) << k << " spikes, then " << after;
      }
    }
}

TEST(PairTiming, HasBordersThatTellASpikeFromOneATickEarlier) {
  RandomStream random(34, Purpose::task, 0);
  for (const double tau : {0.01, 0.5, 20.0, 1000.0})
    for (const double fraction : {0.0, 1.0}) {
      Shard shard;
      shard.uniform_delay = Delay::from_ms(299.0 * tau);
      PairTiming timing("rule", tau, tau, shard, {fraction});
      const PairTiming::Parts parts = timing.parts_of(shard.uniform_delay);
      TraceClock clock(tau);
      const auto is_inside = [&](Time p, const Border& border) {
        const TraceClock::Factor f = clock.at(p);
        return 1.0 / f.value * TraceClock::between(border.epoch, f.epoch) <= border.decay;
      };
      const auto expect_exact = [&](const Border& border) {
        for (const int ticks : {0, 1, 2, 1000}) EXPECT_TRUE(is_inside({border.time.ticks + ticks}, border)) << tau;
        for (const int ticks : {1, 2, 1000}) EXPECT_FALSE(is_inside({border.time.ticks - ticks}, border)) << tau;
      };
      ASSERT_TRUE(timing.decays_tell_ticks());
      for (int i = 0; i < 3000; ++i) {
        const Time emitted{static_cast<std::int64_t>(random.next64() >> 6)};
        const TraceClock::Factor factor = timing.pre_factor(emitted);
        const SourceSpike spike{.emitted = emitted, .decay = 1.0 / factor.value, .epoch = factor.epoch};
        expect_exact(timing.border(emitted));
        expect_exact(PairTiming::after(&spike, parts, {long_ago}, {}).from);
        if (::testing::Test::HasFailure()) return;
      }
    }
}

}  // namespace
}  // namespace synop::test
