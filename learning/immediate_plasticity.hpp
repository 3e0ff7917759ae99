#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "synop/core/archive.hpp"
#include "synop/core/plasticity.hpp"
#include "synop/learning/immediate_evaluation.hpp"
#include "synop/learning/spike_chains.hpp"

namespace synop {

// Plasticity evaluated as events happen: each spike changes all synapses it reaches, those of a target found by an
// index. It learns the bits of LazyPlasticity, faster where weights fit the cache, with 8 bytes more per synapse. For
// shards of one delay.
//
// Told in the targets' own time a spike is at the synapses at b = arrival - 2 d_dend, and one of a target, at p, comes
// before it if p < b. What targets did therefore waits until a spike arrives, or can no longer, that it precedes.
template <SynapseRule Rule>
class ImmediatePlasticity final : public ShardPlasticity {
 public:
  // Whether all synapses of the shard have one delay.
  static bool serves(const Shard& shard) { return !shard.grouped; }

  ImmediatePlasticity(const Rule& rule, const Shard& shard, std::uint32_t block_size, DelaySplit split)
      : shard_(shard),
        delay_(shard.uniform_delay),
        dendritic_(split.dendritic(delay_)),
        incoming_(shard, block_size),
        evaluation_(rule, shard, block_size),
        emitted_(shard.sources.count) {
    std::vector<float> weights(shard.synapse_count());
    for (std::uint32_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(shard.weight(i));
    restart(weights, Time{}, {});
  }

  void on_source_spike(std::uint32_t row, Time emitted) override {
    emitted_.push(row, {.emitted = emitted}, settled_ - delay_);
  }
  void on_delivery(std::uint32_t row, const Shard::Group& group, Time emitted) override;
  void on_target_spike(std::uint32_t target, Time time) override { enter({time, target, 0, 0.0}); }
  void on_reward(Time time, double amount) override { enter({time - dendritic_, no_target, 0, amount}); }
  void settle(Time now) override;

  const float* weights() const override { return evaluation_.weights().data(); }
  PlasticityUpdates weights_at(Time now, std::span<float> out) const override;
  void restart(std::span<const float> weights, Time now, const PlasticityUpdates& made) override;

  PlasticityUpdates updates() const override { return updates_; }
  void reset_counters() override { updates_ = {}; }
  std::uint64_t bytes() const override {
    return sizeof *this + evaluation_.bytes() + incoming_.bytes() + emitted_.bytes() +
           waiting_.capacity() * sizeof(Event);
  }
  void save(StateWriter& writer) override {
    forget_applied();
    writer(evaluation_, emitted_, waiting_, settled_, restarted_, updates_);
  }
  void load(StateReader& reader) override;

 private:
  static constexpr std::uint32_t no_target = 0xffff'ffff;  // of a reward

  struct Emitted {
    Time emitted;
    std::uint32_t older = 0;
    std::uint32_t unused = 0;
  };
  struct Event {
    Time time;             // in the targets' own time
    std::uint32_t target;  // or no_target: a reward
    std::uint32_t unused;
    double amount;  // of the reward

    bool operator<(const Event& other) const {  // a reward comes first
      return time != other.time ? time < other.time : target == no_target && other.target != no_target;
    }
  };

  // Whether an event comes before a spike of a source that is at the synapses at `now`.
  static bool precedes(const Event& event, Time now) {
    return event.target == no_target ? event.time <= now : event.time < now;
  }
  Time own_time(Time emitted) const { return emitted + delay_ - 2 * dendritic_; }
  void enter(const Event& event) { waiting_.insert(std::upper_bound(waiting_.begin(), waiting_.end(), event), event); }
  // Applies events that come before a source's spike at `now`, from number `next` on; returns which is next then.
  std::size_t apply(ImmediateEvaluation<Rule>& evaluation, std::size_t next, Time now, std::uint64_t& updates) const;
  void catch_up(Time now);
  void forget_applied() {
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(applied_));
    applied_ = 0;
  }

