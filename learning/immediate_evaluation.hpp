#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "synop/core/error.hpp"
#include "synop/core/shard.hpp"
#include "synop/learning/immediate_batch.hpp"
#include "synop/learning/incoming_synapses.hpp"

namespace synop {

// How the synapses of a SynapseRule are taken through events that are told in their order: each is applied at once, a
// spike of a source to its row, one of a target to its column, in batches. A synapse reads one LastSpike of the other
// side, which is all the processor waits for.
//
// For shards of one delay, whose rows and columns have an event together. All is told in the targets' own time
// (TraceEvaluation).
template <SynapseRule Rule>
class ImmediateEvaluation {
 public:
  ImmediateEvaluation(const Rule& rule, const Shard& shard, std::uint32_t targets);

  void on_source_spike(std::uint32_t row, Time now);
  // Returns at how many synapses it is an event.
  std::uint64_t on_target_spike(const IncomingSynapses& incoming, std::uint32_t target, Time now);
  void on_reward(Time now, double amount);
  // Takes what moves without spikes there.
  void pass_to(Time now);
  // Replaces all weights; no spike has been.
  void restart(std::span<const float> weights, Time start);

  // Takes over a saved state; weights stay where they are. Throws Error(input) if it is another network's.
  void take(const ImmediateEvaluation& saved);
  const std::vector<float>& weights() const { return weights_; }
  std::uint64_t bytes() const {
    return (weights_.capacity() + own_.capacity()) * sizeof(float) + sources_.capacity() * sizeof(Source) +
           targets_.capacity() * sizeof(Target);
  }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(weights_, own_, sources_, targets_, shared_.reward, shared_.last_together);
  }

 private:
  using Batch = ImmediateBatch<Rule>;
  using Source = typename Batch::Source;
  using Target = typename Batch::Target;
  static constexpr bool may_skip = pre_needs_post<Rule> && !Batch::moves;

  // Synapses of targets that have fired at `quiet` or later.
  template <class OnPre>
  void visit_row(std::uint32_t row, Time now, Time quiet, const OnPre& on_pre);

  const Shard* shard_;
  typename Batch::Shared shared_;
  Delay post_ends_after_;
  std::vector<float> weights_;
  std::vector<float> own_;  // traces of the synapses themselves
  std::vector<Source> sources_;
  std::vector<Target> targets_;
};

template <SynapseRule Rule>
ImmediateEvaluation<Rule>::ImmediateEvaluation(const Rule& rule, const Shard& shard, std::uint32_t targets)
    : shard_(&shard),
      shared_{.rule = rule,
              .pre = TraceSet(rule.pre_traces()),
              .post = TraceSet(rule.post_traces()),
              .own = TraceSet(own_traces_of(rule)),
              .reward_decay = {},
              .reward = {},
              .last_together = {}},
      post_ends_after_(shared_.post.ends_after()),
      weights_(shard.synapse_count()),
      own_(shard.synapse_count() * Batch::own_count),
      sources_(shard.sources.count),
      targets_(targets) {
  if constexpr (takes_rewards<Rule>) shared_.reward_decay = TraceDecay(rule.reward_time_constant());
}

template <SynapseRule Rule>
void ImmediateEvaluation<Rule>::restart(std::span<const float> weights, Time start) {
  std::transform(weights.begin(), weights.end(), weights_.begin(), [](float w) { return w + 0.0F; });  // no -0
  std::fill(own_.begin(), own_.end(), 0.0F);
  std::fill(sources_.begin(), sources_.end(), Source{});
  std::fill(targets_.begin(), targets_.end(), Target{});
  shared_.reward = {start, 0.0};
  shared_.last_together = start;
}

template <SynapseRule Rule>
template <class OnPre>
void ImmediateEvaluation<Rule>::visit_row(std::uint32_t row, Time now, Time quiet, const OnPre& on_pre) {
  const std::uint32_t end = shard_->row_begin[row + 1];
  Batch batch;
  typename Batch::template Lanes<Batch::post_count> lanes;
  for (std::uint32_t i = shard_->row_begin[row]; i < end;) {
    batch.clear();
    for (; i < end && !batch.full(); ++i) {
      const Target& target = targets_[shard_->target[i]];
      if (target.time < quiet) continue;
      lanes.put(batch.size(), target);
      batch.load(i, weights_, own_);
    }
    Batch::arrive(shared_, on_pre, sources_[row], now, lanes, batch);
    batch.store(weights_, own_);
  }
}

template <SynapseRule Rule>
void ImmediateEvaluation<Rule>::on_source_spike(std::uint32_t row, Time now) {
  const Time quiet = may_skip ? now - post_ends_after_ : long_ago;
  with_on_pre(shared_.rule, [&](auto on_pre) { visit_row(row, now, quiet, on_pre); });
  sources_[row].count(shared_.pre, now);
}

template <SynapseRule Rule>
std::uint64_t ImmediateEvaluation<Rule>::on_target_spike(const IncomingSynapses& incoming, std::uint32_t number,
                                                         Time now) {
  const std::span<const IncomingSynapses::Synapse> synapses = incoming.of(number);
  for (const IncomingSynapses::Synapse& each : synapses) __builtin_prefetch(&weights_[each.number], 1);
  std::uint64_t updates = 0;
  Batch batch;
  typename Batch::template Lanes<Batch::pre_count> lanes;
  with_on_post(shared_.rule, [&](auto on_post) {
    for (auto each = synapses.begin(); each != synapses.end();) {
      batch.clear();
      for (; each != synapses.end() && !batch.full(); ++each) {
        const Source& source = sources_[each->row];
        if (!acts_without_pre<Rule> && !source.any()) continue;
        lanes.put(batch.size(), source);
        batch.load(each->number, weights_, own_);
      }
      Batch::fire(shared_, on_post, targets_[number], now, lanes, batch);
      batch.store(weights_, own_);
      updates += batch.size();
    }
  });
  targets_[number].count(shared_.post, now);
  return updates;
}

// As if every source fired and its spike changed nothing.
template <SynapseRule Rule>
void ImmediateEvaluation<Rule>::pass_to(Time now) {
  if constexpr (Batch::moves)
    for (std::uint32_t row = 0; row < sources_.size(); ++row)
      visit_row(row, now, long_ago, [](float w, const auto&) { return w; });
}

template <SynapseRule Rule>
void ImmediateEvaluation<Rule>::on_reward(Time now, double amount) {
  pass_to(now);
  shared_.reward = {now, shared_.reward_at(now) + amount};
  shared_.last_together = now;
}

template <SynapseRule Rule>
void ImmediateEvaluation<Rule>::take(const ImmediateEvaluation& saved) {
  if (saved.weights_.size() != weights_.size() || saved.own_.size() != own_.size() ||
      saved.sources_.size() != sources_.size() || saved.targets_.size() != targets_.size())
    throw Error(ErrorKind::input, "the saved state belongs to another network");
  std::copy(saved.weights_.begin(), saved.weights_.end(), weights_.begin());
  own_ = saved.own_;
  sources_ = saved.sources_;
  targets_ = saved.targets_;
  shared_ = saved.shared_;
}

}  // namespace synop
