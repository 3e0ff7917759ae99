#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <tuple>
#include <vector>

#include "synop/core/plasticity.hpp"
#include "synop/core/shard.hpp"
#include "synop/core/vectorised.hpp"
#include "synop/learning/pair_rule.hpp"
#include "synop/learning/synapse_rule.hpp"
#include "synop/learning/target_traces.hpp"
#include "synop/learning/trace_clock.hpp"

namespace synop::reference {

// The synapses of every target, in the order of their sources: 8 bytes each.
class TransposedIndex {
 public:
  struct Incoming {
    std::uint32_t synapse;
    std::uint32_t row;
  };

  TransposedIndex(const Shard& shard, std::uint32_t targets) : begin_(targets + 1) {
    for (std::uint32_t i = 0; i < shard.synapse_count(); ++i) ++begin_[shard.target_of(i) + 1];
    for (std::uint32_t t = 0; t < targets; ++t) begin_[t + 1] += begin_[t];
    incoming_.resize(shard.synapse_count());
    std::vector<std::uint32_t> next(begin_.begin(), begin_.end() - 1);
    for (std::uint32_t row = 0; row < shard.sources.count; ++row)
      for (std::uint32_t i = shard.row_begin[row]; i < shard.row_begin[row + 1]; ++i)
        incoming_[next[shard.target_of(i)]++] = {i, row};
  }
  std::span<const Incoming> of(std::uint32_t target) const {
    return {incoming_.data() + begin_[target], begin_[target + 1] - begin_[target]};
  }

 private:
  std::vector<std::uint32_t> begin_;  // per target
  std::vector<Incoming> incoming_;
};

// What immediate evaluation has whatever the rule: weights, the index and counters. Every event is applied when it is told,
// so that nothing is left to settle.
class TransposedWeights : public ShardPlasticity {
 public:
  TransposedWeights(const Shard& shard, std::uint32_t targets) : shard_(shard), index_(shard, targets) {
    for (std::uint32_t i = 0; i < shard.synapse_count(); ++i) weights_.push_back(static_cast<float>(shard.weight(i)));
  }

  void on_source_spike(std::uint32_t, Time) override {}
  void settle(Time) override {}

  const float* weights() const override { return weights_.data(); }
  void weights_at(Time, std::span<float> out) const override {
    std::copy(weights_.begin(), weights_.end(), out.begin());
  }
  void restart(std::span<const float>, Time) override {}
  std::uint64_t pre_updates() const override { return pre_updates_; }
  std::uint64_t post_updates() const override { return post_updates_; }
  void reset_counters() override { pre_updates_ = post_updates_ = 0; }
  std::uint64_t bytes() const override { return 12 * weights_.size(); }
  void save(StateWriter&) override {}
  void load(StateReader&) override {}

 protected:
  const Shard& shard_;
  TransposedIndex index_;
  std::vector<float> weights_;
  std::uint64_t pre_updates_ = 0;
  std::uint64_t post_updates_ = 0;
};

// Immediate evaluation as one would build it to be fast: each spike of a target is applied at once to all its synapses,
// which an index finds, and each spike of a source to its row, in vector registers both. It is what LazyPlasticity is
// measured against (evaluation_benchmark.cpp); tests/learning/transposed_plasticity_test.cpp holds their weights side
// by side. For one delay, all of it axonal, so that every event is applied when it is told; without rewards, and not to
// be saved.
template <class Rule>
class TransposedPlasticity final : public TransposedWeights {
 public:
  using At = AtSynapse<Rule>;
  static constexpr std::size_t pre_count = std::tuple_size_v<decltype(At::pre)>;
  static constexpr std::size_t post_count = std::tuple_size_v<decltype(At::post)>;
  static constexpr std::size_t own_count = std::tuple_size_v<decltype(At::own)>;
  static constexpr bool moves = changes_in_passing<Rule> || own_count > 0;
  static constexpr bool may_skip = pre_needs_post<Rule> && !moves;

  TransposedPlasticity(const Rule& rule, const Shard& shard, std::uint32_t targets)
      : TransposedWeights(shard, targets),
        rule_(rule),
        sets_{TraceSet(rule.pre_traces()), TraceSet(rule.post_traces()), TraceSet(own_traces_of(rule))},
        post_ends_after_(sets_.post.ends_after()),
        own_(shard.synapse_count() * own_count),
        sources_(shard.sources.count),
        targets_(targets) {}

  void on_delivery(std::uint32_t row, const Shard::Group& group, Time emitted) override;
  void on_target_spike(std::uint32_t target, Time time) override;

 private:
  static constexpr std::size_t capacity = 128;
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min() / 2;

  template <std::size_t n>
  struct Side {
    std::int64_t last = never;  // ticks, of the last spike at the synapses
    std::array<double, n> after{};

