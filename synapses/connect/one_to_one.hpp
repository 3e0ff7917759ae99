#pragma once

#include "synop/core/connection_rule.hpp"

namespace synop {

// Source i to target i; both sides must have the same size.
class OneToOne final : public ConnectionRule {
 public:
  std::string_view name() const override { return "one_to_one"; }
  void check(const ConnectionContext& context) const override;
  double expected_synapses(const ConnectionContext& context) const override { return context.targets; }
  void sources_of(const ConnectionContext&, std::uint32_t target, std::vector<std::uint32_t>& sources) const override {
    sources.assign(1, target);
  }
  std::optional<std::uint64_t> list_position(const ConnectionContext&, std::uint32_t target,
                                             std::uint32_t) const override {
    return target;
  }
  bool has_rows() const override { return true; }
  void targets_of(const ConnectionContext&, std::uint32_t source, std::uint32_t first, std::uint32_t end,
                  std::vector<std::uint32_t>& targets) const override {
    targets.clear();
    if (source >= first && source < end) targets.push_back(source);
  }
};

}  // namespace synop
