#include "synop/core/block_sizes.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace synop {

namespace {

constexpr double least_block = 4096.0;
constexpr double least_group = 16.0;   // below it bookkeeping costs more than the synapses
constexpr double fair_group = 64.0;
constexpr double large_group = 128.0;
constexpr double blocks_for_threads = 8.0;

double spread(const Distribution& delay) {
  double most_low = delay.a - 2.0 * delay.b, most_high = delay.a + 2.0 * delay.b;  // almost all draws lie between them
  if (delay.kind == Distribution::uniform || delay.kind == Distribution::uniform_int) return delay.b - delay.a;
  if (delay.kind == Distribution::exponential) most_low = 0.0, most_high = 3.0 * delay.a;
  if (delay.kind == Distribution::lognormal) most_low = std::exp(most_low), most_high = std::exp(most_high);
  return std::max(0.0, std::min(delay.high, most_high) - std::max({delay.low, most_low, 0.0}));
}

double different_delays(const Distribution& delay, std::optional<Delay> resolution, double per_row) {
  switch (delay.kind) {
    case Distribution::constant:
      return 1.0;
    case Distribution::list: {  // a sample of the list tells whether few values occur
      constexpr std::size_t enough = 1024;
      const std::size_t n = std::min(delay.values.size(), enough);
      const std::set<double> seen(delay.values.begin(), delay.values.begin() + static_cast<std::ptrdiff_t>(n));
      return seen.size() * 2 > n ? per_row : static_cast<double>(seen.size());
    }
    case Distribution::uniform_int:
      return delay.b - delay.a + 1.0;
    default:
      return resolution ? spread(delay) / resolution->ms() + 1.0 : per_row;
  }
}

}  // namespace

double expected_groups(const Distribution& delay, bool both_signs, std::optional<Delay> resolution, double per_row) {
  const double groups = different_delays(delay, resolution, per_row) * (both_signs ? 2.0 : 1.0);
  return std::clamp(groups, 1.0, std::max(1.0, per_row));
}

std::uint32_t block_count(std::uint32_t neurons, std::span<const ExpectedRows> incoming) {
  // The group of an average synapse. Where nearly every synapse is a group of its own the rows should be long instead.
  double synapses = 0.0;
  double group_sizes = 0.0;
  for (const ExpectedRows& rows : incoming) {
    const double group = rows.per_row / rows.groups;
    synapses += rows.synapses;
    group_sizes += rows.synapses * (group < 4.0 ? std::max(group, rows.per_row / 4.0) : group);
  }
  const double most = std::ceil(neurons / least_block);
  if (synapses <= 0.0) return static_cast<std::uint32_t>(most);
  const double group = group_sizes / synapses;
  const double narrow = std::ceil(neurons / double{largest_narrow_block});
  const double affordable = std::max(group / fair_group, group / least_group >= narrow ? narrow : 1.0);
  const double wanted = std::max({blocks_for_threads, group / large_group, narrow});
  return static_cast<std::uint32_t>(std::max(1.0, std::min({most, std::ceil(wanted), std::floor(affordable)})));
}

}  // namespace synop
