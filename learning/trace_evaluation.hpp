#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <tuple>
#include <vector>

#include "synop/core/plasticity.hpp"
#include "synop/core/shard.hpp"
#include "synop/learning/pair_timing.hpp"
#include "synop/learning/reward_history.hpp"
#include "synop/learning/spike_chains.hpp"
#include "synop/learning/synapse_course.hpp"
#include "synop/learning/synapse_rule.hpp"
#include "synop/learning/target_traces.hpp"
#include "synop/learning/trace_batch.hpp"

namespace synop {

// How the synapses of a SynapseRule are taken through their events: many of a group at once (TraceBatch), or, in small
// groups, one after the other (SynapseCourse). A trace at an instant is what it was right after its last spike times
// exp(-span / tau), and at a spike it is taken from that before, so nothing depends on when an event is evaluated. The
// synapse's own traces and its weight move from one of its events to the next, and are rounded to float at each.
//
// All is told in the target's own time: a spike emitted at t is at the synapse at t - shift, shift = dendritic -
// axonal, a reward given at r at r - dendritic.
template <SynapseRule Rule>
class TraceEvaluation {
 public:
  using At = AtSynapse<Rule>;
  static constexpr std::size_t pre_count = std::tuple_size_v<decltype(At::pre)>;
  static constexpr std::size_t post_count = std::tuple_size_v<decltype(At::post)>;
  static constexpr std::size_t own_count = std::tuple_size_v<decltype(At::own)>;
  static constexpr bool acts_without_pre = synop::acts_without_pre<Rule>;
  static constexpr bool changes_in_passing = synop::changes_in_passing<Rule>;
  // Whether a synapse may be left as it is, neither loaded nor stored.
  static constexpr bool may_skip = synop::pre_needs_post<Rule> && !changes_in_passing && own_count == 0;

  struct SourceSpike {
    Time emitted;
    std::array<double, pre_count> before{};
    std::uint32_t older = 0;
    std::uint32_t unused = 0;
  };
  using Sources = SpikeChains<SourceSpike>;
  using Targets = TargetTraces<post_count>;
  using Horizon = Time;
  static constexpr std::size_t bytes_per_target_spike = sizeof(typename Targets::Spike);

  TraceEvaluation(const Rule& rule, const Shard& shard, DelaySplit split)
      : course_(rule),
        target_of_(shard.target.data()),
        split_(split),
        longest_delay_(longest_delay_of(shard)),
        post_ends_after_(course_.post().ends_after()) {
    if constexpr (takes_rewards<Rule>) rewards_ = RewardHistory(rule.reward_time_constant());
  }

  Delay longest_delay() const { return longest_delay_; }
  Delay dendritic(Delay delay) const { return split_.dendritic(delay); }
  Horizon horizon(Time t) const { return t; }
  void start(Time now) {
    start_ = now;
    rewards_.clear();
  }
  void on_reward(Time time, double amount) { rewards_.add(time, amount); }

  void on_source_spike(Sources& sources, std::uint32_t row, Time emitted, Time delivered_before) {
    SourceSpike spike{.emitted = emitted};
    if (const SourceSpike* const last = sources.at(sources.newest(row)))
      spike.before = course_.pre().decayed(course_.pre().after(last->before), emitted - last->emitted);
    sources.push(row, spike, delivered_before);
  }
  void on_target_spike(Targets& targets, std::uint32_t target, Time time) { targets.add(target, time, course_.post()); }

  // The targets' spikes up to the arrival of `spike`, whose source's previous one is `previous` (or null), and `spike`.
  std::uint64_t arrive(const Targets& targets, const Shard::Group& group, const SourceSpike& spike,
                       const SourceSpike* previous, Time replayed, float* weights, float* own) const;
  // The targets' spikes after `last` (or null) and before `until`.
  std::uint64_t catch_up(const Targets& targets, const Shard::Group& group, const SourceSpike* last, Time replayed,
                         Time until, float* weights, float* own) const;
  // Takes weights that move without spikes from the last event, which has been evaluated, to `until`.
  void pass_until(const Targets& targets, const Shard::Group& group, const SourceSpike* last, Time until,
                  float* weights, float* own) const;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(start_, rewards_);
  }

