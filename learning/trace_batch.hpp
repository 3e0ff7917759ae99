#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>

#include "synop/core/vectorised.hpp"
#include "synop/learning/reward_history.hpp"
#include "synop/learning/synapse_rule.hpp"
#include "synop/learning/target_traces.hpp"

namespace synop {

// What the synapses of a group have in common while they are taken from one spike of their source towards the next.
template <SynapseRule Rule>
struct SharedByGroup {
  using At = AtSynapse<Rule>;

  TraceSet<std::tuple_size_v<decltype(At::pre)>> pre;
  TraceSet<std::tuple_size_v<decltype(At::post)>> post;
  TraceSet<std::tuple_size_v<decltype(At::own)>> own;
  decltype(At::pre) left{};  // traces that the source's last spike left, ...
  Time begin{};              // ... which was at the synapses here; without such a spike the traces are 0
  // A spike alternates with those of the other side if, the target's, its predecessor is before the one; the source's,
  // the target's last is not before the other.
  Time post_alternates{};
  Time pre_alternates{};
  Time from{};  // spikes of targets to replay: [from, until)
  Time until{};
  Time last_together{};  // the last event that all synapses had together: of their source, or the start
  Reward reward;         // the last one, at the synapses; none comes up to `until`
  TraceDecay reward_decay;
};

// Up to `capacity` synapses of a group, those with the most spikes to replay first. All are taken through their first
// spikes, then those that have one through their second, and so on: a round is a loop over the synapses in front, in
// vector registers, in which no branch depends on data. What the processor waits for are the lines of targets, asked
// for beforehand. Guarded by benchmarks/plasticity_benchmark.cpp.
template <SynapseRule Rule>
class TraceBatch {
 public:
  static constexpr std::size_t capacity = 128;
  using At = AtSynapse<Rule>;
  using Shared = SharedByGroup<Rule>;
  static constexpr std::size_t post_count = std::tuple_size_v<decltype(At::post)>;
  static constexpr std::size_t own_count = std::tuple_size_v<decltype(At::own)>;
  using Targets = TargetTraces<post_count>;

  // Takes in the synapses i = synapse[0], ..., synapse[n - 1]; returns how many spikes there are to replay.
  std::uint64_t load(const Targets& targets, const std::uint16_t* target_of, const std::uint32_t* synapse,
                     std::size_t n, Time from, Time until, const float* weights, const float* own);
  void store(float* weights, float* own) const;

  void replay(const Rule& rule, const Shared& shared);
  // The source's spike at shared.until, which finds the traces `found` of its own side.
  void arrive(const Rule& rule, const Shared& shared, const decltype(At::pre)& found);
  // The same for synapses [begin, begin + n) whose targets have not fired since the source, and left no trace.
  void arrive_where_quiet(const Rule& rule, const Shared& shared, const decltype(At::pre)& found, std::uint32_t begin,
                          std::size_t n, float* weights, float* own);

 private:
  using Spike = typename Targets::Spike;
  struct Lane {
    const Spike* first;   // of the target's spikes to replay
    std::uint32_t count;  // of them
    std::uint32_t synapse;
    std::int64_t previous;  // ticks, of the target's spike before them, or long_ago
  };

  static Lane lane_of(const Targets& targets, std::uint32_t target, std::uint32_t synapse, Time from, Time until);
  // Takes in the lanes by falling number of spikes, of which the largest is `most`.
  void put_in_order(std::span<Lane> lanes, std::uint32_t most, const float* weights, const float* own);
  void put(std::size_t k, const Lane& lane, const float* weights, [[maybe_unused]] const float* own) {
    lanes_[k] = lane;
    weight_[k] = weights[lane.synapse];
    previous_[k] = lane.previous;
    for (std::size_t c = 0; c < own_count; ++c) own_[c][k] = own[lane.synapse * own_count + c];
  }
  void gather(std::size_t k, const Spike& spike) {
    for (std::size_t c = 0; c < post_count; ++c) found_[c][k] = spike.before[c];
  }
  static float passed(const Rule& rule, const Shared& shared, float w, TraceBatch& batch, std::size_t k, Time to);
  template <class OnPost>
  [[gnu::flatten]] SYNOP_VECTORISED static void potentiate(const Rule rule, const OnPost on_post, const Shared shared,
                                                           std::size_t n, TraceBatch& batch);
  void depress_all(const Rule& rule, const Shared& shared, const decltype(At::pre)& found, std::size_t n) {
    with_on_pre(rule, [&](auto on_pre) { depress(rule, on_pre, shared, found, n, *this); });
  }
  template <class OnPre>
  [[gnu::flatten]] SYNOP_VECTORISED static void depress(const Rule rule, const OnPre on_pre, const Shared shared,
                                                        const decltype(At::pre) found, std::size_t n,
                                                        TraceBatch& batch);

