#pragma once

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "synop/core/archive.hpp"
#include "synop/core/error.hpp"
#include "synop/core/plasticity.hpp"
#include "synop/learning/pair_replay.hpp"
#include "synop/learning/pair_rule.hpp"
#include "synop/learning/pair_timing.hpp"
#include "synop/learning/spike_history.hpp"

namespace synop {

// Plasticity evaluated when a presynaptic spike needs the weight: what postsynaptic spikes did since the source's
// previous spike is replayed then. A synapse stores only its weight; the traces are those of sources and targets.
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
class LazyPlasticity final : public ShardPlasticity {
 public:
  LazyPlasticity(const Rule& rule, const Shard& shard, std::uint32_t block_size, DelaySplit split);

  void on_source_spike(std::uint32_t row, Time emitted) override {
    sources_.add(row, emitted, timing_.pre_factor(emitted), settled_ - timing_.longest_delay());
  }
  void on_delivery(std::uint32_t row, const Shard::Group& group, Time emitted) override;
  void on_target_spike(std::uint32_t target, Time time) override {
    targets_.add(target, time, timing_.post_factor(time), timing_.pre_factor(time));
  }
  void settle(Time now) override;

  const float* weights() const override { return weights_.data(); }
  void weights_at(Time now, std::span<float> out) const override;
  void restart(std::span<const float> weights) override;

  // Evaluations made so far; of the postsynaptic spikes since a source's last spike most are still to be replayed.
  std::uint64_t pre_updates() const override { return pre_updates_; }
  std::uint64_t post_updates() const override { return post_updates_; }
  void reset_counters() override { pre_updates_ = post_updates_ = 0; }
  std::uint64_t bytes() const override {
    return sizeof *this + weights_.capacity() * sizeof(float) + sources_.bytes() + targets_.bytes();
  }
  void save(StateWriter& writer) override {
    writer(weights_, sources_, targets_, horizon_, settled_, target_spike_limit_, pre_updates_, post_updates_);
  }
  void load(StateReader& reader) override;

 private:
  // Targets' spikes kept before they are replayed everywhere: as many as take 1.5 bytes per synapse, and not fewer than
  // 4 per target. To replay them is a visit of every synapse, hence at most some 27 visits per spike.
  static constexpr double kept_bytes_per_synapse = 1.5;

  // A weight of -0 becomes 0, as a rule would make it sooner or later: on_post(-0, 0) may be 0.
  static float unsigned_zero(float weight) { return weight + 0.0F; }
  const SourceSpike* spike_or_null(std::uint32_t spike) const {
    return spike == SourceHistory::none ? nullptr : &sources_[spike];
  }
  std::uint32_t being_delivered(std::uint32_t spike, const Shard::Group& group);
  PairReplay<Rule> pairs() const { return {rule_, shard_, targets_, timing_.decays_tell_ticks()}; }
  std::uint64_t target_spikes_kept() const {
    const double spikes = kept_bytes_per_synapse * static_cast<double>(shard_.synapse_count()) / sizeof(TargetSpike);
    return std::max<std::uint64_t>(static_cast<std::uint64_t>(spikes), 16 * targets_.targets());
  }
  std::uint64_t replay_until(const Border& horizon, Time now);
  void catch_up(std::uint32_t row, const Shard::Group& group, Time now, PairTiming& timing, float* weights) const;

  const Rule rule_;
  const Shard& shard_;
  PairTiming timing_;
  std::vector<float> weights_;
  SourceHistory sources_;
  TargetHistory targets_;
  Border horizon_{long_ago};  // targets' spikes before it have been replayed everywhere
  Time settled_ = long_ago;   // deliveries before it have been made
  std::uint64_t target_spike_limit_;

  struct Repetition {  // of several spikes of one source at one instant: how many a group has had
    std::uint32_t group_begin = 0;
    Time emitted = long_ago;
    std::uint32_t count = 0;
  };
  Repetition repetition_;

