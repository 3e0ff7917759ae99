#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "synop/core/large_vector.hpp"
#include "synop/core/time.hpp"

namespace synop::detail {

// Delays of synapses while a shard is built: whole multiples of the grid in 16 bits where delays are rounded to one and
// all fit, else ticks.
class DelayStore {
 public:
  DelayStore(std::optional<Delay> grid, std::size_t n) : grid_(grid ? grid->ticks : 0) {
    if (grid_ > 0)
      multiples_.resize(n);
    else
      ticks_.resize(n);
  }

  void set(std::size_t i, std::int64_t ticks) {
    if (!ticks_.empty()) {
      ticks_[i] = ticks;
    } else if (ticks % grid_ == 0 && ticks / grid_ <= std::numeric_limits<std::uint16_t>::max()) {
      multiples_[i] = static_cast<std::uint16_t>(ticks / grid_);
    } else {
      give_up_grid();
      ticks_[i] = ticks;
    }
  }
  std::int64_t operator[](std::size_t i) const { return ticks_.empty() ? multiples_[i] * grid_ : ticks_[i]; }
  bool on_grid() const { return !multiples_.empty(); }
  std::int64_t grid() const { return grid_; }
  bool all_equal() const {
    const auto equal = [](const auto& values) {
      return std::all_of(values.begin(), values.end(), [&](auto d) { return d == values.front(); });
    };
    return equal(ticks_) && equal(multiples_);
  }
  template <class Permute>
  void permute(Permute permute) {
    ticks_.empty() ? permute(multiples_) : permute(ticks_);
  }
  LargeVector<std::int64_t>& ticks() { return ticks_; }

 private:
  void give_up_grid() {
    ticks_.resize(multiples_.size());
    for (std::size_t i = 0; i < multiples_.size(); ++i) ticks_[i] = multiples_[i] * grid_;
    LargeVector<std::uint16_t>().swap(multiples_);
  }

  std::int64_t grid_;
  LargeVector<std::uint16_t> multiples_;
  LargeVector<std::int64_t> ticks_;
};

}  // namespace synop::detail
