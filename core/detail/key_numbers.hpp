#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace synop::detail {

// Numbers the delays and signs that occur, in ascending order, as long as 16 bits suffice.
class KeyNumbers {
 public:
  // `grid`: keys are its multiples below 2^16, or those and one more; 0 if there is none.
  explicit KeyNumbers(std::int64_t grid) : grid_(grid), places_(grid > 0 ? 2 * most : 0) {}

  void add(std::int64_t key) {
    if (grid_ > 0)
      places_[place_of(key)] = 1;
    else if (keys_.size() <= most)
      insert(key);
  }
  // Ends the adding; empty if there are too many.
  std::vector<std::int64_t> keys() {
    std::uint16_t number = 0;
    for (std::size_t place = 0; place < places_.size(); ++place) {
      if (places_[place] == 0) continue;
      keys_.push_back(static_cast<std::int64_t>(place / 2) * grid_ + static_cast<std::int64_t>(place % 2));
      places_[place] = number++;
    }
    return keys_.size() <= most ? keys_ : std::vector<std::int64_t>{};
  }
  std::uint16_t number_of(std::int64_t key) const {
    if (grid_ > 0) return places_[place_of(key)];
    return static_cast<std::uint16_t>(std::lower_bound(keys_.begin(), keys_.end(), key) - keys_.begin());
  }

 private:
  static constexpr std::size_t most = std::size_t{1} << 16;

  std::size_t place_of(std::int64_t key) const { return static_cast<std::size_t>(key / grid_ * 2 + (key & 1)); }
  void insert(std::int64_t key) {
    const auto at = std::lower_bound(keys_.begin(), keys_.end(), key);
    if (at == keys_.end() || *at != key) keys_.insert(at, key);
  }

  std::int64_t grid_;
  std::vector<std::uint16_t> places_;  // per place: whether it occurs, then its number
  std::vector<std::int64_t> keys_;
};

}  // namespace synop::detail
