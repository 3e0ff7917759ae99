#pragma once

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "synop/core/archive.hpp"
#include "synop/core/error.hpp"
#include "synop/core/plasticity.hpp"
#include "synop/learning/pair_evaluation.hpp"
#include "synop/learning/trace_evaluation.hpp"

namespace synop {

template <class R>
concept LearningRule = PairRule<R> || SynapseRule<R>;

template <LearningRule Rule>
struct EvaluationOf {
  using type = TraceEvaluation<Rule>;
};
template <PairRule Rule>
struct EvaluationOf<Rule> {
  using type = PairEvaluation<Rule>;
};

// Plasticity evaluated when a presynaptic spike needs the weight: what postsynaptic spikes did since the source's
// previous spike is replayed then. A synapse stores its weight, and traces of its own if the rule has any; the other
// traces are those of sources and targets. When things are evaluated is decided here, how is the evaluation's
// (PairEvaluation, TraceEvaluation); no result depends on when.
template <LearningRule Rule>
class LazyPlasticity final : public ShardPlasticity {
 public:
  LazyPlasticity(const Rule& rule, const Shard& shard, std::uint32_t block_size, DelaySplit split);

  void on_source_spike(std::uint32_t row, Time emitted) override {
    evaluation_.on_source_spike(sources_, row, emitted, settled_ - evaluation_.longest_delay());
  }
  void on_delivery(std::uint32_t row, const Shard::Group& group, Time emitted) override;
  void on_target_spike(std::uint32_t target, Time time) override {
    evaluation_.on_target_spike(targets_, target, time);
  }
  void on_reward(Time time, double amount) override { evaluation_.on_reward(time, amount); }
  void settle(Time now) override;

  const float* weights() const override { return weights_.data(); }
  PlasticityUpdates weights_at(Time now, std::span<float> out) const override;
  void restart(std::span<const float> weights, Time now, const PlasticityUpdates& made) override;

  // Evaluations made so far; of the postsynaptic spikes since a source's last spike most are still to be replayed.
  PlasticityUpdates updates() const override { return updates_; }
  void reset_counters() override { updates_ = {}; }
  std::uint64_t bytes() const override {
    return sizeof *this + (weights_.capacity() + own_.capacity()) * sizeof(float) + sources_.bytes() + targets_.bytes();
  }
  void save(StateWriter& writer) override {
    writer(weights_, own_, sources_, targets_, evaluation_, horizon_, settled_, restarted_, target_spike_limit_,
           updates_);
  }
  void load(StateReader& reader) override;

 private:
  using Evaluation = typename EvaluationOf<Rule>::type;
  using Sources = typename Evaluation::Sources;
  using Targets = typename Evaluation::Targets;
  using Horizon = typename Evaluation::Horizon;

  // Targets' spikes kept before they are replayed everywhere: as many as take 1.5 bytes per synapse, and not fewer than
  // 4 per target. To replay them is a visit of every synapse, hence at most some 27 visits per spike.
  static constexpr double kept_bytes_per_synapse = 1.5;

  // A weight of -0 becomes 0, as a rule would make it sooner or later: on_post(-0, 0) may be 0.
  static float unsigned_zero(float weight) { return weight + 0.0F; }
  std::uint64_t target_spikes_kept() const {
    const double spikes =
        kept_bytes_per_synapse * static_cast<double>(shard_.synapse_count()) / Evaluation::bytes_per_target_spike;
    return std::max<std::uint64_t>(static_cast<std::uint64_t>(spikes), 16 * targets_.targets());
  }
  // Whether anything may have happened at the synapses of a row.
  bool has_begun(std::uint32_t row) const {
    return Evaluation::acts_without_pre || sources_.newest(row) != Sources::none;
  }
  std::uint64_t replay_until(const Horizon& horizon, Time now);
  PlasticityUpdates catch_up(std::uint32_t row, const Shard::Group& group, Time now, float* weights, float* own) const;

  const Shard& shard_;
  Evaluation evaluation_;
  std::vector<float> weights_;
  std::vector<float> own_;  // traces of the synapses themselves, where the rule has any
  Sources sources_;
  Targets targets_;
  Horizon horizon_{long_ago};  // targets' spikes before it have been replayed everywhere
  Time settled_ = long_ago;    // deliveries before it have been made
  Time restarted_{};
  std::uint64_t target_spike_limit_;

