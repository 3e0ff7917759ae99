#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace synop {

// The arithmetic of a deployed network. State is int16_t, int32_t or float.
//
//   scaled(x, a) = floor(x a / 2^q + 1/2),  q = 15 (int16_t) or 31 (int32_t): a multiplication, an addition, a shift
//   sum(x, y)    = x + y, kept within the range of the state (saturating)
//
// Of float both are what they are in real numbers, rounded once.
template <class State>
struct Arithmetic {
  using Wide = std::conditional_t<std::is_same_v<State, std::int16_t>, std::int32_t, std::int64_t>;
  static constexpr int fraction_bits = 8 * sizeof(State) - 1;

  static State value(std::int32_t word) { return static_cast<State>(word); }
  static State scaled(State x, std::int32_t factor) {
    constexpr Wide half = Wide{1} << (fraction_bits - 1);
    return static_cast<State>((Wide{x} * factor + half) >> fraction_bits);
  }
  // `saturations` counts the sums that did not fit.
  static State sum(State x, std::int64_t y, std::uint32_t& saturations) {
    constexpr std::int64_t high = std::numeric_limits<State>::max(), low = -high;
    const std::int64_t exact = x + y;
    if (exact >= low && exact <= high) [[likely]]
      return static_cast<State>(exact);
    saturations += saturations < std::numeric_limits<std::uint32_t>::max() ? 1 : 0;
    return static_cast<State>(exact > high ? high : low);
  }
  template <class Weight>
  static std::int64_t input(Weight weight, unsigned shift) {
    return static_cast<std::int64_t>(weight) << shift;
  }
};

template <>
struct Arithmetic<float> {
  static float value(std::int32_t word) { return std::bit_cast<float>(word); }
  static float scaled(float x, std::int32_t factor) { return x * std::bit_cast<float>(factor); }
  static float sum(float x, float y, std::uint32_t&) { return x + y; }
  static float input(float weight, unsigned) { return weight; }
};

}  // namespace synop
