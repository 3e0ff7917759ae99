#pragma once

#include "synop/core/connection_rule.hpp"

namespace synop {

// Every pair of source and target is connected with probability p.
class PairwiseBernoulli final : public ConnectionRule {
 public:
  explicit PairwiseBernoulli(double p, bool allow_autapses = true) : p_(p), allow_autapses_(allow_autapses) {}

  std::string_view name() const override { return "pairwise_bernoulli"; }
  void check(const ConnectionContext& context) const override;
  double expected_synapses(const ConnectionContext& context) const override {
    return p_ * static_cast<double>(context.sources) * context.targets;
  }
  void sources_of(const ConnectionContext& context, std::uint32_t target,
                  std::vector<std::uint32_t>& sources) const override;

 private:
  double p_;
  bool allow_autapses_;
};

}  // namespace synop