  TurnsAtOneInstant turns_;
  PlasticityUpdates updates_;
};

template <LearningRule Rule>
LazyPlasticity<Rule>::LazyPlasticity(const Rule& rule, const Shard& shard, std::uint32_t block_size, DelaySplit split)
    : shard_(shard),
      evaluation_(rule, shard, split),
      weights_(shard.synapse_count()),
      own_(shard.synapse_count() * Evaluation::own_count),
      sources_(shard.sources.count),
      targets_(block_size),
      target_spike_limit_(target_spikes_kept()) {
  for (std::uint32_t i = 0; i < weights_.size(); ++i) weights_[i] = unsigned_zero(static_cast<float>(shard.weight(i)));
}

template <LearningRule Rule>
void LazyPlasticity<Rule>::on_delivery(std::uint32_t row, const Shard::Group& group, Time emitted) {
  const std::uint32_t newest = sources_.find(row, emitted);
  if (newest == Sources::none) return;  // emitted while learning was frozen
  const auto& spike = sources_[turns_.of(sources_, newest, group.begin)];
  updates_.post +=
      evaluation_.arrive(targets_, group, spike, sources_.at(spike.older), horizon_, weights_.data(), own_.data());
  updates_.pre += group.size();
}

inline Time time_of(Time horizon) {
  return horizon;
}
inline Time time_of(const Border& horizon) {
  return horizon.time;
}

// A spike that is still to be delivered at `now` or later is at its synapses, in the targets' time, at
// t - d_dend + d_ax >= now - 2 d_dend: nothing can come in between the spikes that lie before. Those that were on their
// way at a restart transmit the weights that stood there.
template <LearningRule Rule>
void LazyPlasticity<Rule>::settle(Time now) {
  settled_ = std::max(settled_, now);
  if (targets_.size() <= target_spike_limit_ || now < restarted_ + evaluation_.longest_delay()) return;
  const Time horizon = now - 2 * evaluation_.longest_delay();
  if (horizon > time_of(horizon_)) updates_.post += replay_until(evaluation_.horizon(horizon), now);
  target_spike_limit_ = std::max(target_spikes_kept(), 2 * targets_.size());
}

template <LearningRule Rule>
std::uint64_t LazyPlasticity<Rule>::replay_until(const Horizon& horizon, Time now) {
  std::uint64_t updates = 0;
  for (std::uint32_t row = 0; row < sources_.rows(); ++row) {
    if (!has_begun(row)) continue;
    for (std::uint32_t g = 0; g < shard_.group_count(row); ++g) {
      const Shard::Group group = shard_.group(row, g);
      const auto* const last = sources_.at(sources_.newest_before(row, now - group.delay));
      updates += evaluation_.catch_up(targets_, group, last, horizon_, horizon, weights_.data(), own_.data());
    }
  }
  horizon_ = horizon;
  targets_.forget_before(time_of(horizon));
  return updates;
}

template <LearningRule Rule>
PlasticityUpdates LazyPlasticity<Rule>::weights_at(Time now, std::span<float> out) const {
  PlasticityUpdates updates;
  std::copy(weights_.begin(), weights_.end(), out.begin());
  std::vector<float> own = own_;
  for (std::uint32_t row = 0; row < sources_.rows(); ++row)
    if (has_begun(row) || Evaluation::changes_in_passing)
      for (std::uint32_t g = 0; g < shard_.group_count(row); ++g)
        updates += catch_up(row, shard_.group(row, g), now, out.data(), own.data());
  return updates;
}

// Brings the weights of a group from its last delivery to what they are at the synapses at `now`: the spikes that are
// past the axonal part and not yet delivered, then the targets' spikes that are past the dendritic part.
template <LearningRule Rule>
PlasticityUpdates LazyPlasticity<Rule>::catch_up(std::uint32_t row, const Shard::Group& group, Time now, float* weights,
                                                 float* own) const {
  PlasticityUpdates updates;
  const Delay dendritic = evaluation_.dendritic(group.delay);
  const std::uint32_t delivered = sources_.newest_before(row, now - group.delay);
  std::vector<std::uint32_t> arrived;  // the newest first
  for (std::uint32_t spike = sources_.newest_before(row, now - (group.delay - dendritic)); spike != delivered;
       spike = sources_[spike].older)
    arrived.push_back(spike);
  const auto* last = sources_.at(delivered);
  for (auto spike = arrived.rbegin(); spike != arrived.rend(); ++spike) {
    updates.post += evaluation_.arrive(targets_, group, sources_[*spike], last, horizon_, weights, own);
    updates.pre += group.size();
    last = &sources_[*spike];
  }
  const Time until = now - dendritic;
  updates.post += evaluation_.catch_up(targets_, group, last, horizon_, evaluation_.horizon(until), weights, own);
  if constexpr (Evaluation::changes_in_passing) evaluation_.pass_until(targets_, group, last, until, weights, own);
  return updates;
}

template <LearningRule Rule>
void LazyPlasticity<Rule>::restart(std::span<const float> weights, Time now, const PlasticityUpdates& made) {
  std::transform(weights.begin(), weights.end(), weights_.begin(), unsigned_zero);
  std::fill(own_.begin(), own_.end(), 0.0F);
  sources_.clear();
  targets_.clear();
  evaluation_.start(now);
  horizon_ = {long_ago};
  settled_ = long_ago;
  restarted_ = now;
  target_spike_limit_ = target_spikes_kept();
  turns_ = {};
  updates_ += made;
}

template <LearningRule Rule>
void LazyPlasticity<Rule>::load(StateReader& reader) {
  std::vector<float> weights;
  std::vector<float> own;
  Sources sources(0);
  Targets targets(0);
  reader(weights, own, sources, targets, evaluation_, horizon_, settled_, restarted_, target_spike_limit_, updates_);
  if (weights.size() != weights_.size() || own.size() != own_.size() || sources.rows() != sources_.rows() ||
      targets.targets() != targets_.targets())
    throw Error(ErrorKind::input, "the saved state belongs to another network");
  std::copy(weights.begin(), weights.end(), weights_.begin());  // in place: blocks hold their address
  own_ = std::move(own);
  sources_ = std::move(sources);
  targets_ = std::move(targets);
  turns_ = {};
}

}  // namespace synop
