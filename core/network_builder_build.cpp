// From the description of a network to its blocks and synapses.
#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <omp.h>

#include "synop/core/detail/procedural_counts.hpp"
#include "synop/core/detail/shard_builder.hpp"
#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/schedule.hpp"

namespace synop {

namespace {

void refuse_if_interrupted(const BuildOptions& options) {
  if (options.interrupted && options.interrupted())
    throw Error(ErrorKind::interrupted, "interrupted while the network was being built");
}

}  // namespace

void NetworkBuilder::cut_blocks(const BuildOptions& options) {
  for (std::uint32_t p = 0; p < network_.populations_.size(); ++p) {
    const std::uint32_t most = largest_block(p, options);
    const std::uint32_t size = network_.populations_[p].size;
    for (std::uint64_t first = 0; first < size; first += most)
      network_.blocks_.push_back({{p}, {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(std::min<std::uint64_t>(most, size - first))}});
  }
}

void NetworkBuilder::build_shards(const BuildOptions& options) {
  std::vector<detail::ShardRequest> requests;
  for (std::uint32_t i = 0; i < pending_.size(); ++i) {
    const Projection& projection = network_.projections_[i];
    for (std::uint32_t b = 0; b < network_.blocks_.size(); ++b) {
      const Network::BlockRange& block = network_.blocks_[b];
      const std::uint32_t first = std::max(block.neurons.first, projection.targets.first);
      const std::uint32_t end = std::min(block.neurons.end(), projection.targets.end());
      if (block.population != projection.target || first >= end) continue;
      requests.push_back({context(i), pending_[i].rule.get(), &pending_[i].weight, &pending_[i].delay,
                          options.delay_resolution, pending_[i].double_precision, projection.plasticity.get(),
                          projection.sources, {first, end - first}, projection.targets.first, block.neurons,
                          pending_[i].procedural, pending_[i].weight_of_distance, pending_[i].delay_of_distance,
                          [&options] { refuse_if_interrupted(options); }});
      Shard shard;
      shard.projection = {i};
      shard.block = {b};
      network_.shards_.push_back(std::move(shard));
    }
  }
  std::exception_ptr failure;
  const auto count = static_cast<std::int64_t>(requests.size());
  std::int64_t failed = count;  // the first one, whatever the threads
  const auto keep = [&](std::int64_t i, const std::exception_ptr& exception) {
#pragma omp critical(synop_build_failure)
    if (i < failed) failed = i, failure = exception;
  };
  const auto projection_of = [&](std::int64_t i) -> const std::string& {
    return network_.projections_[network_.shards_[static_cast<std::size_t>(i)].projection.index].name;
  };
  const int threads = resolved_threads(options.threads);
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (std::int64_t i = 0; i < count; ++i) {
    try {
      refuse_if_interrupted(options);
      build_shard(requests[static_cast<std::size_t>(i)], network_.shards_[static_cast<std::size_t>(i)]);
    } catch (const Error& error) {
      keep(i, std::make_exception_ptr(
                  Error(error.kind(), fmt::format("projection '{}': {}", projection_of(i), error.what()))));
    } catch (...) {
      keep(i, std::current_exception());
    }
  }
  if (failure) std::rethrow_exception(failure);
}

void NetworkBuilder::count_procedural(const BuildOptions& options) {
  const std::span<Shard> shards = network_.shards_;
  const int threads = resolved_threads(options.threads);
  for (std::uint32_t i = 0; i < pending_.size(); ++i) {
    if (!pending_[i].procedural) continue;
    refuse_if_interrupted(options);
    const auto of_projection = [&](const Shard& shard) { return shard.projection.index == i; };
    const auto first = std::find_if(shards.begin(), shards.end(), of_projection);
    const auto end = std::find_if_not(first, shards.end(), of_projection);
    detail::count_procedural({first, end}, threads, network_.projections_[i]);
    network_.projections_[i].rule = std::move(pending_[i].rule);
  }
}

void NetworkBuilder::refuse_zero_delay_cycles() const {
  std::vector<std::string> names;
  for (const Population& population : network_.populations_) names.push_back(population.name);
  std::vector<PopulationLink> zero_delays;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (pending_[i].delay.largest() >= 0.5 * tick.ms()) continue;
    if (pending_[i].rule->expected_synapses(context(i)) <= 0.0) continue;
    zero_delays.push_back({network_.projections_[i].source.index, network_.projections_[i].target.index});
  }
  refuse_zero_delay_cycle(names, zero_delays);
}

Network NetworkBuilder::build(const BuildOptions& options) {
  refuse_zero_delay_cycles();
  refuse_if_too_large(options);
  cut_blocks(options);
  build_shards(options);
  network_.shards_onto_.resize(network_.blocks_.size());
  network_.shards_from_.resize(network_.populations_.size());
  for (std::uint32_t s = 0; s < network_.shards_.size(); ++s) {
    const Shard& shard = network_.shards_[s];
    Projection& projection = network_.projections_[shard.projection.index];
    network_.shards_onto_[shard.block.index].push_back(s);
    network_.shards_from_[projection.source.index].push_back(s);
    detail::add_statistics(shard, projection);
  }
  count_procedural(options);
  pending_.clear();
  return std::exchange(network_, Network{});
}

}  // namespace synop
