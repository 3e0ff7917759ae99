#pragma once

#include <algorithm>
#include <concepts>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "synop/core/archive.hpp"
#include "synop/core/error.hpp"
#include "synop/core/parameters.hpp"
#include "synop/core/plasticity.hpp"
#include "synop/learning/pair_timing.hpp"
#include "synop/learning/spike_chains.hpp"

namespace synop {

// A rule that scales what a synapse transmits by what its source did before: the state at a spike follows from that at
// the source's previous one. Pure functions of their arguments, built on +, -, *, / and core/elementary.hpp.
template <class R>
concept ShortTermRule = std::copyable<R> && requires(const R& rule, const typename R::State& state, Delay span) {
  { R::name } -> std::convertible_to<std::string_view>;
  rule.validate();                                                // throws Error(model)
  { rule.rested() } -> std::same_as<typename R::State>;           // at a source's first spike
  { rule.next(state, span) } -> std::same_as<typename R::State>;  // at its next one
  { rule.efficacy(state) } -> std::same_as<double>;               // transmitted weight / weight
};

// Synapses with short-term plasticity. Where a spike is on its way does not matter: its efficacy follows when it is
// emitted, once for all synapses of the source onto the block. Weights do not change, and freezing does not stop it.
template <ShortTermRule Rule>
class ShortTermPlasticity final : public ShardPlasticity {
 public:
  ShortTermPlasticity(const Rule& rule, const Shard& shard)
      : rule_(rule),
        longest_delay_(longest_delay_of(shard)),
        weights_(shard.synapse_count()),
        spikes_(shard.sources.count) {
    for (std::uint32_t i = 0; i < weights_.size(); ++i) weights_[i] = static_cast<float>(shard.weight(i));
    transmitted_ = weights_;
  }

  void on_source_spike(std::uint32_t row, Time emitted) override {
    Spike spike{.emitted = emitted, .state = rule_.rested()};
    if (const Spike* const last = spikes_.at(spikes_.newest(row)))
      spike.state = rule_.next(last->state, emitted - last->emitted);
    spikes_.push(row, spike, settled_ - longest_delay_);
  }
  void on_delivery(std::uint32_t row, const Shard::Group& group, Time emitted) override {
    const std::uint32_t newest = spikes_.find(row, emitted);
    if (newest == spikes_.none) return;
    const double efficacy = rule_.efficacy(spikes_[turns_.of(spikes_, newest, group.begin)].state);
    for (std::uint32_t i = group.begin; i < group.end; ++i)
      transmitted_[i] = static_cast<float>(weights_[i] * efficacy);
    updates_ += group.size();
  }
  void on_target_spike(std::uint32_t, Time) override {}
  void settle(Time now) override { settled_ = std::max(settled_, now); }

  const float* weights() const override { return transmitted_.data(); }
  PlasticityUpdates weights_at(Time, std::span<float> out) const override {
    std::copy(weights_.begin(), weights_.end(), out.begin());
    return {};
  }
  void restart(std::span<const float> weights, Time, const PlasticityUpdates&) override {
    std::copy(weights.begin(), weights.end(), weights_.begin());
    const double efficacy = rule_.efficacy(rule_.rested());
    for (std::size_t i = 0; i < weights_.size(); ++i) transmitted_[i] = static_cast<float>(weights_[i] * efficacy);
    spikes_.clear();
    turns_ = {};
    settled_ = long_ago;
  }
  bool learns() const override { return false; }

  PlasticityUpdates updates() const override { return {updates_, 0}; }
  void reset_counters() override { updates_ = 0; }
  std::uint64_t bytes() const override {
    return sizeof *this + (weights_.capacity() + transmitted_.capacity()) * sizeof(float) + spikes_.bytes();
  }
  void save(StateWriter& writer) override { writer(weights_, spikes_, settled_, updates_); }
  void load(StateReader& reader) override {
    std::vector<float> weights;
    SpikeChains<Spike> spikes(0);
    reader(weights, spikes, settled_, updates_);
    if (weights.size() != weights_.size() || spikes.rows() != spikes_.rows())
      throw Error(ErrorKind::input, "the saved state belongs to another network");
    weights_ = std::move(weights);
    spikes_ = std::move(spikes);
    turns_ = {};
  }

 private:
  struct Spike {
    Time emitted;
    typename Rule::State state{};
    std::uint32_t older = 0;
    std::uint32_t unused = 0;
  };

  const Rule rule_;
  const Delay longest_delay_;
  std::vector<float> weights_;
  std::vector<float> transmitted_;  // by the last delivery
  SpikeChains<Spike> spikes_;
  TurnsAtOneInstant turns_;
  Time settled_ = long_ago;  // deliveries before it have been made
  std::uint64_t updates_ = 0;
};

template <ShortTermRule Rule>
class ShortTermModel final : public PlasticityModel {
 public:
  explicit ShortTermModel(const Rule& rule) : rule_(rule) { rule_.validate(); }

  std::string_view name() const override { return Rule::name; }
  void check_weight(double weight) const override { check_range(Rule::name, {"weight", "", any_weight, ""}, weight); }
  double largest_weight() const override { return any_weight.high; }
  WeightSign sign() const override { return WeightSign::of_weight; }
  std::unique_ptr<ShardPlasticity> make_state(const Shard& shard, std::uint32_t, DelaySplit, bool) const override {
    return std::make_unique<ShortTermPlasticity<Rule>>(rule_, shard);
  }
  double bytes_per_synapse() const override { return 8.0; }

 private:
  Rule rule_;
};

// The short-term plasticity of a projection: Synapse{.weight = constant(50.0), .plasticity =
// plastic(Tsodyks2Synapse{.U = 0.2})}.
template <ShortTermRule Rule>
std::unique_ptr<PlasticityModel> plastic(const Rule& rule) {
  return std::make_unique<ShortTermModel<Rule>>(rule);
}

}  // namespace synop