  std::size_t size_ = 0;
  std::array<Lane, capacity> lanes_;
  alignas(64) std::array<float, capacity> weight_;
  std::array<std::array<float, capacity>, own_count> own_;
  std::array<std::int64_t, capacity> time_;      // ticks, of the spike that is replayed
  std::array<std::int64_t, capacity> previous_;  // the target's spike before it
  std::array<std::array<double, capacity>, post_count> found_;
};

// The newest spikes tell what is to be replayed, unless all of them are at `from` or later.
template <SynapseRule Rule>
auto TraceBatch<Rule>::lane_of(const Targets& targets, std::uint32_t target, std::uint32_t synapse, Time from,
                               Time until) -> Lane {
  const auto& newest = targets.newest(target);
  std::uint32_t late = 0;   // at `until` or later, which is seldom
  std::uint32_t later = 0;  // at `from` or later
  if (newest.back().time >= until)
    for (const Spike& spike : newest) late += spike.time >= until ? 1 : 0;
  for (const Spike& spike : newest) later += spike.time >= from ? 1 : 0;
  if (later < newest.size()) [[likely]] {
    const Spike* const first = newest.data() + newest.size() - later;
    return {first, later - late, synapse, first[-1].time.ticks};
  }
  const auto& spikes = targets.spikes(target);
  const auto before = [&](Time border) {
    std::size_t k = spikes.size();
    while (k > 0 && spikes[k - 1].time >= border) --k;
    return k;
  };
  const std::size_t first = before(from);
  return {spikes.data() + first, static_cast<std::uint32_t>(before(until) - first), synapse,
          first > 0 ? spikes[first - 1].time.ticks : long_ago.ticks};
}

template <SynapseRule Rule>
std::uint64_t TraceBatch<Rule>::load(const Targets& targets, const std::uint16_t* target_of,
                                     const std::uint32_t* synapse, std::size_t n, Time from, Time until,
                                     const float* weights, const float* own) {
  std::uint32_t most = 0;
  std::uint64_t all = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const auto& newest = targets.newest(target_of[synapse[k]]);
    __builtin_prefetch(&newest.front());
    if (sizeof newest > 64) __builtin_prefetch(&newest.back());
  }
  std::array<Lane, capacity> lanes;
  for (std::size_t k = 0; k < n; ++k) {
    lanes[k] = lane_of(targets, target_of[synapse[k]], synapse[k], std::min(from, until), until);
    most = std::max(most, lanes[k].count);
    all += lanes[k].count;
  }
  size_ = n;
  put_in_order({lanes.data(), n}, most, weights, own);
  return all;
}

template <SynapseRule Rule>
void TraceBatch<Rule>::arrive_where_quiet(const Rule& rule, const Shared& shared, const decltype(At::pre)& found,
                                          std::uint32_t begin, std::size_t n, float* weights, float* own) {
  std::copy_n(weights + begin, n, weight_.begin());
  std::fill_n(previous_.begin(), n, long_ago.ticks);
  for (std::size_t c = 0; c < post_count; ++c) std::fill_n(found_[c].begin(), n, 0.0);
  for (std::size_t c = 0; c < own_count; ++c)
    for (std::size_t k = 0; k < n; ++k) own_[c][k] = own[(begin + k) * own_count + c];
  depress_all(rule, shared, found, n);
  std::copy_n(weight_.begin(), n, weights + begin);
  for (std::size_t c = 0; c < own_count; ++c)
    for (std::size_t k = 0; k < n; ++k) own[(begin + k) * own_count + c] = own_[c][k];
}

template <SynapseRule Rule>
void TraceBatch<Rule>::store(float* weights, float* own) const {
  for (std::size_t k = 0; k < size_; ++k) {
    weights[lanes_[k].synapse] = weight_[k];
    for (std::size_t c = 0; c < own_count; ++c) own[lanes_[k].synapse * own_count + c] = own_[c][k];
  }
}

// By counting. Up to 7 spikes the counters are the bytes of a register: in memory each lane would wait for the one
// before.
template <SynapseRule Rule>
void TraceBatch<Rule>::put_in_order(std::span<Lane> lanes, std::uint32_t most, const float* weights, const float* own) {
  static_assert(capacity < 256);
  if (most == 0 || most >= 8) {
    if (most > 0) std::sort(lanes.begin(), lanes.end(), [](const Lane& a, const Lane& b) { return a.count > b.count; });
    for (std::size_t k = 0; k < lanes.size(); ++k) put(k, lanes[k], weights, own);
    return;
  }
  std::uint64_t with = 0;  // how many have so many spikes
  for (const Lane& lane : lanes) with += std::uint64_t{1} << (8 * lane.count);
  std::uint64_t places = 0;  // where the next of them belongs
  std::uint64_t place = 0;
  for (std::uint32_t count = most + 1; count-- > 0;) {
    places |= place << (8 * count);
    place += with >> (8 * count) & 0xff;
  }
  for (const Lane& lane : lanes) {
    put(places >> (8 * lane.count) & 0xff, lane, weights, own);
    places += std::uint64_t{1} << (8 * lane.count);
  }
}

