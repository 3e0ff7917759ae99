#pragma once

#include "synop/core/connection_rule.hpp"

namespace synop {

// The connections given, one synapse per pair (source, target), counted within the slices of the projection. Listed
// weights and delays are in the order of the pairs.
class ExplicitList final : public ConnectionRule {
 public:
  struct Connection {
    std::uint32_t source = 0;
    std::uint32_t target = 0;
  };
  explicit ExplicitList(const std::vector<Connection>& connections);

  std::string_view name() const override { return "explicit"; }
  void check(const ConnectionContext& context) const override;
  double expected_synapses(const ConnectionContext&) const override { return static_cast<double>(by_target_.size()); }
  void sources_of(const ConnectionContext& context, std::uint32_t target,
                  std::vector<std::uint32_t>& sources) const override;
  std::optional<std::uint64_t> list_position(const ConnectionContext&, std::uint32_t target,
                                             std::uint32_t k) const override;

 private:
  struct Entry {
    std::uint32_t target;
    std::uint32_t source;
    std::uint64_t position;  // in the list as given
  };
  std::size_t first_of(std::uint32_t target) const;

  std::vector<Entry> by_target_;  // by target, then position
};

}  // namespace synop