  const Shard& shard_;
  Delay delay_;
  Delay dendritic_;
  IncomingSynapses incoming_;
  ImmediateEvaluation<Rule> evaluation_;
  SpikeChains<Emitted> emitted_;  // on their way, or the last one
  std::vector<Event> waiting_;    // in order; the first ones have been applied,
  std::size_t applied_ = 0;       // so many
  Time settled_ = long_ago;       // deliveries before it have been made
  Time restarted_{};
  PlasticityUpdates updates_;
};

template <SynapseRule Rule>
std::size_t ImmediatePlasticity<Rule>::apply(ImmediateEvaluation<Rule>& evaluation, std::size_t next, Time now,
                                             std::uint64_t& updates) const {
  for (; next < waiting_.size() && precedes(waiting_[next], now); ++next) {
    const Event& event = waiting_[next];
    if (event.target == no_target)
      evaluation.on_reward(event.time, event.amount);
    else
      updates += evaluation.on_target_spike(incoming_, event.target, event.time);
  }
  return next;
}

// Applied events are forgotten when they are half of all, so that each is moved once on average.
template <SynapseRule Rule>
void ImmediatePlasticity<Rule>::catch_up(Time now) {
  applied_ = apply(evaluation_, applied_, now, updates_.post);
  if (2 * applied_ >= waiting_.size()) forget_applied();
}

template <SynapseRule Rule>
void ImmediatePlasticity<Rule>::on_delivery(std::uint32_t row, const Shard::Group& group, Time emitted) {
  if (emitted_.find(row, emitted) == SpikeChains<Emitted>::none) return;  // emitted while learning was frozen
  const Time now = own_time(emitted);
  if (applied_ < waiting_.size()) catch_up(now);
  evaluation_.on_source_spike(row, now);
  updates_.pre += group.size();
}

// Spikes that were on their way at a restart transmit the weights that stood there, so nothing is applied before the
// last of them has arrived; nor does another one arrive before that.
template <SynapseRule Rule>
void ImmediatePlasticity<Rule>::settle(Time now) {
  settled_ = std::max(settled_, now);
  if (now >= restarted_ + delay_) catch_up(now - 2 * dendritic_);
}

// On a copy: what waits, and spikes of sources that are past the axonal part and not yet delivered.
template <SynapseRule Rule>
PlasticityUpdates ImmediatePlasticity<Rule>::weights_at(Time now, std::span<float> out) const {
  struct OnItsWay {
    Time time;
    std::uint32_t row;
  };
  std::vector<OnItsWay> arrivals;
  for (std::uint32_t row = 0; row < emitted_.rows(); ++row)
    for (std::uint32_t spike = emitted_.newest_before(row, now - (delay_ - dendritic_));
         spike != emitted_.none && emitted_[spike].emitted >= now - delay_; spike = emitted_[spike].older)
      arrivals.push_back({own_time(emitted_[spike].emitted), row});
  std::stable_sort(arrivals.begin(), arrivals.end(),
                   [](const OnItsWay& a, const OnItsWay& b) { return a.time < b.time; });
  ImmediateEvaluation<Rule> evaluation = evaluation_;
  PlasticityUpdates updates;
  std::size_t next = applied_;
  for (const OnItsWay& each : arrivals) {
    next = apply(evaluation, next, each.time, updates.post);
    evaluation.on_source_spike(each.row, each.time);
    updates.pre += shard_.row_size(each.row);
  }
  apply(evaluation, next, now - dendritic_, updates.post);
  if constexpr (changes_in_passing<Rule>) evaluation.pass_to(now - dendritic_);
  std::copy(evaluation.weights().begin(), evaluation.weights().end(), out.begin());
  return updates;
}

template <SynapseRule Rule>
void ImmediatePlasticity<Rule>::restart(std::span<const float> weights, Time now, const PlasticityUpdates& made) {
  evaluation_.restart(weights, now - dendritic_);
  emitted_.clear();
  waiting_.clear();
  applied_ = 0;
  settled_ = long_ago;
  restarted_ = now;
  updates_ += made;
}

template <SynapseRule Rule>
void ImmediatePlasticity<Rule>::load(StateReader& reader) {
  ImmediateEvaluation<Rule> evaluation = evaluation_;
  SpikeChains<Emitted> emitted(0);
  std::vector<Event> waiting;
  reader(evaluation, emitted, waiting, settled_, restarted_, updates_);
  evaluation_.take(evaluation);
  emitted_ = std::move(emitted);
  waiting_ = std::move(waiting);
  applied_ = 0;
}

}  // namespace synop
