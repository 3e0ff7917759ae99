#include "synop/core/detail/row_groups.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "synop/core/detail/key_numbers.hpp"
#include "synop/core/detail/row_order.hpp"

namespace synop::detail {

namespace {

// One thread's work on the rows of one shard, once they are filled.
class RowGrouper {
 public:
  RowGrouper(Shard& shard, std::optional<DelayStore> delays, const RowGroupsRequest& request)
      : shard_(shard), request_(request), delays_(std::move(delays)) {}

  void group() {
    const auto n = static_cast<std::uint32_t>(shard_.synapse_count());
    bool any_excitatory = request_.same_weight && is_excitatory(shard_.constant_weight, request_.sign);
    bool any_inhibitory = request_.same_weight && !is_excitatory(shard_.constant_weight, request_.sign);
    if (!request_.same_weight)
      for (std::uint32_t i = 0; i < n; ++i) (excitatory(i) ? any_excitatory : any_inhibitory) = true;
    both_signs_ = any_excitatory && any_inhibitory;
    shard_.uniform_inhibitory = any_inhibitory;
    if (delays_ && delays_->all_equal()) {
      if (n > 0) shard_.uniform_delay = {(*delays_)[0]};
      delays_.reset();
    }
    if (!delays_ && !both_signs_) return;
    sort_rows();
    make_groups();
  }

 private:
  bool excitatory(std::uint32_t i) const { return is_excitatory(shard_.weight(i), request_.sign); }

  std::int64_t delay_sign(std::uint32_t i) const {
    const std::int64_t delay = delays_ ? (*delays_)[i] : shard_.uniform_delay.ticks;
    const bool positive = both_signs_ ? excitatory(i) : !shard_.uniform_inhibitory;
    return delay * 2 + (positive ? 1 : 0);
  }

  // Rows are filled in order of target, so a stable sort leaves targets ascending within a group.
  void sort_rows() {
    RowOrder order(delays_ && delays_->on_grid() ? delays_->grid() * 2 : 0, largest_delay_sign());
    std::vector<std::byte> room;
    for (std::uint32_t row = 0; row < shard_.sources.count; ++row) {
      const std::uint32_t begin = shard_.row_begin[row];
      const std::uint32_t n = shard_.row_begin[row + 1] - begin;
      const std::span<const std::uint32_t> from = order.of(n, [&](std::uint32_t k) { return delay_sign(begin + k); });
      const auto permute = [&](auto& values) {
        if (values.empty()) return;
        using T = typename std::remove_reference_t<decltype(values)>::value_type;
        room.resize(n * sizeof(T));
        T* const sorted = reinterpret_cast<T*>(room.data());
        for (std::uint32_t k = 0; k < n; ++k) sorted[k] = values[begin + from[k]];
        std::copy(sorted, sorted + n, values.begin() + begin);
      };
      permute(shard_.target);
      permute(shard_.target32);
      permute(shard_.weight32);
      permute(shard_.weight64);
      if (delays_) delays_->permute(permute);
    }
  }

  std::int64_t largest_delay_sign() const {
    std::int64_t largest = 0;
    for (std::uint32_t i = 0; i < shard_.synapse_count(); ++i) largest = std::max(largest, delay_sign(i));
    return largest;
  }

  // Calls start(i, key) for the first synapse of every group, whose key is its delay and sign, and end() after each row.
  // May overwrite delays up to i.
  template <class Start, class End>
  void for_each_group(Start start, End end) const {
    std::int64_t last = 0;
    for (std::uint32_t row = 0; row < shard_.sources.count; ++row) {
      for (std::uint32_t i = shard_.row_begin[row]; i < shard_.row_begin[row + 1]; ++i) {
        const std::int64_t key = delay_sign(i);
        if (i == shard_.row_begin[row] || key != last || own_groups_) start(i, key);
        last = key;
      }
      end();
    }
  }

  void make_groups() {
    std::size_t groups = 0;
    for_each_group([&](std::uint32_t, std::int64_t) { ++groups; }, [] {});
    // Delays that are drawn without a grid hardly ever occur twice.
    const bool few_delays = !delays_ || delays_->on_grid() || request_.listed_delays;
    KeyNumbers numbers(delays_ && delays_->on_grid() ? delays_->grid() * 2 : 0);
    if (few_delays) for_each_group([&](std::uint32_t, std::int64_t key) { numbers.add(key); }, [] {});
    const std::vector<std::int64_t> different = numbers.keys();
    const bool numbered = !different.empty() && different.size() <= groups / 4;
    if (numbered) shard_.key_table = different;
    // Where hardly any delays are equal every synapse is a group of its own: the groups need no index.
    own_groups_ = !numbered && groups > shard_.synapse_count() / 10 * 9;
    if (own_groups_) groups = shard_.synapse_count();
    shard_.grouped = true;
    if (numbered) shard_.group_key.reserve(groups);
    if (!own_groups_) shard_.group_begin.reserve(groups + 1);
    shard_.row_group_begin.reserve(shard_.sources.count + std::size_t{1});
    shard_.row_group_begin.push_back(0);
    // At worst every synapse is a group, and then the keys take as much memory as the delays: they are written over
    // them, so that a shard is never larger than when it is finished.
    LargeVector<std::int64_t> few;
    const bool in_place = !numbered && delays_ && !delays_->ticks().empty();
    LargeVector<std::int64_t>& keys = in_place ? delays_->ticks() : few;
    if (!numbered && !in_place) few.resize(groups);
    std::uint32_t group = 0;
    for_each_group(
        [&](std::uint32_t i, std::int64_t key) {
          if (numbered)
            shard_.group_key.push_back(numbers.number_of(key));
          else
            keys[group] = key;
          if (!own_groups_) shard_.group_begin.push_back(i);
          ++group;
        },
        [&] { shard_.row_group_begin.push_back(group); });
    if (!own_groups_) shard_.group_begin.push_back(shard_.row_begin.back());
    if (!numbered) {
      keys.resize(groups);
      if (groups <= keys.capacity() / 2) keys.shrink_to_fit();
      shard_.group_delay_sign = std::move(keys);
    }
    delays_.reset();
  }

  Shard& shard_;
  const RowGroupsRequest request_;
  bool both_signs_ = false;
  bool own_groups_ = false;
  std::optional<DelayStore> delays_;  // unless all are uniform_delay
};

bool has_contiguous_groups(const Shard& shard) {
  for (std::uint32_t row = 0; row < shard.sources.count; ++row)
    for (std::uint32_t g = 0; g < shard.group_count(row); ++g) {
      const Shard::Group group = shard.group(row, g);
      for (std::uint32_t i = group.begin + 1; i < group.end; ++i)
        if (shard.target_of(i) != shard.target_of(i - 1) + 1) return false;
    }
  return true;
}

}  // namespace

void group_rows(Shard& shard, std::optional<DelayStore> delays, const RowGroupsRequest& request) {
  RowGrouper(shard, std::move(delays), request).group();
  shard.contiguous = has_contiguous_groups(shard);
}

}  // namespace synop::detail
