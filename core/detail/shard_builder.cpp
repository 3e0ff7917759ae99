#include "synop/core/detail/shard_builder.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

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
    count_rows();
    if (same_delay_) shard_.uniform_delay = on_grid(Delay::from_ms(request_.delay->a));
    if (same_weight_) set_constant_weight();
    fill_rows();
    choose_layout();
    shard_.contiguous = has_contiguous_groups();
  }

 private:
  template <class Visit>
  void for_each_target(Visit visit) {
    std::vector<std::uint32_t> sources;
    for (std::uint32_t t = request_.targets.first; t < request_.targets.end(); ++t) {
      const std::uint32_t target = t - request_.slice_first;
      request_.rule->sources_of(request_.context, target, sources);
      visit(target, static_cast<std::uint16_t>(t - request_.block_first), sources);
    }
  }

  void count_rows() {
    std::vector<std::uint64_t> count(request_.sources.count + std::size_t{1});
    for_each_target([&](std::uint32_t, std::uint16_t, const std::vector<std::uint32_t>& sources) {
      for (const std::uint32_t source : sources) ++count[source + std::size_t{1}];
    });
    std::partial_sum(count.begin(), count.end(), count.begin());
    if (count.back() > std::numeric_limits<std::uint32_t>::max())
      throw Error(ErrorKind::model, fmt::format("a projection has {} synapses onto one block of neurons; the limit is 2^32 - 1",
                                                count.back()));
    shard_.row_begin.assign(count.begin(), count.end());
  }

  void set_constant_weight() {
    const double w = request_.weight->a;
    shard_.constant_weight = request_.double_precision ? w : static_cast<double>(static_cast<float>(w));
    if (request_.plasticity != nullptr) request_.plasticity->check_weight(shard_.constant_weight);
  }

  void fill_rows() {
    const std::size_t n = shard_.row_begin.back();
    shard_.target.resize(n);
    if (!same_weight_) {
      shard_.weights = request_.double_precision ? Shard::Weights::float64 : Shard::Weights::float32;
      request_.double_precision ? shard_.weight64.resize(n) : shard_.weight32.resize(n);
    }
    if (!same_delay_) delays_.resize(n);
    std::vector<std::uint32_t> next(shard_.row_begin.begin(), shard_.row_begin.end() - 1);
    for_each_target([&](std::uint32_t target, std::uint16_t local, const std::vector<std::uint32_t>& sources) {
      const auto& c = request_.context;
      RandomStream weights(c.seed, Purpose::weight, target, c.projection);
      RandomStream delays(c.seed, Purpose::delay, target, c.projection);
      for (std::uint32_t k = 0; k < sources.size(); ++k) {
        const std::uint32_t i = next[sources[k]]++;
        shard_.target[i] = local;
        if (!same_weight_) set_weight(i, sample(*request_.weight, weights, position(*request_.weight, target, k)));
        if (!same_delay_) set_delay(i, sample(*request_.delay, delays, position(*request_.delay, target, k)));
      }
    });
  }

  std::uint64_t position(const Distribution& d, std::uint32_t target, std::uint32_t k) const {
    if (d.kind != Distribution::Kind::list) return 0;
    return request_.rule->list_position(request_.context, target, k).value();
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
    delays_[i] = on_grid(Delay::from_ms(ms)).ticks;
  }

  // To the nearest multiple of the resolution; a positive delay stays positive.
  Delay on_grid(Delay d) const {
    if (!request_.delay_resolution || d.ticks == 0) return d;
    const std::int64_t grid = request_.delay_resolution->ticks;
    return {std::max<std::int64_t>(1, (d.ticks + grid / 2) / grid) * grid};
  }

  bool excitatory(std::uint32_t i) const { return excitatory(shard_.weight(i)); }
  bool excitatory(double weight) const {
    return request_.plasticity != nullptr ? !request_.plasticity->inhibitory() : weight >= 0.0;
  }

  void choose_layout() {
    const auto n = static_cast<std::uint32_t>(shard_.synapse_count());
    bool any_excitatory = same_weight_ && excitatory(shard_.constant_weight);
    bool any_inhibitory = same_weight_ && !excitatory(shard_.constant_weight);
    if (!same_weight_)
      for (std::uint32_t i = 0; i < n; ++i) (excitatory(i) ? any_excitatory : any_inhibitory) = true;
    const bool one_delay =
        same_delay_ || std::all_of(delays_.begin(), delays_.end(), [&](std::int64_t d) { return d == delays_[0]; });
    if (!same_delay_ && one_delay && n > 0) shard_.uniform_delay = {delays_[0]};
    if (one_delay) std::vector<std::int64_t>().swap(delays_);
    shard_.uniform_inhibitory = any_inhibitory;
    if (one_delay && !(any_excitatory && any_inhibitory)) return;
    sort_rows();
    make_groups();
  }

  bool has_contiguous_groups() const {
    for (std::uint32_t row = 0; row < request_.sources.count; ++row)
      for (std::uint32_t g = 0; g < shard_.group_count(row); ++g) {
        const Shard::Group group = shard_.group(row, g);
        for (std::uint32_t i = group.begin + 1; i < group.end; ++i)
          if (shard_.target[i] != shard_.target[i - 1] + 1) return false;
      }
    return true;
  }

  std::int64_t delay_sign(std::uint32_t i) const {
    const std::int64_t delay = delays_.empty() ? shard_.uniform_delay.ticks : delays_[i];
    return delay * 2 + (excitatory(i) ? 1 : 0);
  }

  void sort_rows() {
    std::vector<std::uint32_t> order;
    for (std::uint32_t row = 0; row < request_.sources.count; ++row) {
      const std::uint32_t begin = shard_.row_begin[row];
      order.resize(shard_.row_begin[row + 1] - begin);
      std::iota(order.begin(), order.end(), begin);
      // Rows are filled in order of target, so a stable sort leaves targets ascending within a group.
      std::stable_sort(order.begin(), order.end(),
                       [&](std::uint32_t a, std::uint32_t b) { return delay_sign(a) < delay_sign(b); });
      permute(shard_.target, order, begin);
      if (!delays_.empty()) permute(delays_, order, begin);
      if (!shard_.weight32.empty()) permute(shard_.weight32, order, begin);
      if (!shard_.weight64.empty()) permute(shard_.weight64, order, begin);
    }
  }

  template <class T>
  static void permute(std::vector<T>& values, const std::vector<std::uint32_t>& order, std::uint32_t begin) {
    std::vector<T> sorted(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) sorted[i] = values[order[i]];
    std::copy(sorted.begin(), sorted.end(), values.begin() + begin);
  }

  // Calls start(i, key) for the first synapse of every group, whose key is its delay and sign, and end() after each row.
  // May overwrite delays_ up to i.
  template <class Start, class End>
  void for_each_group(Start start, End end) const {
    std::int64_t last = 0;
    for (std::uint32_t row = 0; row < request_.sources.count; ++row) {
      for (std::uint32_t i = shard_.row_begin[row]; i < shard_.row_begin[row + 1]; ++i) {
        const std::int64_t key = delay_sign(i);
        if (i == shard_.row_begin[row] || key != last) start(i, key);
        last = key;
      }
      end();
    }
  }

  // At worst every synapse is a group, and then the keys take as much memory as the delays: they are written over
  // them, so that a shard is never larger than when it is finished.
  void make_groups() {
    std::size_t groups = 0;
    for_each_group([&](std::uint32_t, std::int64_t) { ++groups; }, [] {});
    std::vector<std::int64_t> few(delays_.empty() ? groups : 0);
    std::vector<std::int64_t>& keys = delays_.empty() ? few : delays_;
    shard_.grouped = true;
    shard_.group_begin.reserve(groups + 1);
    shard_.row_group_begin.reserve(request_.sources.count + std::size_t{1});
    shard_.row_group_begin.push_back(0);
    for_each_group(
        [&](std::uint32_t i, std::int64_t key) {
          keys[shard_.group_begin.size()] = key;
          shard_.group_begin.push_back(i);
        },
        [&] { shard_.row_group_begin.push_back(static_cast<std::uint32_t>(shard_.group_begin.size())); });
    shard_.group_begin.push_back(shard_.row_begin.back());
    keys.resize(groups);
    if (groups <= keys.capacity() / 2) keys.shrink_to_fit();
    shard_.group_delay_sign = std::move(keys);
  }

  const ShardRequest& request_;
  Shard& shard_;
  const bool same_delay_;
  const bool same_weight_;
  std::vector<std::int64_t> delays_;  // ticks per synapse while building, empty where all are uniform_delay
};

}  // namespace

void build_shard(const ShardRequest& request, Shard& shard) { ShardBuilder(request, shard).build(); }

void add_statistics(const Shard& shard, Projection& projection) {
  if (shard.synapse_count() == 0) return;
  Delay smallest = shard.uniform_delay;
  Delay largest = shard.uniform_delay;
  std::uint64_t groups = shard.group_delay_sign.size();
  if (shard.grouped) {
    const auto [low, high] = std::minmax_element(shard.group_delay_sign.begin(), shard.group_delay_sign.end());
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