    bool any() const { return last != never; }
    std::array<double, n> at(const TraceSet<n>& traces, std::int64_t now) const {
      return any() ? traces.decayed(after, Delay{now - last}) : std::array<double, n>{};
    }
    void count(const TraceSet<n>& traces, std::int64_t now) {
      after = traces.after(at(traces, now));
      last = now;
    }
  };
  struct Sets {
    TraceSet<pre_count> pre;
    TraceSet<post_count> post;
    TraceSet<own_count> own;
  };
  template <std::size_t n>
  struct Lanes {
    std::array<std::int64_t, capacity> last;  // of the other side
    std::array<std::array<double, capacity>, n> after;

    void put(std::size_t k, const Side<n>& side) {
      last[k] = side.last;
      for (std::size_t c = 0; c < n; ++c) after[c][k] = side.after[c];
    }
  };
  struct Synapses {
    std::size_t size = 0;
    std::array<std::uint32_t, capacity> number;
    std::array<float, capacity> weight;
    std::array<std::array<float, capacity>, own_count> own;
  };

  static std::int64_t larger(std::int64_t a, std::int64_t b) { return a < b ? b : a; }
  void load_weight(Synapses& synapses, std::uint32_t i) const {
    synapses.number[synapses.size] = i;
    synapses.weight[synapses.size] = weights_[i];
    for (std::size_t c = 0; c < own_count; ++c) synapses.own[c][synapses.size] = own_[i * own_count + c];
    ++synapses.size;
  }
  void store(const Synapses& synapses) {
    for (std::size_t k = 0; k < synapses.size; ++k) {
      weights_[synapses.number[k]] = synapses.weight[k];
      for (std::size_t c = 0; c < own_count; ++c) own_[synapses.number[k] * own_count + c] = synapses.own[c][k];
    }
  }
  [[gnu::always_inline]] static float passed([[maybe_unused]] const Rule& rule, [[maybe_unused]] const Sets& sets,
                                             [[maybe_unused]] Synapses& synapses, std::size_t k,
                                             [[maybe_unused]] std::int64_t span) {
    float w = synapses.weight[k];
    if constexpr (moves) {
      At at;
      for (std::size_t c = 0; c < own_count; ++c) at.own[c] = static_cast<double>(synapses.own[c][k]);
      if constexpr (changes_in_passing<Rule>)
        w = static_cast<float>(select(std::uint64_t{span > 0}, static_cast<double>(rule.pass(w, at, Delay{span})),
                                      static_cast<double>(w)));
      at.own = sets.own.decayed(at.own, Delay{span});
      for (std::size_t c = 0; c < own_count; ++c) synapses.own[c][k] = static_cast<float>(at.own[c]);
    }
    return w;
  }
  // A spike of a source, which finds `found` of its own side and whose previous one was at `before`.
  template <class OnPre>
  [[gnu::flatten]] SYNOP_VECTORISED static void depress(const Rule rule, const OnPre on_pre, const Sets sets,
                                                        const std::array<double, pre_count> found,
                                                        const std::int64_t before, const std::int64_t now,
                                                        const Lanes<post_count>& posts, Synapses& synapses) {
    const bool counted = before != never || acts_without_pre<Rule>;  // whether spikes of targets were events
    const std::int64_t border = before != never ? before : never + 1;
    const std::int64_t start = larger(0, before);
    const std::size_t n = synapses.size;
    for (std::size_t k = 0; k < n; ++k) {
      const std::int64_t last = larger(start, counted ? posts.last[k] : never);
      const float w = passed(rule, sets, synapses, k, now - last);
      At at;
      at.pre = found;
      for (std::size_t c = 0; c < post_count; ++c) at.post[c] = posts.after[c][k];
      at.post = sets.post.decayed(at.post, Delay{now - posts.last[k]});
      at.alternates = posts.last[k] >= border;
      for (std::size_t c = 0; c < own_count; ++c) at.own[c] = static_cast<double>(synapses.own[c][k]);
      synapses.weight[k] = on_pre(w, at);
      for (std::size_t c = 0; c < own_count; ++c) synapses.own[c][k] = static_cast<float>(at.own[c]);
    }
  }
  // A spike of a target; all synapses in the batch have had one of their source, or need none.
  template <class OnPost>
  [[gnu::flatten]] SYNOP_VECTORISED static void potentiate(const Rule rule, const OnPost on_post, const Sets sets,
                                                           const std::array<double, post_count> found,
                                                           const std::int64_t before, const std::int64_t now,
                                                           const Lanes<pre_count>& pres, Synapses& synapses) {
    const std::int64_t start = larger(0, before);
    const std::size_t n = synapses.size;
    for (std::size_t k = 0; k < n; ++k) {
      const float w = passed(rule, sets, synapses, k, now - larger(start, pres.last[k]));
      At at;
      for (std::size_t c = 0; c < pre_count; ++c) at.pre[c] = pres.after[c][k];
      at.pre = sets.pre.decayed(at.pre, Delay{now - pres.last[k]});
      at.post = found;
      at.alternates = before < pres.last[k];
      for (std::size_t c = 0; c < own_count; ++c) at.own[c] = static_cast<double>(synapses.own[c][k]);
      synapses.weight[k] = on_post(w, at);
      for (std::size_t c = 0; c < own_count; ++c) synapses.own[c][k] = static_cast<float>(at.own[c]);
    }
  }

