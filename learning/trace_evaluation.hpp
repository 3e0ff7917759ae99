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
#include "synop/learning/synapse_rule.hpp"
#include "synop/learning/target_traces.hpp"
#include "synop/learning/trace_batch.hpp"

namespace synop {

// How the synapses of a SynapseRule are taken through their events: many of a group at once (TraceBatch), or, in small
// groups, one after the other, each along the list of its target's spikes. A trace at an instant is what it was right
// after its last spike times exp(-span / tau), and at a spike it is taken from that before, so nothing depends on when
// an event is evaluated. The synapse's own traces and its weight move from one of its events to the next, and are
// rounded to float at each.
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
      : rule_(rule),
        target_of_(shard.target.data()),
        split_(split),
        longest_delay_(longest_delay_of(shard)),
        pre_(rule.pre_traces()),
        post_(rule.post_traces()),
        own_(own_traces_of(rule)),
        post_ends_after_(post_.ends_after()) {
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
      spike.before = pre_.decayed(pre_.after(last->before), emitted - last->emitted);
    sources.push(row, spike, delivered_before);
  }
  void on_target_spike(Targets& targets, std::uint32_t target, Time time) { targets.add(target, time, post_); }

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
  // What the synapses of a group have in common between two spikes of their source.
  struct Between {
    bool begun = false;                   // there is a spike of the source to begin with, ...
    Time begin{};                         // ... which was at the synapses here ...
    std::array<double, pre_count> pre{};  // ... and left these traces
    Time replayed{};                      // earlier spikes of targets have been evaluated
    Time start{};                         // of everything
    Delay dendritic{};
  };
  struct State {
    float w;
    std::array<float, own_count> own;
  };
  using Spikes = std::vector<typename Targets::Spike>;
  static constexpr Time all_time{std::numeric_limits<std::int64_t>::min()};

  Between between(const Shard::Group& group, const SourceSpike* last, Time replayed) const;
  // Targets' spikes from then on are still to be evaluated.
  static Time replay_from(const Between& since) {
    if (!since.begun && !acts_without_pre) return Time::never();
    return std::max(since.begun ? since.begin : long_ago + tick, since.replayed);
  }
  // The first synapse of the group whose target has fired at `from` or later.
  std::uint32_t first_active(const Targets& targets, const Shard::Group& group, Time from) const {
    std::uint32_t i = group.begin;
    while (i < group.end && targets.last(target_of_[i]) < from) ++i;
    return i;
  }
  // Calls evaluate(batch) for the synapses [begin, end) whose target has fired at `active_from` or later, and
  // passed_over( first, count) for ranges that hold all others, before what a batch has learned is stored.
  template <class Evaluate, class PassOver>
  std::uint64_t in_batches(const Targets& targets, std::uint32_t begin, std::uint32_t end, Time active_from,
                           const SharedByGroup<Rule>& shared, float* weights, float* own, Evaluate evaluate,
                           PassOver passed_over) const;
  bool are_many(const Shard::Group& group, const Between& since, Time until) const;
  SharedByGroup<Rule> shared_by(const Between& since, Time until) const;
  State load(std::uint32_t i, const float* weights, const float* own) const;
  void store(std::uint32_t i, const State& state, float* weights, float* own) const;
  // Evaluates the target's spikes before `until`; returns how many there are in its list.
  std::size_t replay(const Between& since, const Spikes& spikes, Time until, State& state,
                     std::uint64_t& updates) const;
  Time last_event(const Between& since, const Spikes& spikes, std::size_t before) const;
  void pass(const Between& since, State& state, Time from, Time to) const;
  void pass_undisturbed(State& state, Time from, Time to, double reward) const;
  At sight_of(const State& state, Delay dendritic, Time now) const;
  static void keep(State& state, float w, const At& at) {
    state.w = w;
    for (std::size_t k = 0; k < own_count; ++k) state.own[k] = static_cast<float>(at.own[k]);
  }

  Rule rule_;
  const std::uint16_t* target_of_;
  DelaySplit split_;
  Delay longest_delay_;
  TraceSet<pre_count> pre_;
  TraceSet<post_count> post_;
  TraceSet<own_count> own_;
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
    since.pre = pre_.after(last->before);
  }
  return since;
}

