#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include "synop/core/vectorised.hpp"
#include "synop/learning/pair_timing.hpp"
#include "synop/learning/reward_history.hpp"
#include "synop/learning/synapse_rule.hpp"
#include "synop/learning/target_traces.hpp"

namespace synop {

// The last spike of a neuron at its synapses, and the traces it left.
template <std::size_t n>
struct LastSpike {
  Time time = long_ago;
  std::array<double, n> after{};

  bool any() const { return time != long_ago; }
  std::array<double, n> at(const TraceSet<n>& traces, Time now) const {
    return any() ? traces.decayed(after, now - time) : std::array<double, n>{};
  }
  void count(const TraceSet<n>& traces, Time now) {
    after = traces.after(at(traces, now));
    time = now;
  }
};

// Up to `capacity` synapses that have an event together, a spike of their source or of their target, in vector
// registers: no branch depends on data. The operations at a synapse are those of SynapseCourse, in its order, hence the
// same bits. Guarded by benchmarks/evaluation_benchmark.cpp.
template <SynapseRule Rule>
class ImmediateBatch {
 public:
  static constexpr std::size_t capacity = 128;
  using At = AtSynapse<Rule>;
  static constexpr std::size_t pre_count = std::tuple_size_v<decltype(At::pre)>;
  static constexpr std::size_t post_count = std::tuple_size_v<decltype(At::post)>;
  static constexpr std::size_t own_count = std::tuple_size_v<decltype(At::own)>;
  static constexpr bool moves = changes_in_passing<Rule> || own_count > 0;
  using Source = LastSpike<pre_count>;
  using Target = LastSpike<post_count>;

  // What all synapses have in common.
  struct Shared {
    Rule rule;
    TraceSet<pre_count> pre;
    TraceSet<post_count> post;
    TraceSet<own_count> own;
    TraceDecay reward_decay;
    Reward reward;       // the last one
    Time last_together;  // the last event of all synapses: that reward, or the start

    double reward_at(Time now) const { return reward.trace * reward_decay(now - reward.time); }
  };
  // The last spikes of the other side, by synapse.
  template <std::size_t n>
  struct Lanes {
    std::array<std::int64_t, capacity> time;
    std::array<std::array<double, capacity>, n> after;

    void put(std::size_t k, const LastSpike<n>& spike) {
      time[k] = spike.time.ticks;
      for (std::size_t c = 0; c < n; ++c) after[c][k] = spike.after[c];
    }
    std::array<double, n> at(std::size_t k) const {
      std::array<double, n> values;
      for (std::size_t c = 0; c < n; ++c) values[c] = after[c][k];
      return values;
    }
  };

  std::size_t size() const { return size_; }
  bool full() const { return size_ == capacity; }
  void clear() { size_ = 0; }
  void load(std::uint32_t synapse, const std::vector<float>& weights, const std::vector<float>& own) {
    number_[size_] = synapse;
    weight_[size_] = weights[synapse];
    for (std::size_t c = 0; c < own_count; ++c) own_[c][size_] = own[synapse * own_count + c];
    ++size_;
  }
  void store(std::vector<float>& weights, std::vector<float>& own) const {
    for (std::size_t k = 0; k < size_; ++k) {
      weights[number_[k]] = weight_[k];
      for (std::size_t c = 0; c < own_count; ++c) own[number_[k] * own_count + c] = own_[c][k];
    }
  }

  // A spike of `source`, whose last one is told, at `now`.
  template <class OnPre>
  [[gnu::flatten]] SYNOP_VECTORISED static void arrive(const Shared shared, const OnPre on_pre, const Source source,
                                                       Time now, const Lanes<post_count>& targets,
                                                       ImmediateBatch& batch);
  // The same of a target, where spikes of targets are events: at synapses whose source has fired, unless the rule says
  // else.
  template <class OnPost>
  [[gnu::flatten]] SYNOP_VECTORISED static void fire(const Shared shared, const OnPost on_post, const Target target,
                                                     Time now, const Lanes<pre_count>& sources, ImmediateBatch& batch);

