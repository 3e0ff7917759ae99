#pragma once

#include "synop/core/connection_rule.hpp"

namespace synop {

// N synapses in all, each between a source and a target drawn uniformly and independently of the others: multapses
// occur, and so do autapses unless they are not allowed, in which case every other pair is equally probable.
//
// How many synapses each target has is multinomial. It is drawn by halving: the synapses of a range of targets are
// divided between its halves by a binomial draw that belongs to that range alone. A target's share then takes a draw
// per halving, whatever the other targets, and all shares add up to N.
class FixedTotalNumber final : public ConnectionRule {
 public:
  static constexpr std::uint64_t largest_N = std::uint64_t{1} << 53;

  explicit FixedTotalNumber(std::uint64_t N, bool allow_autapses = true) : N_(N), allow_autapses_(allow_autapses) {}

  std::string_view name() const override { return "fixed_total_number"; }
  void check(const ConnectionContext& context) const override;
  double expected_synapses(const ConnectionContext&) const override { return static_cast<double>(N_); }
  void sources_of(const ConnectionContext& context, std::uint32_t target,
                  std::vector<std::uint32_t>& sources) const override;
  // By target, then in the order of the draws.
  std::optional<std::uint64_t> list_position(const ConnectionContext& context, std::uint32_t target,
                                             std::uint32_t k) const override;

 private:
  struct Share {
    std::uint64_t synapses = 0;  // of the target
    std::uint64_t before = 0;    // of all targets before it
  };
  Share share_of(const ConnectionContext& context, std::uint32_t target) const;
  std::uint64_t pairs_before(const ConnectionContext& context, std::uint32_t end) const;

  std::uint64_t N_;
  bool allow_autapses_;
};

}  // namespace synop