template <SynapseRule Rule>
auto TraceEvaluation<Rule>::load(std::uint32_t i, const float* weights, [[maybe_unused]] const float* own) const
    -> State {
  State state{weights[i], {}};
  for (std::size_t k = 0; k < own_count; ++k) state.own[k] = own[i * own_count + k];
  return state;
}

template <SynapseRule Rule>
void TraceEvaluation<Rule>::store(std::uint32_t i, const State& state, float* weights,
                                  [[maybe_unused]] float* own) const {
  weights[i] = state.w;
  for (std::size_t k = 0; k < own_count; ++k) own[i * own_count + k] = state.own[k];
}

template <SynapseRule Rule>
auto TraceEvaluation<Rule>::sight_of(const State& state, [[maybe_unused]] Delay dendritic,
                                     [[maybe_unused]] Time now) const -> At {
  At at;
  for (std::size_t k = 0; k < own_count; ++k) at.own[k] = static_cast<double>(state.own[k]);
  if constexpr (takes_rewards<Rule>) at.reward = rewards_.at(now + dendritic);
  return at;
}

// The last event of a synapse before the spike number `before` of its target, which has been evaluated.
template <SynapseRule Rule>
Time TraceEvaluation<Rule>::last_event(const Between& since, const Spikes& spikes, std::size_t before) const {
  Time last = since.start;
  if (since.begun) last = std::max(last, since.begin);
  if ((since.begun || acts_without_pre) && before > 0) last = std::max(last, spikes[before - 1].time);
  return last;
}

template <SynapseRule Rule>
void TraceEvaluation<Rule>::pass_undisturbed(State& state, Time from, Time to, [[maybe_unused]] double reward) const {
  if (to <= from) return;
  At at;
  for (std::size_t k = 0; k < own_count; ++k) at.own[k] = static_cast<double>(state.own[k]);
  at.reward = reward;
  float w = state.w;
  if constexpr (changes_in_passing) w = rule_.pass(w, at, to - from);
  at.own = own_.decayed(at.own, to - from);
  keep(state, w, at);
}

// From one event to the next; a reward in between, or at the end, is an event too.
template <SynapseRule Rule>
void TraceEvaluation<Rule>::pass([[maybe_unused]] const Between& since, [[maybe_unused]] State& state,
                                 [[maybe_unused]] Time from, [[maybe_unused]] Time to) const {
  if constexpr (takes_rewards<Rule>) {
    for (;;) {
      const Time rewarded = rewards_.next(from + since.dendritic);
      if (rewarded == Time::never() || rewarded - since.dendritic > to) break;
      pass_undisturbed(state, from, rewarded - since.dendritic, rewards_.at(from + since.dendritic));
      from = rewarded - since.dendritic;
    }
    pass_undisturbed(state, from, to, rewards_.at(from + since.dendritic));
  } else if constexpr (changes_in_passing || own_count > 0) {
    pass_undisturbed(state, from, to, 0.0);
  }
}

template <SynapseRule Rule>
std::size_t TraceEvaluation<Rule>::replay(const Between& since, const Spikes& spikes, Time until, State& state,
                                          std::uint64_t& updates) const {
  std::size_t end = spikes.size();
  while (end > 0 && spikes[end - 1].time >= until) --end;
  const Time from = replay_from(since);
  std::size_t first = end;
  while (first > 0 && spikes[first - 1].time >= from) --first;
  for (std::size_t k = first; k < end; ++k, ++updates) {
    const typename Targets::Spike& spike = spikes[k];
    pass(since, state, last_event(since, spikes, k), spike.time);
    At at = sight_of(state, since.dendritic, spike.time);
    if (since.begun) at.pre = pre_.decayed(since.pre, spike.time - since.begin);
    at.post = spike.before;
    at.alternates = since.begun && (k == 0 || spikes[k - 1].time < since.begin);
    const float w = rule_.on_post(state.w, at);
    keep(state, w, at);
  }
  return end;
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
    const Time rewarded =
        rewards_.next((since.begun ? std::max(since.start, since.begin) : since.start) + since.dendritic);
    if (rewarded != Time::never() && rewarded - since.dendritic <= until) return false;
  }
  return true;
}

