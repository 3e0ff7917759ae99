#pragma once

#include <cstdint>

#include "synop/learning/pair_replay.hpp"
#include "synop/learning/pair_rule.hpp"
#include "synop/learning/pair_timing.hpp"
#include "synop/learning/spike_history.hpp"

namespace synop {

// How the synapses of a PairRule are taken through their events: many of a group at once, with scaled traces.
//
// Told in the target's own time (PairTiming), a spike emitted at t is at the synapse at b = t - shift, and is delivered
// at t + d >= b, when all postsynaptic spikes before b are known. A synapse sees, in order of b and p and a pre first
// where they are equal,
//
//   pre:   w = on_pre(w, Y(p) * (1 / F-(b)))           p: the target's last spike before b
//   post:  w = on_post(w, (X(t) * G) * (1 / F+(p)))    t: the source's last spike with b <= p
//
// F+(t) = exp(t / tau_plus), F-(t) = exp(t / tau_minus) as TraceClock gives them, G = exp(-shift / tau_plus);
// X' = X + F+(t) and Y' = Y + F-(p) are taken at each spike and stored. Powers of two (epochs) are exact wherever they
// are multiplied in. Whatever performs these operations obtains the same bits, whenever it performs them.
template <PairRule Rule>
class PairEvaluation {
 public:
  using Sources = SourceHistory;
  using Targets = TargetHistory;
  using Horizon = Border;
  static constexpr std::size_t own_count = 0;        // traces of a synapse
  static constexpr bool acts_without_pre = false;    // whether anything happens before the source's first spike
  static constexpr bool changes_in_passing = false;  // whether weights move without spikes
  static constexpr std::size_t bytes_per_target_spike = sizeof(TargetSpike);

  PairEvaluation(const Rule& rule, const Shard& shard, DelaySplit split)
      : rule_(rule),
        shard_(shard),
        timing_(Rule::name, rule.pre_time_constant(), rule.post_time_constant(), shard, split) {}

  Delay longest_delay() const { return timing_.longest_delay(); }
  Delay dendritic(Delay delay) const { return timing_.parts_of(delay).dendritic; }
  Horizon horizon(Time t) const { return timing_.border(t); }
  void start(Time) {}
  void on_reward(Time, double) {}

  void on_source_spike(Sources& sources, std::uint32_t row, Time emitted, Time delivered_before) {
    sources.add(row, emitted, timing_.pre_factor(emitted), delivered_before);
  }
  void on_target_spike(Targets& targets, std::uint32_t target, Time time) {
    targets.add(target, time, timing_.post_factor(time), timing_.pre_factor(time));
  }

  // The targets' spikes up to the arrival of `spike`, whose source's previous one is `previous` (or null), and `spike`.
  std::uint64_t arrive(const Targets& targets, const Shard::Group& group, const SourceSpike& spike,
                       const SourceSpike* previous, const Horizon& replayed, float* weights, float*) const {
    const Arrival arrival = timing_.arrival(spike, previous, timing_.parts_of(group.delay), replayed);
    return replay(targets).arrive(group, arrival, weights);
  }
  // The targets' spikes after `last` (or null) and before `until`.
  std::uint64_t catch_up(const Targets& targets, const Shard::Group& group, const SourceSpike* last,
                         const Horizon& replayed, const Horizon& until, float* weights, float*) const {
    return replay(targets).catch_up(group, PairTiming::after(last, timing_.parts_of(group.delay), replayed, until),
                                    weights);
  }

  template <class Archive>
  void serialize(Archive&) {}

 private:
  PairReplay<Rule> replay(const Targets& targets) const {
    return {rule_, shard_, targets, timing_.decays_tell_ticks()};
  }

  Rule rule_;
  const Shard& shard_;
  mutable PairTiming timing_;  // remembers the epoch it was asked for last
};

}  // namespace synop
