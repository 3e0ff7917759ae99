#pragma once

#include "synop/core/connection_rule.hpp"
#include "synop/core/random.hpp"

namespace synop {

// Every pair of source and target is connected with probability p. Stored, it is drawn target by target; procedural, row
// by row: another realisation of the same distribution, which is also another one for other blocks of targets.
class PairwiseBernoulli final : public ConnectionRule {
 public:
  explicit PairwiseBernoulli(double p, bool allow_autapses = true);

  std::string_view name() const override { return "pairwise_bernoulli"; }
  void check(const ConnectionContext& context) const override;
  double expected_synapses(const ConnectionContext& context) const override {
    return p_ * static_cast<double>(context.sources) * context.targets;
  }
  void sources_of(const ConnectionContext& context, std::uint32_t target,
                  std::vector<std::uint32_t>& sources) const override;
  bool has_rows() const override { return true; }
  void targets_of(const ConnectionContext& context, std::uint32_t source, std::uint32_t first, std::uint32_t end,
                  std::vector<std::uint32_t>& targets) const override;

 private:
  void draw_targets(RandomStream& random, std::uint32_t first, std::uint32_t end,
                    std::vector<std::uint32_t>& targets) const;

  double p_;
  double per_log2_miss_;  // 1 / log2(1 - p)
  bool allow_autapses_;
};

}  // namespace synop
