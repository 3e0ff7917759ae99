#include "synop/core/break_even.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

constexpr double marginal_within = 0.1;

}  // namespace

double BreakEvenTerms::solve() const {
  if (!(event > 0.0) || !(fan_in > 0.0))
    throw Error(ErrorKind::model,
                fmt::format("a break-even needs a cost per event and a fan-in above 0, not {} and {}", event, fan_in));
  return (conventional - steps / fan_in * update) / event;
}

std::string_view name(Standing standing) {
  constexpr std::array<std::string_view, 3> names = {"win", "marginal", "lose"};
  return names.at(static_cast<std::size_t>(standing));
}

Standing standing(double s, double low, double high) {
  const double widen = low == high ? marginal_within : 0.0;
  if (s < low * (1.0 - widen)) return Standing::win;
  return s > high * (1.0 + widen) ? Standing::lose : Standing::marginal;
}

std::span<const Threshold> published_thresholds() {
  static const std::array<Threshold, 6> thresholds = {{
      {"arithmetic only, fp32", "M. Horowitz, ISSCC 2014: 4.6 pJ per MAC, 0.9 pJ per addition", 4.6 / 0.9, 4.6 / 0.9},
      {"arithmetic only, fp16", "M. Horowitz, ISSCC 2014: 1.5 pJ per MAC, 0.4 pJ per addition", 3.75, 3.75},
      {"arithmetic only, int8", "M. Horowitz, ISSCC 2014: 0.23 pJ per MAC, 0.03 pJ per addition", 0.23 / 0.03,
       0.23 / 0.03},
      {"arithmetic only, int32", "M. Horowitz, ISSCC 2014: 3.2 pJ per MAC, 0.1 pJ per addition", 32.0, 32.0},
      {"operands in SRAM", "S. Davidson and S. Furber, Frontiers in Neuroscience 15:651141, 2021: 12 E / 7 E", 1.72,
       1.72},
      {"accelerators from most data reuse to sparse ones",
       "M. Dampfhoffer et al., IEEE Trans. Emerging Topics in Computational Intelligence 7(3):731-741, 2023", 0.15,
       1.38},
  }};
  return thresholds;
}

Threshold quantised_threshold(unsigned activation_bits, unsigned weight_bits) {
  if (activation_bits == 0 || weight_bits == 0)
    throw Error(ErrorKind::model,
                fmt::format("a quantised network needs at least one bit for activations and weights, not {} and {}",
                            activation_bits, weight_bits));
  const double limit = static_cast<double>(activation_bits) / weight_bits;
  return {fmt::format("bit-matched quantised network, {} bits of activation, {} of weight, fetching weights",
                      activation_bits, weight_bits),
          "Z. Yan, Z. Bai and W.-F. Wong, arXiv 2409.08290: in the limit where fetching weights dominates", limit,
          limit};
}

unsigned bits_for_count(std::uint64_t count) {
  return std::max(1U, static_cast<unsigned>(std::bit_width(count)));
}

}  // namespace synop