  Rule rule_;
  Sets sets_;
  Delay post_ends_after_;
  std::vector<float> own_;
  std::vector<Side<pre_count>> sources_;
  std::vector<Side<post_count>> targets_;
};

template <class Rule>
void TransposedPlasticity<Rule>::on_delivery(std::uint32_t row, const Shard::Group& group, Time emitted) {
  const std::int64_t now = (emitted + group.delay).ticks;
  Side<pre_count>& source = sources_[row];
  const std::array<double, pre_count> found = source.at(sets_.pre, now);
  const std::int64_t quiet = now - post_ends_after_.ticks;
  Synapses synapses;
  Lanes<post_count> posts;
  with_on_pre(rule_, [&](auto on_pre) {
    for (std::uint32_t i = group.begin; i < group.end;) {
      synapses.size = 0;
      for (; i < group.end && synapses.size < capacity; ++i) {
        const Side<post_count>& target = targets_[shard_.target[i]];
        if (may_skip && target.last < quiet) continue;
        posts.put(synapses.size, target);
        load_weight(synapses, i);
      }
      depress(rule_, on_pre, sets_, found, source.last, now, posts, synapses);
      store(synapses);
    }
  });
  source.count(sets_.pre, now);
  pre_updates_ += group.size();
}

template <class Rule>
void TransposedPlasticity<Rule>::on_target_spike(std::uint32_t number, Time time) {
  const std::int64_t now = time.ticks;
  Side<post_count>& target = targets_[number];
  const std::array<double, post_count> found = target.at(sets_.post, now);
  const std::span<const TransposedIndex::Incoming> incoming = index_.of(number);
  for (const auto& each : incoming) __builtin_prefetch(&weights_[each.synapse], 1);
  Synapses synapses;
  Lanes<pre_count> pres;
  with_on_post(rule_, [&](auto on_post) {
    for (std::size_t j = 0; j < incoming.size();) {
      synapses.size = 0;
      for (; j < incoming.size() && synapses.size < capacity; ++j) {
        const Side<pre_count>& source = sources_[incoming[j].row];
        if (!acts_without_pre<Rule> && !source.any()) continue;
        pres.put(synapses.size, source);
        load_weight(synapses, incoming[j].synapse);
      }
      potentiate(rule_, on_post, sets_, found, target.last, now, pres, synapses);
      store(synapses);
      post_updates_ += synapses.size;
    }
  });
  target.count(sets_.post, now);
}

// Pairs, with the operations that stand above PairEvaluation: scaled traces, so that an update is a product.
template <PairRule Rule>
class TransposedPlasticity<Rule> final : public TransposedWeights {
 public:
  TransposedPlasticity(const Rule& rule, const Shard& shard, std::uint32_t targets)
      : TransposedWeights(shard, targets),
        rule_(rule),
        plus_(rule.pre_time_constant()),
        minus_(rule.post_time_constant()),
        sources_(shard.sources.count),
        targets_(targets) {}

  void on_delivery(std::uint32_t row, const Shard::Group& group, Time emitted) override {
    const auto now = minus_.at(emitted + group.delay);
    const double decay = 1.0 / now.value;
    with_on_pre(rule_, [&](auto on_pre) {
      for (std::uint32_t i = group.begin; i < group.end; ++i) {
        const Scaled& y = targets_[shard_.target[i]];
        if (y.trace != 0.0)
          weights_[i] = on_pre(weights_[i], y.trace * decay * TraceClock::between(y.epoch, now.epoch));
      }
    });
    sources_[row].count(plus_.at(emitted));
    pre_updates_ += group.size();
  }
  void on_target_spike(std::uint32_t target, Time time) override {
    const auto now = plus_.at(time);
    const double shift = plus_.decay(Delay{} - shard_.uniform_delay);
    const double decay = 1.0 / now.value;
    const auto incoming = index_.of(target);
    for (const auto& each : incoming) __builtin_prefetch(&weights_[each.synapse], 1);
    with_on_post(rule_, [&](auto on_post) {
      for (const auto& each : incoming) {
        const Scaled& x = sources_[each.row];
        float& w = weights_[each.synapse];
        if (x.trace != 0.0) w = on_post(w, (x.trace * shift) * decay * TraceClock::between(x.epoch, now.epoch));
      }
    });
    post_updates_ += incoming.size();
    targets_[target].count(minus_.at(time));
  }

 private:
  struct Scaled {
    double trace = 0.0;
    std::int64_t epoch = 0;
    void count(TraceClock::Factor factor) {
      trace = trace * TraceClock::between(epoch, factor.epoch) + factor.value;
      epoch = factor.epoch;
    }
  };

  Rule rule_;
  TraceClock plus_;
  TraceClock minus_;
  std::vector<Scaled> sources_;
  std::vector<Scaled> targets_;
};

}  // namespace synop::reference