 private:
  At sight_of(std::size_t k) const {
    At at;
    for (std::size_t c = 0; c < own_count; ++c) at.own[c] = static_cast<double>(own_[c][k]);
    return at;
  }
  void keep(std::size_t k, float w, const At& at) {
    weight_[k] = w;
    for (std::size_t c = 0; c < own_count; ++c) own_[c][k] = static_cast<float>(at.own[c]);
  }
  float passed(const Shared& shared, std::size_t k, std::int64_t last, Time to);

  std::size_t size_ = 0;
  std::array<std::uint32_t, capacity> number_;
  std::array<float, capacity> weight_;
  std::array<std::array<float, capacity>, own_count> own_;
};

// What moves without spikes, from the synapse's last event to `to`.
template <SynapseRule Rule>
[[gnu::always_inline]] inline float ImmediateBatch<Rule>::passed([[maybe_unused]] const Shared& shared, std::size_t k,
                                                                 [[maybe_unused]] std::int64_t last,
                                                                 [[maybe_unused]] Time to) {
  float w = weight_[k];
  if constexpr (moves) {
    const Time from{std::max(shared.last_together.ticks, last)};
    At at = sight_of(k);
    if constexpr (takes_rewards<Rule>) at.reward = shared.reward_at(from);
    const Delay span{std::max(to.ticks, from.ticks) - from.ticks};
    if constexpr (changes_in_passing<Rule>)
      w = static_cast<float>(select(std::uint64_t{span.ticks > 0}, static_cast<double>(shared.rule.pass(w, at, span)),
                                    static_cast<double>(w)));
    at.own = shared.own.decayed(at.own, span);
    keep(k, w, at);
  }
  return w;
}

// Before the source's first spike those of targets were no events, unless the rule says so, and any of them makes it
// alternate; no target has fired at long_ago + 1 or before.
template <SynapseRule Rule>
template <class OnPre>
SYNOP_VECTORISED void ImmediateBatch<Rule>::arrive(const Shared shared, const OnPre on_pre, const Source source,
                                                   Time now, const Lanes<post_count>& targets, ImmediateBatch& batch) {
  const std::array<double, pre_count> found = source.at(shared.pre, now);
  const bool counted = source.any() || acts_without_pre<Rule>;
  const std::int64_t alternates_from = source.any() ? source.time.ticks : long_ago.ticks + 1;
  const std::size_t n = batch.size_;
  for (std::size_t k = 0; k < n; ++k) {
    const std::int64_t fired = targets.time[k];
    const float w = batch.passed(shared, k, std::max(source.time.ticks, counted ? fired : long_ago.ticks), now);
    At at = batch.sight_of(k);
    at.pre = found;
    at.post = shared.post.decayed(targets.at(k), now - Time{fired});
    at.alternates = fired >= alternates_from;
    if constexpr (takes_rewards<Rule>) at.reward = shared.reward_at(now);
    const float changed = on_pre(w, at);
    batch.keep(k, changed, at);
  }
}

template <SynapseRule Rule>
template <class OnPost>
SYNOP_VECTORISED void ImmediateBatch<Rule>::fire(const Shared shared, const OnPost on_post, const Target target,
                                                 Time now, const Lanes<pre_count>& sources, ImmediateBatch& batch) {
  const std::array<double, post_count> found = target.at(shared.post, now);
  const std::size_t n = batch.size_;
  for (std::size_t k = 0; k < n; ++k) {
    const std::int64_t fired = sources.time[k];
    const float w = batch.passed(shared, k, std::max(target.time.ticks, fired), now);
    At at = batch.sight_of(k);
    at.pre = shared.pre.decayed(sources.at(k), now - Time{fired});
    at.post = found;
    at.alternates = target.time.ticks < fired;
    if constexpr (takes_rewards<Rule>) at.reward = shared.reward_at(now);
    const float changed = on_post(w, at);
    batch.keep(k, changed, at);
  }
}

}  // namespace synop