  std::uint64_t pre_updates_ = 0;
  std::uint64_t post_updates_ = 0;
};

template <PairRule Rule>
LazyPlasticity<Rule>::LazyPlasticity(const Rule& rule, const Shard& shard, std::uint32_t block_size, DelaySplit split)
    : rule_(rule),
      shard_(shard),
      timing_(Rule::name, rule.pre_time_constant(), rule.post_time_constant(), shard, split),
      weights_(shard.synapse_count()),
      sources_(shard.sources.count),
      targets_(block_size),
      target_spike_limit_(target_spikes_kept()) {
  for (std::uint32_t i = 0; i < weights_.size(); ++i) weights_[i] = unsigned_zero(static_cast<float>(shard.weight(i)));
}

template <PairRule Rule>
void LazyPlasticity<Rule>::on_delivery(std::uint32_t row, const Shard::Group& group, Time emitted) {
  std::uint32_t spike = sources_.find(row, emitted);
  if (spike == SourceHistory::none) return;  // emitted while learning was frozen
  std::uint32_t previous = sources_[spike].older;
  if (previous != SourceHistory::none && sources_[previous].emitted == emitted) [[unlikely]] {
    spike = being_delivered(spike, group);
    previous = sources_[spike].older;
  }
  const auto parts = timing_.parts_of(group.delay);
  post_updates_ += pairs().arrive(group, timing_.arrival(sources_[spike], spike_or_null(previous), parts, horizon_),
                                  weights_.data());
  pre_updates_ += group.size();
}

// Of the spikes of one source at one instant, of which `spike` is the last: that whose turn it is. They have equal
// places in the order of deliveries, so those of a group follow each other.
template <PairRule Rule>
std::uint32_t LazyPlasticity<Rule>::being_delivered(std::uint32_t spike, const Shard::Group& group) {
  const Time emitted = sources_[spike].emitted;
  if (repetition_.group_begin != group.begin || repetition_.emitted != emitted) repetition_ = {group.begin, emitted, 0};
  std::vector<std::uint32_t> all;  // the last first
  for (; spike != SourceHistory::none && sources_[spike].emitted == emitted; spike = sources_[spike].older)
    all.push_back(spike);
  return all[all.size() - 1 - repetition_.count++];
}

// A spike that is still to be delivered at `now` or later is at its synapses, in the targets' time, at
// t - d_dend + d_ax >= now - 2 d_dend: nothing can come in between the spikes that lie before.
template <PairRule Rule>
void LazyPlasticity<Rule>::settle(Time now) {
  settled_ = std::max(settled_, now);
  if (targets_.size() <= target_spike_limit_) return;
  const Time horizon = now - 2 * timing_.longest_delay();
  if (horizon > horizon_.time) post_updates_ += replay_until(timing_.border(horizon), now);
  target_spike_limit_ = std::max(target_spikes_kept(), 2 * targets_.size());
}

template <PairRule Rule>
std::uint64_t LazyPlasticity<Rule>::replay_until(const Border& horizon, Time now) {
  std::uint64_t updates = 0;
  for (std::uint32_t row = 0; row < sources_.rows(); ++row) {
    if (sources_.newest(row) == SourceHistory::none) continue;
    for (std::uint32_t g = 0; g < shard_.group_count(row); ++g) {
      const Shard::Group group = shard_.group(row, g);
      const SourceSpike* const last = spike_or_null(sources_.newest_before(row, now - group.delay));
      const auto parts = timing_.parts_of(group.delay);
      updates += pairs().catch_up(group, timing_.after(last, parts, horizon_, horizon), weights_.data());
    }
  }
  horizon_ = horizon;
  targets_.forget_before(horizon.time);
  return updates;
}

template <PairRule Rule>
void LazyPlasticity<Rule>::weights_at(Time now, std::span<float> out) const {
  std::copy(weights_.begin(), weights_.end(), out.begin());
  PairTiming timing = timing_;
  for (std::uint32_t row = 0; row < sources_.rows(); ++row)
    if (sources_.newest(row) != SourceHistory::none)
      for (std::uint32_t g = 0; g < shard_.group_count(row); ++g)
        catch_up(row, shard_.group(row, g), now, timing, out.data());
}

// Brings the weights of a group from its last delivery to what they are at the synapses at `now`: the spikes that are
// past the axonal part and not yet delivered, then the targets' spikes that are past the dendritic part.
template <PairRule Rule>
void LazyPlasticity<Rule>::catch_up(std::uint32_t row, const Shard::Group& group, Time now, PairTiming& timing,
                                    float* weights) const {
  const auto parts = timing.parts_of(group.delay);
  const std::uint32_t delivered = sources_.newest_before(row, now - parts.whole);
  std::vector<std::uint32_t> arrived;  // the newest first
  const Delay axonal = parts.whole - parts.dendritic;
  for (std::uint32_t spike = sources_.newest_before(row, now - axonal); spike != delivered;
       spike = sources_[spike].older)
    arrived.push_back(spike);
  const SourceSpike* last = spike_or_null(delivered);
  for (auto spike = arrived.rbegin(); spike != arrived.rend(); ++spike) {
    pairs().arrive(group, timing.arrival(sources_[*spike], last, parts, horizon_), weights);
    last = &sources_[*spike];
  }
  pairs().catch_up(group, timing.after(last, parts, horizon_, timing.border(now - parts.dendritic)), weights);
}

template <PairRule Rule>
void LazyPlasticity<Rule>::restart(std::span<const float> weights) {
  std::transform(weights.begin(), weights.end(), weights_.begin(), unsigned_zero);
  sources_.clear();
  targets_.clear();
  horizon_ = {long_ago};
  settled_ = long_ago;
  target_spike_limit_ = target_spikes_kept();
  repetition_ = {};
}

template <PairRule Rule>
void LazyPlasticity<Rule>::load(StateReader& reader) {
  std::vector<float> weights;
  SourceHistory sources(0);
  TargetHistory targets(0);
  reader(weights, sources, targets, horizon_, settled_, target_spike_limit_, pre_updates_, post_updates_);
  if (weights.size() != weights_.size() || sources.rows() != sources_.rows() || targets.targets() != targets_.targets())
    throw Error(ErrorKind::input, "the saved state belongs to another network");
  std::copy(weights.begin(), weights.end(), weights_.begin());  // in place: blocks hold their address
  sources_ = std::move(sources);
  targets_ = std::move(targets);
  repetition_ = {};
}

template <PairRule Rule>
class LazyPlasticityModel final : public PlasticityModel {
 public:
  explicit LazyPlasticityModel(const Rule& rule) : rule_(rule) { rule_.validate(); }

  std::string_view name() const override { return Rule::name; }
  void check_weight(double weight) const override { rule_.check_weight(weight); }
  double largest_weight() const override { return std::abs(rule_.Wmax); }
  bool inhibitory() const override { return rule_.Wmax < 0.0; }
  std::unique_ptr<ShardPlasticity> make_state(const Shard& shard, std::uint32_t block_size,
                                              DelaySplit split) const override {
    return std::make_unique<LazyPlasticity<Rule>>(rule_, shard, block_size, split);
  }

 private:
  Rule rule_;
};

// The plasticity of a projection: Synapse{.weight = constant(50.0), .plasticity = plastic(StdpSynapse{.lambda =
// 0.02})}.
template <PairRule Rule>
std::unique_ptr<PlasticityModel> plastic(const Rule& rule) {
  return std::make_unique<LazyPlasticityModel<Rule>>(rule);
}

}  // namespace synop
