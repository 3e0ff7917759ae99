#pragma once

#include "synop/core/connection_rule.hpp"

namespace synop {

// Every target draws `indegree` sources uniformly, with replacement if multapses are allowed.
class FixedIndegree final : public ConnectionRule {
 public:
  explicit FixedIndegree(std::uint32_t indegree, bool allow_autapses = true, bool allow_multapses = true)
      : indegree_(indegree), allow_autapses_(allow_autapses), allow_multapses_(allow_multapses) {}

  std::string_view name() const override { return "fixed_indegree"; }
  void check(const ConnectionContext& context) const override;
  double expected_synapses(const ConnectionContext& context) const override {
    return static_cast<double>(indegree_) * context.targets;
  }
  void sources_of(const ConnectionContext& context, std::uint32_t target,
                  std::vector<std::uint32_t>& sources) const override;
  std::optional<std::uint64_t> list_position(const ConnectionContext&, std::uint32_t target,
                                             std::uint32_t k) const override {
    return std::uint64_t{target} * indegree_ + k;
  }

 private:
  std::uint32_t indegree_;
  bool allow_autapses_;
  bool allow_multapses_;
};

}  // namespace synop
