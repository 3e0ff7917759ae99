// What a network will need, and how its populations are cut accordingly.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/core/network_builder.hpp"

namespace synop {

double MemoryEstimate::total_bytes() const {
  double total = 0.0;
  for (const Part& part : parts) total += part.bytes;
  return total;
}

ExpectedRows NetworkBuilder::expected_rows(std::size_t index, const BuildOptions& options) const {
  const Pending& pending = pending_[index];
  const Projection& projection = network_.projections_[index];
  ExpectedRows rows;
  rows.synapses = pending.rule->expected_synapses(context(index));
  rows.per_row = rows.synapses / projection.sources.count;
  rows.both_signs =
      pending.rule->has_weights() ||
      ((projection.plasticity == nullptr || projection.plasticity->sign() == WeightSign::of_weight) && pending.weight.smallest() < 0.0 && pending.weight.largest() >= 0.0);
  rows.groups = expected_groups(pending.delay, rows.both_signs, options.delay_resolution, rows.per_row);
  return rows;
}

// The neurons of a population's blocks, but for the last.
std::uint32_t NetworkBuilder::largest_block(std::size_t population, const BuildOptions& options) const {
  const std::uint32_t neurons = network_.populations_[population].size;
  std::vector<ExpectedRows> incoming;
  bool plastic = false;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (network_.projections_[i].target.index != population) continue;
    incoming.push_back(expected_rows(i, options));
    plastic = plastic || network_.projections_[i].plasticity != nullptr;
  }
  const std::uint32_t size = options.block_size != 0 ? std::min(neurons, options.block_size)
                                                     : block_size(neurons, block_count(neurons, incoming));
  return plastic ? std::min(size, largest_narrow_block) : size;  // learning reads 16-bit targets
}

MemoryEstimate NetworkBuilder::estimate(const BuildOptions& options) const {
  MemoryEstimate estimate;
  std::vector<double> block;  // neurons of a block, per population
  for (std::size_t p = 0; p < network_.populations_.size(); ++p) {
    const Population& population = network_.populations_[p];
    block.push_back(largest_block(p, options));
    estimate.parts.push_back({fmt::format("population {}", population.name), 0.0,
                              static_cast<double>(population.size) *
                                  static_cast<double>(population.model->bytes_per_neuron())});
  }
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const Pending& pending = pending_[i];
    const Projection& projection = network_.projections_[i];
    const ExpectedRows expected = expected_rows(i, options);
    const double blocks = std::ceil(projection.targets.count / block[projection.target.index]);
    const double rows = static_cast<double>(projection.sources.count) * blocks;
    if (pending.procedural) {  // out-degrees, and which rows are empty
      estimate.parts.push_back({fmt::format("projection {}", projection.name), expected.synapses,
                                static_cast<double>(pending.rule->bytes()) + 4.0 * projection.sources.count + rows / (expected.both_signs ? 4.0 : 8.0), std::max(1.0, expected.per_row / blocks)});
      continue;
    }
    // At worst every synapse is a group of its own.
    const double groups =
        std::min(expected.synapses, rows * expected_groups(pending.delay, expected.both_signs, options.delay_resolution,
                                                           expected.per_row / blocks));
    const bool one_group = !expected.both_signs && pending.delay.kind == Distribution::constant;
    const bool own_groups = groups > 0.9 * expected.synapses;
    double each = block[projection.target.index] <= largest_narrow_block ? 2.0 : 4.0;
    if (pending.weight.kind != Distribution::Kind::constant) each += pending.double_precision ? 8.0 : 4.0;
    if (projection.plasticity) each += projection.plasticity->bytes_per_synapse();
    double bytes = expected.synapses * each + rows * (one_group ? 4.0 : 8.0);
    if (!one_group) bytes += own_groups ? 8.0 * expected.synapses : 6.0 * groups;
    estimate.parts.push_back({fmt::format("projection {}", projection.name), expected.synapses, bytes,
                              groups > 0.0 ? std::max(1.0, expected.synapses / groups) : 1.0});
  }
  return estimate;
}

void NetworkBuilder::refuse_if_too_large(const BuildOptions& options) const {
  const std::uint64_t limit = options.memory_limit != 0 ? options.memory_limit : available_memory();
  const MemoryEstimate needed = estimate(options);
  if (needed.total_bytes() <= static_cast<double>(limit)) return;
  const auto largest = std::max_element(needed.parts.begin(), needed.parts.end(),
                                        [](const auto& a, const auto& b) { return a.bytes < b.bytes; });
  throw Error(ErrorKind::memory,
              fmt::format("the network needs about {:.3g} GB and {:.3g} GB are available; the largest part is {} with "
                          "{:.3g} GB ({:.3g} synapses)",
                          needed.total_bytes() * 1e-9, static_cast<double>(limit) * 1e-9, largest->name,
                          largest->bytes * 1e-9, largest->synapses));
}

}  // namespace synop
