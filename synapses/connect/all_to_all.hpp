#pragma once

#include "synop/core/connection_rule.hpp"

namespace synop {

// Every source to every target. Listed values are in order of target, then source.
class AllToAll final : public ConnectionRule {
 public:
  explicit AllToAll(bool allow_autapses = true) : allow_autapses_(allow_autapses) {}

  std::string_view name() const override { return "all_to_all"; }
  void check(const ConnectionContext&) const override {}
  double expected_synapses(const ConnectionContext& context) const override;
  void sources_of(const ConnectionContext& context, std::uint32_t target,
                  std::vector<std::uint32_t>& sources) const override;
  std::optional<std::uint64_t> list_position(const ConnectionContext& context, std::uint32_t target,
                                             std::uint32_t k) const override;
  bool has_rows() const override { return true; }
  void targets_of(const ConnectionContext& context, std::uint32_t source, std::uint32_t first, std::uint32_t end,
                  std::vector<std::uint32_t>& targets) const override;

 private:
  bool allow_autapses_;
};

}  // namespace synop
