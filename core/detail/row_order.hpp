#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace synop::detail {

// The stable order of the synapses of a row by delay and sign: by counting where the delays lie on a grid of few points.
class RowOrder {
 public:
  // `grid`: keys are its multiples, or those and one more; 0 if there is none.
  RowOrder(std::int64_t grid, std::int64_t largest) : grid_(grid) {
    constexpr std::int64_t most = 1024;
    if (grid > 0 && largest / grid < most) begin_.resize(static_cast<std::size_t>(largest / grid) * 2 + 3);
  }

  // The numbers 0, 1, ... below `n` in the order of key_of(number).
  template <class KeyOf>
  std::span<const std::uint32_t> of(std::uint32_t n, KeyOf key_of) {
    order_.resize(n);
    if (begin_.empty() || n < 16) {
      keyed_.resize(n);
      for (std::uint32_t k = 0; k < n; ++k) keyed_[k] = {key_of(k), k};
      std::sort(keyed_.begin(), keyed_.end());
      for (std::uint32_t k = 0; k < n; ++k) order_[k] = keyed_[k].second;
      return order_;
    }
    std::fill(begin_.begin(), begin_.end(), 0);
    const auto place_of = [&](std::uint32_t k) {
      const std::int64_t key = key_of(k);
      return static_cast<std::size_t>(key / grid_ * 2 + (key & 1));
    };
    for (std::uint32_t k = 0; k < n; ++k) ++begin_[place_of(k) + 1];
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    for (std::uint32_t k = 0; k < n; ++k) order_[begin_[place_of(k)]++] = k;
    return order_;
  }

 private:
  std::int64_t grid_;
  std::vector<std::uint32_t> begin_;  // per place: two for each point of the grid
  std::vector<std::uint32_t> order_;
  std::vector<std::pair<std::int64_t, std::uint32_t>> keyed_;
};

}  // namespace synop::detail
