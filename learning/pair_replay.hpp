#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "synop/core/shard.hpp"
#include "synop/learning/pair_rule.hpp"
#include "synop/learning/pair_timing.hpp"
#include "synop/learning/spike_history.hpp"
#include "synop/learning/synapse_batch.hpp"

namespace synop {

// Takes the weights of a group through what its synapses have seen. `weights` are those of the whole shard; the return
// value counts the evaluations of on_post.
template <PairRule Rule>
class PairReplay {
 public:
  // `borders_hold`: whether the borders of arrivals may be compared with decays (PairTiming::decays_tell_ticks).
  PairReplay(const Rule& rule, const Shard& shard, const TargetHistory& targets, bool borders_hold)
      : rule_(&rule),
        targets_(&targets),
        target_of_(shard.target.data()),
        contiguous_(shard.contiguous),
        borders_hold_(borders_hold) {}

  // The targets' spikes of arrival.replay, then the presynaptic spike.
  std::uint64_t arrive(const Shard::Group& group, const Arrival& arrival, float* weights) const;
  // The targets' spikes alone.
  std::uint64_t catch_up(const Shard::Group& group, const Potentiation& potentiation, float* weights) const;

 private:
  // What all synapses of a group share, in the epochs of RecentSpikes.
  struct Shared {
    DecayInterval interval;
    double x_trace;
    double y_decay;
  };
  // With the presynaptic spike (`What` is Arrival) or without (Potentiation).
  template <class What>
  static constexpr bool has_pre = std::same_as<What, Arrival>;

  static const Potentiation& replay_of(const Arrival& arrival) { return arrival.replay; }
  static const Potentiation& replay_of(const Potentiation& potentiation) { return potentiation; }
  Shared shared_by(const Potentiation& replay) const;
  template <class What>
  std::uint64_t apply(std::uint32_t begin, std::uint32_t end, const What& what, const Shared& shared,
                      float* weights) const;
  template <class What>
  std::uint64_t apply_quickly(std::uint32_t i, const What& what, const Shared& shared, float* weights) const;
  template <class What>
  std::uint64_t apply_to_one(std::uint32_t i, const What& what, const Shared& shared, float* weights) const;
  template <std::size_t depth, class What>
  std::uint64_t apply_batch(std::uint32_t begin, std::size_t n, const What& what, const Shared& shared,
                            float* weights) const;
  template <class What>
  std::uint64_t apply_late(std::uint32_t begin, std::size_t n, const What& what, SynapseBatch& batch,
                           std::array<float, SynapseBatch::capacity>& results) const;

  // By the lists of spikes: any number, at any time.
  float look_back(std::uint32_t target, const Arrival& arrival, float w, std::uint64_t& updates) const;
  float look_back(std::uint32_t target, const Potentiation& potentiation, float w, std::uint64_t& updates) const;