template <SynapseRule Rule>
SharedByGroup<Rule> TraceEvaluation<Rule>::shared_by(const Between& since, Time until) const {
  SharedByGroup<Rule> shared{.pre = pre_,
                             .post = post_,
                             .own = own_,
                             .left = since.pre,
                             .begin = since.begin,
                             .post_alternates = since.begun ? since.begin : all_time,
                             .pre_alternates = since.begun ? since.begin : long_ago + tick,
                             .from = replay_from(since),
                             .until = until,
                             .last_together = since.begun ? std::max(since.start, since.begin) : since.start,
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
  [[maybe_unused]] const Time quiet = std::min(replay_from(since), now - post_ends_after_);
  const std::uint32_t begin = may_skip ? first_active(targets, group, quiet) : group.begin;
  if (begin == group.end) return 0;
  if (are_many(group, since, now)) {
    const SharedByGroup<Rule> shared = shared_by(since, now);
    const auto evaluate = [&](TraceBatch<Rule>& batch) {
      batch.replay(rule_, shared);
      batch.arrive(rule_, shared, spike.before);
    };
    const auto pass_over = [&](std::uint32_t first, std::uint32_t n) {
      if constexpr (may_skip) return;
      TraceBatch<Rule>().arrive_where_quiet(rule_, shared, spike.before, first, n, weights, own);
    };
    const Time active_from = may_skip ? quiet : std::min(shared.pre_alternates, now - post_ends_after_);
    return in_batches(targets, begin, group.end, active_from, shared, weights, own, evaluate, pass_over);
  }
  std::uint64_t updates = 0;
  for (std::uint32_t i = begin; i < group.end; ++i) {
    if constexpr (may_skip)
      if (targets.last(target_of_[i]) < quiet) continue;
    State state = load(i, weights, own);
    const Spikes& spikes = targets.spikes(target_of_[i]);
    const std::size_t end = replay(since, spikes, now, state, updates);
    pass(since, state, last_event(since, spikes, end), now);
    At at = sight_of(state, since.dendritic, now);
    at.pre = spike.before;
    if (end > 0) {
      const typename Targets::Spike& last = spikes[end - 1];
      at.post = post_.decayed(post_.after(last.before), now - last.time);
      at.alternates = !since.begun || last.time >= since.begin;
    }
    const float w = rule_.on_pre(state.w, at);
    keep(state, w, at);
    store(i, state, weights, own);
  }
  return updates;
}

template <SynapseRule Rule>
std::uint64_t TraceEvaluation<Rule>::catch_up(const Targets& targets, const Shard::Group& group,
                                              const SourceSpike* last, Time replayed, Time until, float* weights,
                                              float* own) const {
  const Between since = between(group, last, replayed);
  const Time from = replay_from(since);
  if (from >= until) return 0;
  const std::uint32_t begin = first_active(targets, group, from);
  if (begin == group.end) return 0;
  if (are_many(group, since, until)) {
    const SharedByGroup<Rule> shared = shared_by(since, until);
    return in_batches(
        targets, begin, group.end, from, shared, weights, own,
        [&](TraceBatch<Rule>& batch) { batch.replay(rule_, shared); }, [](std::uint32_t, std::uint32_t) {});
  }
  std::uint64_t updates = 0;
  for (std::uint32_t i = begin; i < group.end; ++i) {
    if (targets.last(target_of_[i]) < from) continue;
    State state = load(i, weights, own);
    replay(since, targets.spikes(target_of_[i]), until, state, updates);
    store(i, state, weights, own);
  }
  return updates;
}

template <SynapseRule Rule>
void TraceEvaluation<Rule>::pass_until(const Targets& targets, const Shard::Group& group, const SourceSpike* last,
                                       Time until, float* weights, float* own) const {
  const Between since = between(group, last, until);
  for (std::uint32_t i = group.begin; i < group.end; ++i) {
    const Spikes& spikes = targets.spikes(target_of_[i]);
    std::size_t end = spikes.size();
    while (end > 0 && spikes[end - 1].time >= until) --end;
    State state = load(i, weights, own);
    pass(since, state, last_event(since, spikes, end), until);
    store(i, state, weights, own);
  }
}

}  // namespace synop