template <SynapseRule Rule>
void TraceBatch<Rule>::replay(const Rule& rule, const Shared& shared) {
  with_on_post(rule, [&](auto on_post) {
    std::size_t n = size_;
    for (std::size_t round = 0;; ++round) {
      while (n > 0 && lanes_[n - 1].count <= round) --n;
      if (n == 0) break;
      for (std::size_t k = 0; k < n; ++k) {
        const Spike& spike = lanes_[k].first[round];
        time_[k] = spike.time.ticks;
        gather(k, spike);
      }
      potentiate(rule, on_post, shared, n, *this);
    }
  });
}

template <SynapseRule Rule>
void TraceBatch<Rule>::arrive(const Rule& rule, const Shared& shared, const decltype(At::pre)& found) {
  static constexpr Spike none{long_ago, {}};
  for (std::size_t k = 0; k < size_; ++k) {
    const Lane& lane = lanes_[k];
    gather(k, previous_[k] == long_ago.ticks ? none : lane.first[static_cast<std::ptrdiff_t>(lane.count) - 1]);
  }
  depress_all(rule, shared, found, size_);
}

// What moves without spikes, from the synapse's last event to `to`.
template <SynapseRule Rule>
[[gnu::always_inline]] inline float TraceBatch<Rule>::passed([[maybe_unused]] const Rule& rule,
                                                             [[maybe_unused]] const Shared& shared, float w,
                                                             [[maybe_unused]] TraceBatch& batch,
                                                             [[maybe_unused]] std::size_t k, [[maybe_unused]] Time to) {
  if constexpr (changes_in_passing<Rule> || own_count > 0) {
    const Time last = Time{std::max(shared.last_together.ticks, batch.previous_[k])};
    At at;
    for (std::size_t c = 0; c < own_count; ++c) at.own[c] = static_cast<double>(batch.own_[c][k]);
    if constexpr (takes_rewards<Rule>) at.reward = shared.reward.trace * shared.reward_decay(last - shared.reward.time);
    const Delay span{std::max(to.ticks, last.ticks) - last.ticks};
    if constexpr (changes_in_passing<Rule>) {
      const double moved = static_cast<double>(rule.pass(w, at, span));
      w = static_cast<float>(select(std::uint64_t{span.ticks > 0}, moved, static_cast<double>(w)));
    }
    at.own = shared.own.decayed(at.own, span);
    for (std::size_t c = 0; c < own_count; ++c) batch.own_[c][k] = static_cast<float>(at.own[c]);
  }
  return w;
}

template <SynapseRule Rule>
template <class OnPost>
SYNOP_VECTORISED void TraceBatch<Rule>::potentiate(const Rule rule, const OnPost on_post, const Shared shared,
                                                   std::size_t n, TraceBatch& batch) {
  for (std::size_t k = 0; k < n; ++k) {
    const Time now{batch.time_[k]};
    const float w = passed(rule, shared, batch.weight_[k], batch, k, now);
    At at;
    at.pre = shared.pre.decayed(shared.left, now - shared.begin);
    for (std::size_t c = 0; c < post_count; ++c) at.post[c] = batch.found_[c][k];
    for (std::size_t c = 0; c < own_count; ++c) at.own[c] = static_cast<double>(batch.own_[c][k]);
    at.alternates = batch.previous_[k] < shared.post_alternates.ticks;
    if constexpr (takes_rewards<Rule>) at.reward = shared.reward.trace * shared.reward_decay(now - shared.reward.time);
    batch.weight_[k] = on_post(w, at);
    for (std::size_t c = 0; c < own_count; ++c) batch.own_[c][k] = static_cast<float>(at.own[c]);
    batch.previous_[k] = now.ticks;
  }
}

template <SynapseRule Rule>
template <class OnPre>
SYNOP_VECTORISED void TraceBatch<Rule>::depress(const Rule rule, const OnPre on_pre, const Shared shared,
                                                const decltype(At::pre) found, std::size_t n, TraceBatch& batch) {
  for (std::size_t k = 0; k < n; ++k) {
    const Time last{batch.previous_[k]};
    const float w = passed(rule, shared, batch.weight_[k], batch, k, shared.until);
    At at;
    at.pre = found;
    for (std::size_t c = 0; c < post_count; ++c) at.post[c] = batch.found_[c][k];
    at.post = shared.post.decayed(shared.post.after(at.post), shared.until - last);
    for (std::size_t c = 0; c < own_count; ++c) at.own[c] = static_cast<double>(batch.own_[c][k]);
    at.alternates = last.ticks >= shared.pre_alternates.ticks;
    if constexpr (takes_rewards<Rule>)
      at.reward = shared.reward.trace * shared.reward_decay(shared.until - shared.reward.time);
    batch.weight_[k] = on_pre(w, at);
    for (std::size_t c = 0; c < own_count; ++c) batch.own_[c][k] = static_cast<float>(at.own[c]);
  }
}

}  // namespace synop
