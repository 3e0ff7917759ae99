#pragma once

#include "synop/core/connection_rule.hpp"

namespace synop {

// Every pair of two different neurons is connected with probability p, in both directions: a neuron is a source of its
// targets. Sources and targets are the same neurons; there are no autapses. Weights and delays of the two directions
// are drawn independently.
//
// A pair is drawn where its larger neuron's is, in tiles of 4096 smaller ones with random numbers of their own, so that
// a block of targets draws the tiles it touches and the work is per synapse.
class SymmetricPairwiseBernoulli final : public BlockwiseRule {
 public:
  explicit SymmetricPairwiseBernoulli(double p);

  std::string_view name() const override { return "symmetric_pairwise_bernoulli"; }
  void check(const ConnectionContext& context) const override;
  double expected_synapses(const ConnectionContext& context) const override {
    return p_ * static_cast<double>(context.sources) * (context.sources - 1.0);
  }
  void pairs_of(const ConnectionContext& context, std::uint32_t first, std::uint32_t end,
                const PairSink& sink) const override;

 private:
  static constexpr std::uint32_t tile = 4096;
  template <class Visit>
  void visit_smaller(const ConnectionContext& context, std::uint32_t larger, std::uint32_t first, std::uint32_t end,
                     Visit visit) const;

  double p_;
  double log_miss_;  // log(1 - p)
};

}  // namespace synop
