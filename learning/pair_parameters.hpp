#pragma once

#include <array>
#include <cstddef>
#include <tuple>

#include "synop/core/parameters.hpp"

namespace synop {

// The parameters of a rule whose pairs are those of stdp_synapse, which says what they mean.
template <class Rule>
constexpr std::array<Parameter<Rule>, 7> pair_parameters() {
  constexpr Range time_constant{.low = 1e-3, .high = 1e6};
  constexpr Range exponent{.low = 0.0, .high = 10.0};
  constexpr Range factor{.low = 0.0, .high = 1e6};
  return {{
      {{"tau_plus", "ms", time_constant, "time constant of the pre trace"}, &Rule::tau_plus},
      {{"tau_minus", "ms", time_constant, "time constant of the post trace"}, &Rule::tau_minus},
      {{"lambda", "", factor, "step"}, &Rule::lambda},
      {{"alpha", "", factor, "weakening relative to strengthening"}, &Rule::alpha},
      {{"mu_plus", "", exponent, "weight dependence of strengthening"}, &Rule::mu_plus},
      {{"mu_minus", "", exponent, "weight dependence of weakening"}, &Rule::mu_minus},
      {{"Wmax", "", any_value, "bound of the weight (its unit), not 0"}, &Rule::Wmax},
  }};
}

// Those after parameters of the rule's own.
template <class Rule, std::size_t own>
constexpr auto pair_parameters_after(const std::array<Parameter<Rule>, own>& first) {
  return std::apply([](const auto&... each) { return std::array{each...}; },
                    std::tuple_cat(first, pair_parameters<Rule>()));
}

}  // namespace synop