 private:
  using Between = BetweenSourceSpikes<Rule>;
  using Course = SynapseCourse<Rule>;
  static constexpr Time all_time{std::numeric_limits<std::int64_t>::min()};

  Between between(const Shard::Group& group, const SourceSpike* last, Time replayed) const;
  // The first synapse of the group whose target has fired at `from` or later.
  std::uint32_t first_active(const Targets& targets, const Shard::Group& group, Time from) const {
    std::uint32_t i = group.begin;
    while (i < group.end && targets.last(target_of_[i]) < from) ++i;
    return i;
  }
  // Calls evaluate(batch) for the synapses [begin, end) whose target has fired at `active_from` or later, and
  // passed_over(first, count) for ranges that hold all others, before what a batch has learned is stored.
  template <class Evaluate, class PassOver>
  std::uint64_t in_batches(const Targets& targets, std::uint32_t begin, std::uint32_t end, Time active_from,
                           const SharedByGroup<Rule>& shared, float* weights, float* own, Evaluate evaluate,
                           PassOver passed_over) const;
  bool are_many(const Shard::Group& group, const Between& since, Time until) const;
  SharedByGroup<Rule> shared_by(const Between& since, Time until) const;

  Course course_;
  const std::uint16_t* target_of_;
  DelaySplit split_;
  Delay longest_delay_;
  Delay post_ends_after_;
  Time start_{};
  RewardHistory rewards_;
};

template <SynapseRule Rule>
auto TraceEvaluation<Rule>::between(const Shard::Group& group, const SourceSpike* last, Time replayed) const
    -> Between {
  const Delay dendritic = split_.dendritic(group.delay);
  Between since{.begun = last != nullptr, .replayed = replayed, .start = start_ - dendritic, .dendritic = dendritic};
  if (last != nullptr) {
    since.begin = last->emitted - (dendritic - split_.axonal(group.delay));
    since.pre = course_.pre().after(last->before);
  }
  return since;
}

// Whether a batch may take them, and is worth its bookkeeping.
template <SynapseRule Rule>
bool TraceEvaluation<Rule>::are_many(const Shard::Group& group, const Between& since,
                                     [[maybe_unused]] Time until) const {
  constexpr std::uint32_t smallest_batch = 8;
  if (group.size() < smallest_batch) return false;
  if constexpr (changes_in_passing || own_count > 0)
    if (!since.begun && !acts_without_pre) return false;  // spikes of targets are no events yet
  if constexpr (takes_rewards<Rule>) {
    const Time rewarded = rewards_.next(since.last_together() + since.dendritic);
    if (rewarded != Time::never() && rewarded - since.dendritic <= until) return false;
  }
  return true;
}

template <SynapseRule Rule>
SharedByGroup<Rule> TraceEvaluation<Rule>::shared_by(const Between& since, Time until) const {
  SharedByGroup<Rule> shared{.pre = course_.pre(),
                             .post = course_.post(),
                             .own = course_.own(),
                             .left = since.pre,
                             .begin = since.begin,
                             .post_alternates = since.begun ? since.begin : all_time,
                             .pre_alternates = since.begun ? since.begin : long_ago + tick,
                             .from = since.replay_from(),
                             .until = until,
                             .last_together = since.last_together(),
                             .reward = {},
                             .reward_decay = rewards_.decay()};
  if constexpr (takes_rewards<Rule>) {
    shared.reward = rewards_.last(shared.last_together + since.dendritic);
    shared.reward.time = shared.reward.time - since.dendritic;
  }
  return shared;
}

// Where hardly any target has fired this looks at one instant per synapse, of which the block's stay in the private
// cache.
template <SynapseRule Rule>
template <class Evaluate, class PassOver>
std::uint64_t TraceEvaluation<Rule>::in_batches(const Targets& targets, std::uint32_t begin, std::uint32_t end,
                                                Time active_from, const SharedByGroup<Rule>& shared, float* weights,
                                                float* own, Evaluate evaluate, PassOver passed_over) const {
  constexpr std::uint32_t capacity = TraceBatch<Rule>::capacity;
  std::array<std::uint32_t, capacity> synapse;
  std::uint64_t updates = 0;
  for (std::uint32_t i = begin; i < end;) {
    const std::uint32_t first = i;
    std::size_t n = 0;
    for (; i < end && n < capacity && (may_skip || i < first + capacity); ++i) {
      synapse[n] = i;
      n += targets.last(target_of_[i]) >= active_from ? 1 : 0;
    }
    TraceBatch<Rule> batch;
    if (n > 0) updates += batch.load(targets, target_of_, synapse.data(), n, shared.from, shared.until, weights, own);
    if (n < i - first) passed_over(first, i - first);
    if (n == 0) continue;
    evaluate(batch);
    batch.store(weights, own);
  }
  return updates;
}

