#include "synop/core/detail/shard_builder.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "synop/core/block_sizes.hpp"
#include "synop/core/detail/row_groups.hpp"
#include "synop/core/error.hpp"
#include "synop/core/parameters.hpp"
#include "synop/core/sampling.hpp"

namespace synop::detail {

namespace {

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
    group_rows(shard_, std::move(delays_), {sign(), same_weight_, request_.delay->kind == Distribution::list});
  }

 private:
  WeightSign sign() const {
    return request_.plasticity != nullptr ? request_.plasticity->sign() : WeightSign::of_weight;
  }

  void take_rule() {
    shard_.weighted = request_.rule->has_weights();
    shard_.uniform_inhibitory = !shard_.weighted && !is_excitatory(shard_.constant_weight, sign());
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

  const ShardRequest& request_;
  Shard& shard_;
  const bool same_delay_;
  const bool same_weight_;
  std::vector<std::uint64_t> pair_begin_;    // per target, of pairs that were drawn together; else empty
  LargeVector<std::uint32_t> pair_source_;
  std::optional<DelayStore> delays_;  // unless all are uniform_delay
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
