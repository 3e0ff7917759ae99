#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace synop {

// Makes each element of `largest` the larger one of itself and of `values`, which are as many; the values themselves
// where there is none yet.
inline void keep_largest(std::vector<double>& largest, std::span<const double> values) {
  if (largest.empty()) largest.assign(values.begin(), values.end());
  for (std::size_t i = 0; i < values.size(); ++i) largest[i] = std::max(largest[i], values[i]);
}

}  // namespace synop
