#include "synop/core/detail/shard_builder.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "synop/core/block_sizes.hpp"
#include "synop/core/error.hpp"
#include "synop/core/parameters.hpp"
#include "synop/core/sampling.hpp"

namespace synop::detail {

namespace {

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

// One thread's work on one shard.
class ShardBuilder {
 public:
  ShardBuilder(const ShardRequest& request, Shard& shard)
      : request_(request),
        shard_(shard),
        same_delay_(request.delay->kind == Distribution::Kind::constant),
        same_weight_(request.weight->kind == Distribution::Kind::constant) {}

  void build() {
    shard_.sources = request_.sources;
    if (same_delay_) shard_.uniform_delay = on_grid(Delay::from_ms(request_.delay->a));
    if (same_weight_) set_constant_weight();
    if (request_.procedural) return take_rule();
    if (request_.rule->draws_blocks()) collect_pairs();
    count_rows();
    fill_rows();
    choose_layout();
    shard_.contiguous = has_contiguous_groups();
  }

 private:
  void take_rule() {
    shard_.weighted = request_.rule->has_weights();
    shard_.uniform_inhibitory = !shard_.weighted && !excitatory(shard_.constant_weight);
    const std::uint32_t first = request_.targets.first - request_.slice_first;
    shard_.procedural = {request_.rule, request_.context, first, first + request_.targets.count,
                         request_.targets.first - request_.block.first};
  }

  // The sources of every target, from a rule that draws them together. They go when the shard is built.
  void collect_pairs() {
    const std::uint32_t first = request_.targets.first - request_.slice_first;
    const std::uint32_t end = first + request_.targets.count;
    pair_begin_.assign(request_.targets.count + std::size_t{2}, 0);
    request_.rule->pairs_of(request_.context, first, end, [&](std::span<const ConnectionRule::Pair> pairs) {
      for (const ConnectionRule::Pair& pair : pairs) ++pair_begin_[pair.target - first + std::size_t{2}];
    });
    std::partial_sum(pair_begin_.begin(), pair_begin_.end(), pair_begin_.begin());
    pair_source_.resize(pair_begin_.back());
    // While filling, entry t + 1 is where the next source of target t goes.
    request_.rule->pairs_of(request_.context, first, end, [&](std::span<const ConnectionRule::Pair> pairs) {
      for (const ConnectionRule::Pair& pair : pairs)
        pair_source_[pair_begin_[pair.target - first + std::size_t{1}]++] = pair.source;
    });
  }
  std::ptrdiff_t begin_of_pairs(std::uint32_t t) const {
    return static_cast<std::ptrdiff_t>(pair_begin_[t - request_.targets.first]);
  }

  template <class Visit>
  void for_each_target(Visit visit) {
    std::vector<std::uint32_t> sources;
    for (std::uint32_t t = request_.targets.first; t < request_.targets.end(); ++t) {
      constexpr std::uint32_t breath = 1024;
      if (request_.breathe && t % breath == 0) request_.breathe();
      const std::uint32_t target = t - request_.slice_first;
      if (pair_begin_.empty())
        request_.rule->sources_of(request_.context, target, sources);
      else
        sources.assign(pair_source_.begin() + begin_of_pairs(t), pair_source_.begin() + begin_of_pairs(t + 1));
      visit(target, t - request_.block.first, sources);
    }
  }

  void count_rows() {
    LargeVector<std::uint32_t>& begin = shard_.row_begin;
    begin.assign(request_.sources.count + std::size_t{1}, 0);
    std::uint64_t total = 0;
    for_each_target([&](std::uint32_t, std::uint32_t, const std::vector<std::uint32_t>& sources) {
      for (const std::uint32_t source : sources) ++begin[source + std::size_t{1}];
      total += sources.size();
    });
    if (total > std::numeric_limits<std::uint32_t>::max())
      throw Error(ErrorKind::model, fmt::format("a projection has {} synapses onto one block of neurons; the limit is 2^32 - 1", total));
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
  }

  void set_constant_weight() {
    const double w = request_.weight->a;
    shard_.constant_weight = request_.double_precision ? w : static_cast<double>(static_cast<float>(w));
    if (request_.plasticity != nullptr) request_.plasticity->check_weight(shard_.constant_weight);
  }

  void fill_rows() {
    const std::size_t n = shard_.row_begin.back();
    const bool narrow = request_.block.count <= largest_narrow_block;
    narrow ? shard_.target.resize(n) : shard_.target32.resize(n);
    if (!same_weight_) {
      shard_.weights = request_.double_precision ? Shard::Weights::float64 : Shard::Weights::float32;
      request_.double_precision ? shard_.weight64.resize(n) : shard_.weight32.resize(n);
    }
    if (!same_delay_) delays_.emplace(request_.delay_resolution, n);
    std::vector<double> weights, delays;  // of one target
    // row_begin[r] is where the next synapse of row r goes, and in the end the beginning of the next row.
    LargeVector<std::uint32_t>& next = shard_.row_begin;
    for_each_target([&](std::uint32_t target, std::uint32_t local, const std::vector<std::uint32_t>& sources) {
      if (!same_weight_) draw(*request_.weight, request_.weight_of_distance, Purpose::weight, target, sources, weights);
      if (!same_delay_) draw(*request_.delay, request_.delay_of_distance, Purpose::delay, target, sources, delays);
      for (std::uint32_t k = 0; k < sources.size(); ++k) {
        const std::uint32_t i = next[sources[k]]++;
        if (narrow)
          shard_.target[i] = static_cast<std::uint16_t>(local);
        else
          shard_.target32[i] = local;
        if (!same_weight_) set_weight(i, weights[k]);
        if (!same_delay_) set_delay(i, delays[k]);
      }
    });
    std::copy_backward(next.begin(), next.end() - 1, next.end());
    next.front() = 0;
  }

