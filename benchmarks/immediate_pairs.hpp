#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "synop/core/plasticity.hpp"
#include "synop/core/shard.hpp"
#include "synop/learning/incoming_synapses.hpp"
#include "synop/learning/pair_rule.hpp"
#include "synop/learning/trace_clock.hpp"

namespace synop::reference {

// Immediate evaluation of pairs, with the operations that stand above PairEvaluation, which LazyPlasticity is measured
// against (evaluation_benchmark.cpp); tests/learning/immediate_plasticity_test.cpp holds their weights side by side.
// For one delay, all of it axonal, so that every event is applied when it is told; not to be restarted or saved.
template <PairRule Rule>
class ImmediatePairs final : public ShardPlasticity {
 public:
  ImmediatePairs(const Rule& rule, const Shard& shard, std::uint32_t targets)
      : rule_(rule),
        shard_(shard),
        incoming_(shard, targets),
        plus_(rule.pre_time_constant()),
        minus_(rule.post_time_constant()),
        sources_(shard.sources.count),
        targets_(targets) {
    for (std::uint32_t i = 0; i < shard.synapse_count(); ++i) weights_.push_back(static_cast<float>(shard.weight(i)));
  }

  void on_source_spike(std::uint32_t, Time) override {}
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
    updates_.pre += group.size();
  }
  void on_target_spike(std::uint32_t target, Time time) override {
    const auto now = plus_.at(time);
    const double shift = plus_.decay(Delay{} - shard_.uniform_delay);
    const double decay = 1.0 / now.value;
    const auto incoming = incoming_.of(target);
    for (const auto& each : incoming) __builtin_prefetch(&weights_[each.number], 1);
    with_on_post(rule_, [&](auto on_post) {
      for (const auto& each : incoming) {
        const Scaled& x = sources_[each.row];
        float& w = weights_[each.number];
        if (x.trace != 0.0) w = on_post(w, (x.trace * shift) * decay * TraceClock::between(x.epoch, now.epoch));
      }
    });
    updates_.post += incoming.size();
    targets_[target].count(minus_.at(time));
  }
  void settle(Time) override {}

  const float* weights() const override { return weights_.data(); }
  PlasticityUpdates weights_at(Time, std::span<float> out) const override {
    std::copy(weights_.begin(), weights_.end(), out.begin());
    return {};
  }
  void restart(std::span<const float>, Time, const PlasticityUpdates&) override {}
  PlasticityUpdates updates() const override { return updates_; }
  void reset_counters() override { updates_ = {}; }
  std::uint64_t bytes() const override { return weights_.capacity() * sizeof(float) + incoming_.bytes(); }
  void save(StateWriter&) override {}
  void load(StateReader&) override {}

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
  const Shard& shard_;
  IncomingSynapses incoming_;
  TraceClock plus_;
  TraceClock minus_;
  std::vector<float> weights_;
  std::vector<Scaled> sources_;
  std::vector<Scaled> targets_;
  PlasticityUpdates updates_;
};

}  // namespace synop::reference