template <SynapseRule Rule>
std::uint64_t TraceEvaluation<Rule>::arrive(const Targets& targets, const Shard::Group& group, const SourceSpike& spike,
                                            const SourceSpike* previous, Time replayed, float* weights,
                                            float* own) const {
  const Between since = between(group, previous, replayed);
  const Time now = spike.emitted - (since.dendritic - split_.axonal(group.delay));
  [[maybe_unused]] const Time quiet = std::min(since.replay_from(), now - post_ends_after_);
  const std::uint32_t begin = may_skip ? first_active(targets, group, quiet) : group.begin;
  if (begin == group.end) return 0;
  if (are_many(group, since, now)) {
    const SharedByGroup<Rule> shared = shared_by(since, now);
    const auto evaluate = [&](TraceBatch<Rule>& batch) {
      batch.replay(course_.rule(), shared);
      batch.arrive(course_.rule(), shared, spike.before);
    };
    const auto pass_over = [&](std::uint32_t first, std::uint32_t n) {
      if constexpr (may_skip) return;
      TraceBatch<Rule>().arrive_where_quiet(course_.rule(), shared, spike.before, first, n, weights, own);
    };
    const Time active_from = may_skip ? quiet : std::min(shared.pre_alternates, now - post_ends_after_);
    return in_batches(targets, begin, group.end, active_from, shared, weights, own, evaluate, pass_over);
  }
  std::uint64_t updates = 0;
  for (std::uint32_t i = begin; i < group.end; ++i) {
    if constexpr (may_skip)
      if (targets.last(target_of_[i]) < quiet) continue;
    typename Course::State state = course_.load(i, weights, own);
    const auto& spikes = targets.spikes(target_of_[i]);
    const std::size_t end = course_.replay(since, rewards_, spikes, now, state, updates);
    course_.arrive(since, rewards_, spikes, end, now, spike.before, state);
    course_.store(i, state, weights, own);
  }
  return updates;
}

template <SynapseRule Rule>
std::uint64_t TraceEvaluation<Rule>::catch_up(const Targets& targets, const Shard::Group& group,
                                              const SourceSpike* last, Time replayed, Time until, float* weights,
                                              float* own) const {
  const Between since = between(group, last, replayed);
  const Time from = since.replay_from();
  if (from >= until) return 0;
  const std::uint32_t begin = first_active(targets, group, from);
  if (begin == group.end) return 0;
  if (are_many(group, since, until)) {
    const SharedByGroup<Rule> shared = shared_by(since, until);
    return in_batches(
        targets, begin, group.end, from, shared, weights, own,
        [&](TraceBatch<Rule>& batch) { batch.replay(course_.rule(), shared); }, [](std::uint32_t, std::uint32_t) {});
  }
  std::uint64_t updates = 0;
  for (std::uint32_t i = begin; i < group.end; ++i) {
    if (targets.last(target_of_[i]) < from) continue;
    typename Course::State state = course_.load(i, weights, own);
    course_.replay(since, rewards_, targets.spikes(target_of_[i]), until, state, updates);
    course_.store(i, state, weights, own);
  }
  return updates;
}

template <SynapseRule Rule>
void TraceEvaluation<Rule>::pass_until(const Targets& targets, const Shard::Group& group, const SourceSpike* last,
                                       Time until, float* weights, float* own) const {
  const Between since = between(group, last, until);
  for (std::uint32_t i = group.begin; i < group.end; ++i) {
    const auto& spikes = targets.spikes(target_of_[i]);
    std::size_t end = spikes.size();
    while (end > 0 && spikes[end - 1].time >= until) --end;
    typename Course::State state = course_.load(i, weights, own);
    course_.pass_on(since, rewards_, spikes, end, until, state);
    course_.store(i, state, weights, own);
  }
}

}  // namespace synop