  void draw(const Distribution& d, const std::optional<DistanceFunction>& of_distance, Purpose purpose, std::uint32_t target,
            const std::vector<std::uint32_t>& sources, std::vector<double>& values) const {
    const ConnectionContext& c = request_.context;
    const std::size_t n = sources.size();
    values.resize(n);
    if (of_distance) {
      for (std::size_t k = 0; k < n; ++k) values[k] = of_distance->at(c.distance(sources[k], target));
      return;
    }
    if (d.kind != Distribution::Kind::list) {
      RandomStream random(c.seed, purpose, target, c.projection);
      return sample_many(d, random, values);
    }
    for (std::uint32_t k = 0; k < n; ++k) values[k] = d.values[request_.rule->list_position(c, target, k).value()];
  }

  void set_weight(std::uint32_t i, double w) {
    if (!any_weight.contains(w))
      throw Error(ErrorKind::model, fmt::format("a weight of {} is outside the allowed range {}", w, any_weight.text()));
    if (request_.plasticity != nullptr) request_.plasticity->check_weight(w);
    if (request_.double_precision)
      shard_.weight64[i] = w;
    else
      shard_.weight32[i] = static_cast<float>(w);
  }

  void set_delay(std::uint32_t i, double ms) {
    if (!(ms >= 0.0)) throw Error(ErrorKind::model, fmt::format("a delay of {} ms is outside the allowed range [0, inf)", ms));
    delays_->set(i, on_grid(Delay::from_ms(ms)).ticks);
  }

  // To the nearest multiple of the resolution; a positive delay stays positive.
  Delay on_grid(Delay d) const {
    if (!request_.delay_resolution || d.ticks == 0) return d;
    const std::int64_t grid = request_.delay_resolution->ticks;
    return {std::max<std::int64_t>(1, (d.ticks + grid / 2) / grid) * grid};
  }

  bool excitatory(std::uint32_t i) const { return excitatory(shard_.weight(i)); }
  bool excitatory(double weight) const {
    const WeightSign sign = request_.plasticity != nullptr ? request_.plasticity->sign() : WeightSign::of_weight;
    return sign == WeightSign::of_weight ? weight >= 0.0 : sign == WeightSign::excitatory;
  }

  void choose_layout() {
    const auto n = static_cast<std::uint32_t>(shard_.synapse_count());
    bool any_excitatory = same_weight_ && excitatory(shard_.constant_weight);
    bool any_inhibitory = same_weight_ && !excitatory(shard_.constant_weight);
    if (!same_weight_)
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

  bool has_contiguous_groups() const {
    for (std::uint32_t row = 0; row < request_.sources.count; ++row)
      for (std::uint32_t g = 0; g < shard_.group_count(row); ++g) {
        const Shard::Group group = shard_.group(row, g);
        for (std::uint32_t i = group.begin + 1; i < group.end; ++i)
          if (shard_.target_of(i) != shard_.target_of(i - 1) + 1) return false;
      }
    return true;
  }

  std::int64_t delay_sign(std::uint32_t i) const {
    const std::int64_t delay = delays_ ? (*delays_)[i] : shard_.uniform_delay.ticks;
    const bool positive = both_signs_ ? excitatory(i) : !shard_.uniform_inhibitory;
    return delay * 2 + (positive ? 1 : 0);
  }

  // Rows are filled in order of target, so a stable sort leaves targets ascending within a group.
  void sort_rows() {
    RowOrder order(delays_ && delays_->on_grid() ? delays_->grid() * 2 : 0, largest_delay_sign());
    std::vector<std::byte> room;
    for (std::uint32_t row = 0; row < request_.sources.count; ++row) {
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
    for (std::uint32_t row = 0; row < request_.sources.count; ++row) {
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
    const bool few_delays = !delays_ || delays_->on_grid() || request_.delay->kind == Distribution::list;
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
    shard_.row_group_begin.reserve(request_.sources.count + std::size_t{1});
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

  const ShardRequest& request_;
  Shard& shard_;
  const bool same_delay_;
  const bool same_weight_;
  bool both_signs_ = false;
  bool own_groups_ = false;
  std::vector<std::uint64_t> pair_begin_;    // per target, of pairs that were drawn together; else empty
  LargeVector<std::uint32_t> pair_source_;
  std::optional<DelayStore> delays_;  // while building, unless all are uniform_delay
};

}  // namespace

void build_shard(const ShardRequest& request, Shard& shard) { ShardBuilder(request, shard).build(); }

void add_statistics(const Shard& shard, Projection& projection) {
  if (shard.synapse_count() == 0) return;
  Delay smallest = shard.uniform_delay;
  Delay largest = shard.uniform_delay;
  std::uint64_t groups = shard.total_groups();
  if (shard.grouped) {
    const auto keys = shard.delay_signs();
    const auto [low, high] = std::minmax_element(keys.begin(), keys.end());
    smallest = {*low >> 1};
    largest = {*high >> 1};
  } else {
    for (std::uint32_t row = 0; row < shard.sources.count; ++row) groups += shard.group_count(row);
  }
  const bool first = projection.synapses == 0;
  projection.smallest_delay = first ? smallest : std::min(projection.smallest_delay, smallest);
  projection.largest_delay = first ? largest : std::max(projection.largest_delay, largest);
  projection.synapses += shard.synapse_count();
  projection.groups += groups;
}

}  // namespace synop::detail
