#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>
#include <vector>

#include "synop/learning/pair_timing.hpp"
#include "synop/learning/reward_history.hpp"
#include "synop/learning/synapse_rule.hpp"
#include "synop/learning/target_traces.hpp"

namespace synop {

// What the synapses of a group have in common between two spikes of their source. All is told in the target's own time.
template <SynapseRule Rule>
struct BetweenSourceSpikes {
  bool begun = false;                    // there is a spike of the source to begin with, ...
  Time begin{};                          // ... which was at the synapses here ...
  decltype(AtSynapse<Rule>::pre) pre{};  // ... and left these traces
  Time replayed{};                       // earlier spikes of targets have been evaluated
  Time start{};                          // of everything
  Delay dendritic{};

  // Targets' spikes from then on are still to be evaluated.
  Time replay_from() const {
    if (!begun && !acts_without_pre<Rule>) return Time::never();
    return std::max(begun ? begin : long_ago + tick, replayed);
  }
  // The last event that all synapses of the group had together.
  Time last_together() const { return begun ? std::max(start, begin) : start; }
};

// One synapse on its way from event to event, along the list of its target's spikes.
template <SynapseRule Rule>
class SynapseCourse {
 public:
  using At = AtSynapse<Rule>;
  using Between = BetweenSourceSpikes<Rule>;
  static constexpr std::size_t pre_count = std::tuple_size_v<decltype(At::pre)>;
  static constexpr std::size_t post_count = std::tuple_size_v<decltype(At::post)>;
  static constexpr std::size_t own_count = std::tuple_size_v<decltype(At::own)>;
  using Spikes = std::vector<typename TargetTraces<post_count>::Spike>;

  struct State {
    float w;
    std::array<float, own_count> own;
  };

  explicit SynapseCourse(const Rule& rule)
      : rule_(rule), pre_(rule.pre_traces()), post_(rule.post_traces()), own_(own_traces_of(rule)) {}

  const Rule& rule() const { return rule_; }
  const TraceSet<pre_count>& pre() const { return pre_; }
  const TraceSet<post_count>& post() const { return post_; }
  const TraceSet<own_count>& own() const { return own_; }

  State load(std::uint32_t i, const float* weights, const float* own) const;
  void store(std::uint32_t i, const State& state, float* weights, float* own) const;

  // Evaluates the target's spikes before `until`; returns how many there are in its list.
  std::size_t replay(const Between& since, const RewardHistory& rewards, const Spikes& spikes, Time until, State& state,
                     std::uint64_t& updates) const;
  // The source's next spike, at `now`, which finds the traces `found` of its own side; the first `end` spikes of the target
  // have been evaluated.
  void arrive(const Between& since, const RewardHistory& rewards, const Spikes& spikes, std::size_t end, Time now,
              const decltype(At::pre)& found, State& state) const;
  // From the last event to `until`, where nothing happens but rewards.
  void pass_on(const Between& since, const RewardHistory& rewards, const Spikes& spikes, std::size_t end, Time until,
               State& state) const {
    pass(since, rewards, state, last_event(since, spikes, end), until);
  }

 private:
  Time last_event(const Between& since, const Spikes& spikes, std::size_t before) const;
  void pass(const Between& since, const RewardHistory& rewards, State& state, Time from, Time to) const;
  void pass_undisturbed(State& state, Time from, Time to, double reward) const;
  At sight_of(const State& state, const RewardHistory& rewards, Delay dendritic, Time now) const;
  static void keep(State& state, float w, const At& at) {
    state.w = w;
    for (std::size_t k = 0; k < own_count; ++k) state.own[k] = static_cast<float>(at.own[k]);
  }

