#pragma once

#include <bit>
#include <cstdint>

#include "synop/core/elementary.hpp"

// Comparisons as arithmetic, which never become branches, so that loops of them are vectorised.
namespace synop::detail {

// 1 if a < b, else 0. Not for NaN.
inline std::uint64_t below(double a, double b) {
  return std::bit_cast<std::uint64_t>(a - b) >> 63;
}

inline double larger(double a, double b) {
  return select(below(a, b), b, a);
}

}  // namespace synop::detail