  const Rule* rule_;
  const TargetHistory* targets_;
  const std::uint16_t* target_of_;  // per synapse of the shard
  bool contiguous_;
  bool borders_hold_;
};

template <PairRule Rule>
auto PairReplay<Rule>::shared_by(const Potentiation& replay) const -> Shared {
  const std::int64_t epoch = targets_->decay_epoch();
  const auto bound = [epoch](const Border& b) { return b.decay * TraceClock::between(epoch, b.epoch); };
  Shared shared{.interval = {bound(replay.from), bound(replay.until)},
                .x_trace = replay.trace * TraceClock::between(replay.epoch, epoch),
                .y_decay = 0.0};
  // Beyond the range of RecentSpikes, or of ticks: then every synapse is late.
  if (!borders_hold_ || !(shared.interval.from <= TargetHistory::largest_decay))
    shared.interval.from = RecentSpikes::none;
  return shared;
}

// Only synapses of targets that have fired can change. Where these are few and the row is dense they are found by
// counting.
template <PairRule Rule>
std::uint64_t PairReplay<Rule>::arrive(const Shard::Group& group, const Arrival& arrival, float* weights) const {
  const std::vector<std::uint32_t>& fired = targets_->fired();
  std::uint64_t updates = 0;
  if (fired.empty()) return updates;
  Shared shared = shared_by(arrival.replay);
  shared.y_decay = arrival.decay * TraceClock::between(targets_->trace_epoch(), arrival.epoch);
  if (contiguous_ && fired.size() * 4 < group.size()) {
    const std::uint32_t first = target_of_[group.begin];
    for (const std::uint32_t target : fired)
      if (target - first < group.size())
        updates += apply_quickly(group.begin + (target - first), arrival, shared, weights);
    return updates;
  }
  return apply(group.begin, group.end, arrival, shared, weights);
}

template <PairRule Rule>
std::uint64_t PairReplay<Rule>::catch_up(const Shard::Group& group, const Potentiation& potentiation,
                                         float* weights) const {
  if (potentiation.from.time >= potentiation.until.time || targets_->fired().empty()) return 0;
  return apply(group.begin, group.end, potentiation, shared_by(potentiation), weights);
}

// The loops of plastic delivery. Weights and targets of a row come from memory at one stroke; what follows waits for
// nothing but one line per target from the private cache. How deep a batch goes back is chosen such that few of its
// synapses are late. Guarded by benchmarks/plasticity_benchmark.cpp.
template <PairRule Rule>
template <class What>
std::uint64_t PairReplay<Rule>::apply(std::uint32_t begin, std::uint32_t end, const What& what, const Shared& shared,
                                      float* weights) const {
  constexpr std::uint32_t smallest_batch = 8;
  constexpr std::uint32_t smallest_quiet_batch = 32;  // where branches can be predicted: hardly any target has fired
  const std::uint32_t size = end - begin;
  const std::size_t quarters = size < smallest_batch ? 0 : targets_->quarters_since(replay_of(what).from.time);
  std::uint64_t updates = 0;
  if (size < (quarters < 1 ? smallest_quiet_batch : smallest_batch)) {
    for (std::uint32_t i = begin; i < end; ++i) updates += apply_quickly(i, what, shared, weights);
    return updates;
  }
  for (std::uint32_t i = begin; i < end; i += 16) __builtin_prefetch(weights + i, 1);
  for (std::uint32_t i = begin; i < end; i += 32) __builtin_prefetch(target_of_ + i);
  for (std::uint32_t i = begin; i < end; i += SynapseBatch::capacity) {
    const std::size_t n = std::min<std::size_t>(SynapseBatch::capacity, end - i);
    if (quarters < 1)
      updates += apply_batch<1>(i, n, what, shared, weights);
    else if (quarters < 2)
      updates += apply_batch<2>(i, n, what, shared, weights);
    else if (quarters < 4)
      updates += apply_batch<3>(i, n, what, shared, weights);
    else
      updates += apply_batch<5>(i, n, what, shared, weights);
  }
  return updates;
}

template <PairRule Rule>
template <std::size_t depth, class What>
std::uint64_t PairReplay<Rule>::apply_batch(std::uint32_t begin, std::size_t n, const What& what, const Shared& shared,
                                            float* weights) const {
  SynapseBatch batch;
  std::array<float, SynapseBatch::capacity> late_results;
  std::uint64_t updates = 0;
  float* const w = weights + begin;
  const bool any_late = SynapseBatch::gather<depth>(batch, targets_->recent(), target_of_ + begin, n, shared.interval);
  if (any_late) {
    std::copy_n(w, n, batch.weight);
    updates += apply_late(begin, n, what, batch, late_results);
  }
  with_on_post(*rule_, [&](auto on_post) {
    for (std::size_t j = depth; j-- > 0;)
      updates += SynapseBatch::potentiate(on_post, batch.decay[j], n, shared.interval, shared.x_trace, w);
  });
  if constexpr (has_pre<What>)
    with_on_pre(*rule_, [&](auto on_pre) {
      SynapseBatch::depress(on_pre, batch, n, shared.interval.until, shared.y_decay, w);
    });
  if (any_late)
    for (std::size_t k = 0; k < n; ++k)
      if (batch.late[k]) w[k] = late_results[k];
  return updates;
}

// Takes late synapses out of their batch: with a decay of 0 a spike is after every interval.
template <PairRule Rule>
template <class What>
std::uint64_t PairReplay<Rule>::apply_late(std::uint32_t begin, std::size_t n, const What& what, SynapseBatch& batch,
                                           std::array<float, SynapseBatch::capacity>& results) const {
  std::uint64_t updates = 0;
  for (std::size_t k = 0; k < n; ++k) {
    if (!batch.late[k]) continue;
    results[k] = look_back(target_of_[begin + k], what, batch.weight[k], updates);
    for (auto& decay : batch.decay) decay[k] = 0.0;
  }
  return updates;
}

// A synapse by itself, mostly with nothing or one spike to replay. Whether it is so hangs on times alone: a branch on
// decays would wait for the exponentials that are behind their bounds.
template <PairRule Rule>
template <class What>
inline std::uint64_t PairReplay<Rule>::apply_quickly(std::uint32_t i, const What& what, const Shared& shared,
                                                     float* weights) const {
  const Potentiation& replay = replay_of(what);
  const LastTimes& times = targets_->last_times()[target_of_[i]];
  const RecentSpikes& spikes = targets_->recent()[target_of_[i]];
  const bool none = times.last < replay.from.time;
  const bool one =
      times.before < replay.from.time && times.last < replay.until.time && spikes.decay[0] != RecentSpikes::none;
  if (!none && !one) return apply_to_one(i, what, shared, weights);
  float w = weights[i];
  if (!none) w = rule_->on_post(w, shared.x_trace * spikes.decay[0]);
  if constexpr (has_pre<What>) w = rule_->on_pre(w, spikes.trace[0] * shared.y_decay);
  weights[i] = w;
  return none ? 0 : 1;
}

template <PairRule Rule>
template <class What>
std::uint64_t PairReplay<Rule>::apply_to_one(std::uint32_t i, const What& what, const Shared& shared,
                                             float* weights) const {
  const RecentSpikes& spikes = targets_->recent()[target_of_[i]];
  std::size_t first = 0;  // the oldest spike of the interval, and one more
  while (first < RecentSpikes::count && spikes.decay[first] <= shared.interval.from) ++first;
  std::uint64_t updates = 0;
  if (first == RecentSpikes::count || spikes.decay[1] <= shared.interval.until) [[unlikely]] {
    weights[i] = look_back(target_of_[i], what, weights[i], updates);
    return updates;
  }
  const std::size_t last = spikes.decay[0] <= shared.interval.until ? 1 : 0;
  float w = weights[i];
  for (std::size_t j = first; j-- > last; ++updates) w = rule_->on_post(w, shared.x_trace * spikes.decay[j]);
  if constexpr (has_pre<What>) w = rule_->on_pre(w, spikes.trace[last] * shared.y_decay);
  weights[i] = w;
  return updates;
}

template <PairRule Rule>
float PairReplay<Rule>::look_back(std::uint32_t target, const Arrival& arrival, float w, std::uint64_t& updates) const {
  const std::vector<TargetSpike>& spikes = targets_->spikes(target);
  w = look_back(target, arrival.replay, w, updates);
  auto last = spikes.end();
  while (last != spikes.begin() && std::prev(last)->time >= arrival.replay.until.time) --last;
  if (last == spikes.begin()) return rule_->on_pre(w, 0.0);
  --last;
  const double y = last->trace * arrival.decay * TraceClock::between(last->trace_epoch, arrival.epoch);
  return rule_->on_pre(w, y);
}

template <PairRule Rule>
float PairReplay<Rule>::look_back(std::uint32_t target, const Potentiation& potentiation, float w,
                                  std::uint64_t& updates) const {
  const std::vector<TargetSpike>& spikes = targets_->spikes(target);
  auto spike = spikes.end();
  while (spike != spikes.begin() && std::prev(spike)->time >= potentiation.from.time) --spike;
  for (; spike != spikes.end() && spike->time < potentiation.until.time; ++spike) {
    const double x = potentiation.trace * spike->decay * TraceClock::between(potentiation.epoch, spike->decay_epoch);
    w = rule_->on_post(w, x);
    ++updates;
  }
  return w;
}

}  // namespace synop
