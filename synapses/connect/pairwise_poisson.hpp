#pragma once

#include "synop/core/connection_rule.hpp"

namespace synop {

// Every pair of source and target has a Poisson number of synapses of mean `pairwise_avg_num_conns`, so multapses
// occur. The synapses of a target are the points of a Poisson process along its sources: the work is per synapse.
// Procedural synapses are the points along a source's targets, another realisation of the same distribution.
class PairwisePoisson final : public ConnectionRule {
 public:
  static constexpr double largest_mean = 1e6;

  explicit PairwisePoisson(double pairwise_avg_num_conns, bool allow_autapses = true)
      : mean_(pairwise_avg_num_conns), allow_autapses_(allow_autapses) {}

  std::string_view name() const override { return "pairwise_poisson"; }
  void check(const ConnectionContext& context) const override;
  double expected_synapses(const ConnectionContext& context) const override;
  void sources_of(const ConnectionContext& context, std::uint32_t target,
                  std::vector<std::uint32_t>& sources) const override;
  bool has_rows() const override { return true; }
  void targets_of(const ConnectionContext& context, std::uint32_t source, std::uint32_t first, std::uint32_t end,
                  std::vector<std::uint32_t>& targets) const override;

 private:
  double mean_;
  bool allow_autapses_;
};

}  // namespace synop
