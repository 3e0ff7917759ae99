#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <string_view>

#include "synop/core/plasticity.hpp"
#include "synop/learning/immediate_plasticity.hpp"
#include "synop/learning/lazy_plasticity.hpp"

namespace synop {

// Where a rule keeps its weights: between 0 and its Wmax, or whatever it says.
template <LearningRule Rule>
double largest_weight_of(const Rule& rule) {
  if constexpr (requires { rule.largest_weight(); })
    return rule.largest_weight();
  else
    return rule.Wmax;
}

template <LearningRule Rule>
class RuleModel final : public PlasticityModel {
 public:
  explicit RuleModel(const Rule& rule) : rule_(rule) { rule_.validate(); }

  std::string_view name() const override { return Rule::name; }
  void check_weight(double weight) const override { rule_.check_weight(weight); }
  double largest_weight() const override { return std::abs(largest_weight_of(rule_)); }
  WeightSign sign() const override {
    return largest_weight_of(rule_) < 0.0 ? WeightSign::inhibitory : WeightSign::excitatory;
  }
  bool takes_reward() const override { return takes_rewards<Rule>; }
  // Immediately where weights are few and have one delay, pairs excepted (docs/plasticity.md), lazily else.
  std::unique_ptr<ShardPlasticity> make_state(const Shard& shard, std::uint32_t block_size, DelaySplit split,
                                              bool fits_cache) const override {
    if constexpr (SynapseRule<Rule>)
      if (fits_cache && ImmediatePlasticity<Rule>::serves(shard))
        return std::make_unique<ImmediatePlasticity<Rule>>(rule_, shard, block_size, split);
    return std::make_unique<LazyPlasticity<Rule>>(rule_, shard, block_size, split);
  }
  double bytes_per_synapse() const override {
    return 4.0 + 4.0 * static_cast<double>(EvaluationOf<Rule>::type::own_count);
  }

 private:
  Rule rule_;
};

// The plasticity of a projection: Synapse{.weight = constant(50.0), .plasticity = plastic(StdpSynapse{.lambda =
// 0.02})}.
template <LearningRule Rule>
std::unique_ptr<PlasticityModel> plastic(const Rule& rule) {
  return std::make_unique<RuleModel<Rule>>(rule);
}

}  // namespace synop
