#pragma once

#include "synop/core/connection_rule.hpp"

namespace synop {

// Every source draws `outdegree` targets uniformly, with replacement if multapses are allowed.
//
// A row is drawn whole, and the part that lies in a block of targets is taken from it: building makes every row once
// for each block, some 1 ns per draw (and sorting, without multapses). A block is cut so that a row has some 16
// synapses in it or more. Stored and procedural synapses are the same ones.
class FixedOutdegree final : public BlockwiseRule {
 public:
  explicit FixedOutdegree(std::uint32_t outdegree, bool allow_autapses = true, bool allow_multapses = true)
      : outdegree_(outdegree), allow_autapses_(allow_autapses), allow_multapses_(allow_multapses) {}

  std::string_view name() const override { return "fixed_outdegree"; }
  void check(const ConnectionContext& context) const override;
  double expected_synapses(const ConnectionContext& context) const override {
    return static_cast<double>(outdegree_) * context.sources;
  }
  void pairs_of(const ConnectionContext& context, std::uint32_t first, std::uint32_t end,
                const PairSink& sink) const override;
  bool has_rows() const override { return true; }
  void targets_of(const ConnectionContext& context, std::uint32_t source, std::uint32_t first, std::uint32_t end,
                  std::vector<std::uint32_t>& targets) const override;

 private:
  void draw_row(const ConnectionContext& context, std::uint32_t source, std::uint32_t first, std::uint32_t end,
                std::vector<std::uint32_t>& targets) const;

  std::uint32_t outdegree_;
  bool allow_autapses_;
  bool allow_multapses_;
};

}  // namespace synop