  Rule rule_;
  TraceSet<pre_count> pre_;
  TraceSet<post_count> post_;
  TraceSet<own_count> own_;
};

template <SynapseRule Rule>
auto SynapseCourse<Rule>::load(std::uint32_t i, const float* weights, [[maybe_unused]] const float* own) const -> State {
  State state{weights[i], {}};
  for (std::size_t k = 0; k < own_count; ++k) state.own[k] = own[i * own_count + k];
  return state;
}

template <SynapseRule Rule>
void SynapseCourse<Rule>::store(std::uint32_t i, const State& state, float* weights, [[maybe_unused]] float* own) const {
  weights[i] = state.w;
  for (std::size_t k = 0; k < own_count; ++k) own[i * own_count + k] = state.own[k];
}

template <SynapseRule Rule>
auto SynapseCourse<Rule>::sight_of(const State& state, [[maybe_unused]] const RewardHistory& rewards,
                                   [[maybe_unused]] Delay dendritic, [[maybe_unused]] Time now) const -> At {
  At at;
  for (std::size_t k = 0; k < own_count; ++k) at.own[k] = static_cast<double>(state.own[k]);
  if constexpr (takes_rewards<Rule>) at.reward = rewards.at(now + dendritic);
  return at;
}

// The last event of a synapse before the spike number `before` of its target, which has been evaluated.
template <SynapseRule Rule>
Time SynapseCourse<Rule>::last_event(const Between& since, const Spikes& spikes, std::size_t before) const {
  const Time last = since.last_together();
  return (since.begun || acts_without_pre<Rule>) && before > 0 ? std::max(last, spikes[before - 1].time) : last;
}

template <SynapseRule Rule>
void SynapseCourse<Rule>::pass_undisturbed(State& state, Time from, Time to, double reward) const {
  if (to <= from) return;
  At at;
  for (std::size_t k = 0; k < own_count; ++k) at.own[k] = static_cast<double>(state.own[k]);
  at.reward = reward;
  float w = state.w;
  if constexpr (changes_in_passing<Rule>) w = rule_.pass(w, at, to - from);
  at.own = own_.decayed(at.own, to - from);
  keep(state, w, at);
}

// From one event to the next; a reward in between, or at the end, is an event too.
template <SynapseRule Rule>
void SynapseCourse<Rule>::pass([[maybe_unused]] const Between& since, [[maybe_unused]] const RewardHistory& rewards,
                               [[maybe_unused]] State& state, [[maybe_unused]] Time from, [[maybe_unused]] Time to) const {
  if constexpr (takes_rewards<Rule>) {
    for (;;) {
      const Time rewarded = rewards.next(from + since.dendritic);
      if (rewarded == Time::never() || rewarded - since.dendritic > to) break;
      pass_undisturbed(state, from, rewarded - since.dendritic, rewards.at(from + since.dendritic));
      from = rewarded - since.dendritic;
    }
    pass_undisturbed(state, from, to, rewards.at(from + since.dendritic));
  } else if constexpr (changes_in_passing<Rule> || own_count > 0) {
    pass_undisturbed(state, from, to, 0.0);
  }
}

template <SynapseRule Rule>
std::size_t SynapseCourse<Rule>::replay(const Between& since, const RewardHistory& rewards, const Spikes& spikes,
                                        Time until, State& state, std::uint64_t& updates) const {
  std::size_t end = spikes.size();
  while (end > 0 && spikes[end - 1].time >= until) --end;
  const Time from = since.replay_from();
  std::size_t first = end;
  while (first > 0 && spikes[first - 1].time >= from) --first;
  for (std::size_t k = first; k < end; ++k, ++updates) {
    const auto& spike = spikes[k];
    pass(since, rewards, state, last_event(since, spikes, k), spike.time);
    At at = sight_of(state, rewards, since.dendritic, spike.time);
    if (since.begun) at.pre = pre_.decayed(since.pre, spike.time - since.begin);
    at.post = spike.before;
    at.alternates = since.begun && (k == 0 || spikes[k - 1].time < since.begin);
    const float w = rule_.on_post(state.w, at);
    keep(state, w, at);
  }
  return end;
}

template <SynapseRule Rule>
void SynapseCourse<Rule>::arrive(const Between& since, const RewardHistory& rewards, const Spikes& spikes,
                                 std::size_t end, Time now, const decltype(At::pre)& found, State& state) const {
  pass_on(since, rewards, spikes, end, now, state);
  At at = sight_of(state, rewards, since.dendritic, now);
  at.pre = found;
  if (end > 0) {
    const auto& last = spikes[end - 1];
    at.post = post_.decayed(post_.after(last.before), now - last.time);
    at.alternates = !since.begun || last.time >= since.begin;
  }
  const float w = rule_.on_pre(state.w, at);
  keep(state, w, at);
}

}  // namespace synop
