#pragma once

#include <cstdint>
#include <iterator>
#include <vector>

#include "synop/core/shard.hpp"
#include "synop/learning/pair_rule.hpp"
#include "synop/learning/pair_timing.hpp"
#include "synop/learning/spike_history.hpp"

namespace synop {

// Takes the weights of a group through what its synapses have seen. `weights` are those of the whole shard; the return
// value counts the evaluations of on_post.
template <PairRule Rule>
class PairReplay {
 public:
  PairReplay(const Rule& rule, const Shard& shard, const TargetHistory& targets)
      : rule_(rule), shard_(&shard), targets_(&targets) {}

  // The targets' spikes of arrival.replay, then the presynaptic spike.
  std::uint64_t arrive(const Shard::Group& group, const Arrival& arrival, float* weights) const;
  // The targets' spikes alone.
  std::uint64_t catch_up(const Shard::Group& group, const Potentiation& potentiation, float* weights) const;

 private:
  struct Shared;

  void arrive_at(std::uint32_t i, const Shared& shared, const Arrival& arrival, float* weights,
                 std::uint64_t& updates) const;
  float arrive_replaying(std::uint32_t target, const Arrival& arrival, float w, std::uint64_t& updates) const;
  float replay(const std::vector<TargetSpike>& spikes, const Potentiation& potentiation, float w,
               std::uint64_t& updates) const;

  Rule rule_;
  const Shard* shard_;
  const TargetHistory* targets_;
};

// What the arrivals at all synapses of a group share.
template <PairRule Rule>
struct PairReplay<Rule>::Shared {
  Rule rule;
  const TargetHistory::Latest* latest;
  const std::uint16_t* target;
  Time from, until;
  double y_decay, x_trace;
};

// A target that has not fired since the source's previous spike takes the first branch, one that has fired once the
// second, and only the rest look into the lists of spikes.
template <PairRule Rule>
inline void PairReplay<Rule>::arrive_at(std::uint32_t i, const Shared& shared, const Arrival& arrival, float* weights,
                                        std::uint64_t& updates) const {
  const TargetHistory::Latest& last = shared.latest[shared.target[i]];
  if (last.time < shared.from) [[likely]] {
    weights[i] = shared.rule.on_pre(weights[i], last.trace * shared.y_decay);
  } else if (last.before < shared.from && last.time < shared.until) {
    const float w = shared.rule.on_post(weights[i], shared.x_trace * last.decay);
    weights[i] = shared.rule.on_pre(w, last.trace * shared.y_decay);
    ++updates;
  } else {
    weights[i] = arrive_replaying(shared.target[i], arrival, weights[i], updates);
  }
}

// The loops of plastic delivery. Only synapses of targets that have fired can change. Where these are few and the row
// is dense they are found by counting. Otherwise the loop goes through the row and waits for the target's 32 bytes of
// history, which the block keeps in the private cache while weights and target indices stream through it. Guarded by
// benchmarks/plasticity_benchmark.cpp.
template <PairRule Rule>
std::uint64_t PairReplay<Rule>::arrive(const Shard::Group& group, const Arrival& arrival, float* weights) const {
  const std::vector<std::uint32_t>& fired = targets_->fired();
  std::uint64_t updates = 0;
  if (fired.empty()) return updates;
  const Shared shared{rule_, targets_->latest(), shard_->target.data(), arrival.replay.from, arrival.replay.until,
                      arrival.decay * TraceClock::between(targets_->trace_epoch(), arrival.epoch),
                      arrival.replay.trace * TraceClock::between(arrival.replay.epoch, targets_->decay_epoch())};
  if (shard_->contiguous && fired.size() * 4 < group.size()) {
    const std::uint32_t first = shared.target[group.begin];
    for (const std::uint32_t target : fired)
      if (target - first < group.size()) arrive_at(group.begin + (target - first), shared, arrival, weights, updates);
    return updates;
  }
  for (std::uint32_t i = group.begin; i < group.end; ++i) arrive_at(i, shared, arrival, weights, updates);
  return updates;
}

template <PairRule Rule>
float PairReplay<Rule>::arrive_replaying(std::uint32_t target, const Arrival& arrival, float w,
                                         std::uint64_t& updates) const {
  const std::vector<TargetSpike>& spikes = targets_->spikes(target);
  w = replay(spikes, arrival.replay, w, updates);
  auto last = spikes.end();
  while (last != spikes.begin() && std::prev(last)->time >= arrival.replay.until) --last;
  if (last == spikes.begin()) return rule_.on_pre(w, 0.0);
  --last;
  const double y = last->trace * arrival.decay * TraceClock::between(last->trace_epoch, arrival.epoch);
  return rule_.on_pre(w, y);
}

template <PairRule Rule>
float PairReplay<Rule>::replay(const std::vector<TargetSpike>& spikes, const Potentiation& potentiation, float w,
                               std::uint64_t& updates) const {
  auto spike = spikes.end();
  while (spike != spikes.begin() && std::prev(spike)->time >= potentiation.from) --spike;
  for (; spike != spikes.end() && spike->time < potentiation.until; ++spike) {
    const double x = potentiation.trace * spike->decay * TraceClock::between(potentiation.epoch, spike->decay_epoch);
    w = rule_.on_post(w, x);
    ++updates;
  }
  return w;
}

template <PairRule Rule>
std::uint64_t PairReplay<Rule>::catch_up(const Shard::Group& group, const Potentiation& potentiation,
                                         float* weights) const {
  std::uint64_t updates = 0;
  if (potentiation.from >= potentiation.until || targets_->fired().empty()) return updates;
  for (std::uint32_t i = group.begin; i < group.end; ++i)
    if (targets_->latest()[shard_->target[i]].time >= potentiation.from)
      weights[i] = replay(targets_->spikes(shard_->target[i]), potentiation, weights[i], updates);
  return updates;
}

}  // namespace synop
