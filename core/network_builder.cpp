#include "synop/core/network_builder.hpp"

#include <algorithm>
#include <exception>

#include <fmt/format.h>
#include <omp.h>

#include "synop/core/detail/procedural_counts.hpp"
#include "synop/core/detail/shard_builder.hpp"
#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/core/schedule.hpp"

namespace synop {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::model, message); }

// The ends of what is drawn, where there are any, and all that is listed. Draws of a normal are checked one by one.
void check_weight_range(const std::string& where, const Distribution& weight) {
  for (const double end : {weight.smallest(), weight.largest()})
    if (std::isfinite(end) && !any_weight.contains(end))
      refuse(fmt::format("{}: weight = {} is outside the allowed range {}", where, end, any_weight.text()));
}

// A delay above 0 must not become 0, which is another thing: it orders populations.
void refuse_delay_below_a_tick(const std::string& where, const Distribution& delay) {
  const auto check = [&](double ms) {
    if (ms > 0.0 && ms < 0.5 * tick.ms())
      refuse(fmt::format("{}: a delay of {} ms is too short; allowed: 0, or from the shortest time that can be "
                         "represented, 1 ps = 1e-9 ms",
                         where, ms));
  };
  check(delay.smallest());
  check(delay.largest());
  if (delay.kind == Distribution::Kind::list)
    for (const double ms : delay.values) check(ms);
}

void refuse_if_interrupted(const BuildOptions& options) {
  if (options.interrupted && options.interrupted())
    throw Error(ErrorKind::interrupted, "interrupted while the network was being built");
}

}  // namespace

double MemoryEstimate::total_bytes() const {
  double total = 0.0;
  for (const Part& part : parts) total += part.bytes;
  return total;
}

NetworkBuilder::NetworkBuilder(std::uint64_t seed) { network_.seed_ = seed; }

PopulationId NetworkBuilder::add_population(std::string name, std::uint32_t size, std::unique_ptr<PopulationModel> model,
                                            std::optional<Distribution> potential) {
  if (size == 0) refuse(fmt::format("population '{}': size = 0 is outside the allowed range [1, 4294967295]", name));
  for (const Population& other : network_.populations_)
    if (other.name == name) refuse(fmt::format("there are two populations named '{}'", name));
  if (std::uint64_t{network_.neuron_count_} + size > std::numeric_limits<std::uint32_t>::max())
    refuse(fmt::format("population '{}': the network would have more than 2^32 - 1 neurons", name));
  model->check_size(size);
  if (potential) {
    potential->validate(fmt::format("population '{}': V_m", name));
    if (potential->kind == Distribution::Kind::list && potential->values.size() != size)
      refuse(fmt::format("population '{}': V_m lists {} values for {} neurons", name, potential->values.size(), size));
  }
  model->settle({name, network_.seed_, network_.neuron_count_, size});
  const auto id = static_cast<std::uint32_t>(network_.populations_.size());
  network_.populations_.push_back({std::move(name), size, network_.neuron_count_, std::move(model), std::move(potential)});
  network_.neuron_count_ += size;
  return {id};
}

void NetworkBuilder::set_positions(PopulationId id, Positions positions) {
  const Slice all = checked_slice(id);
  Population& population = network_.populations_[id.index];
  const std::string what = fmt::format("population '{}': positions", population.name);
  positions.validate(what.c_str(), all.count);
  if (population.positions != nullptr) refuse(fmt::format("{} are given twice", what));
  population.positions = std::make_unique<const Positions>(std::move(positions));
}

std::uint32_t NetworkBuilder::first_id(PopulationId id) const {
  checked_slice(id);
  return network_.populations_[id.index].first_id;
}

// Stands for the values of a function of distance wherever only their range counts.
Distribution NetworkBuilder::range_over_distances(const std::string& where, const std::optional<DistanceFunction>& function,
                                                  const Distribution& otherwise, const Neurons& sources,
                                                  const Neurons& targets) const {
  if (!function) return otherwise;
  function->validate(where);
  const Positions* const from = network_.populations_[sources.population.index].positions.get();
  const Positions* const onto = network_.populations_[targets.population.index].positions.get();
  if (from == nullptr || onto == nullptr)
    refuse(fmt::format("{} by distance needs positions of both populations", where));
  if (!share_space(*from, *onto))
    refuse(fmt::format("{} by distance: the positions of the populations differ in dimensions or in their periodic box",
                       where));
  const double far = largest_distance(*from, *onto);
  return uniform(function->smallest_between(0.0, far), function->largest_between(0.0, far));
}

Slice NetworkBuilder::checked_slice(const Neurons& neurons) const {
  if (neurons.population.index >= network_.populations_.size())
    refuse(fmt::format("there is no population number {}", neurons.population.index));
  const Population& population = network_.populations_[neurons.population.index];
  const Slice slice = neurons.slice.value_or(Slice{0, population.size});
  if (slice.count == 0 || std::uint64_t{slice.first} + slice.count > population.size)
    refuse(fmt::format("neurons [{}, {}) of population '{}' are outside [0, {})", slice.first,
                       std::uint64_t{slice.first} + slice.count, population.name, population.size));
  return slice;
}

ConnectionContext NetworkBuilder::context(std::size_t index) const {
  const Projection& p = network_.projections_[index];
  return {.sources = p.sources.count,
          .targets = p.targets.count,
          .seed = network_.seed_,
          .projection = static_cast<std::uint32_t>(index),
          .same_population = p.source == p.target,
          .autapse_shift = static_cast<std::int64_t>(p.sources.first) - static_cast<std::int64_t>(p.targets.first),
          .source_positions = network_.populations_[p.source.index].positions.get(),
          .target_positions = network_.populations_[p.target.index].positions.get(),
          .source_first = p.sources.first,
          .target_first = p.targets.first};
}

ProjectionId NetworkBuilder::connect(const Neurons& sources, const Neurons& targets,
                                     std::unique_ptr<ConnectionRule> rule, Synapse synapse, std::string name) {
  const Slice from = checked_slice(sources);
  const Slice onto = checked_slice(targets);
  const Population& target = network_.populations_[targets.population.index];
  if (name.empty()) name = network_.populations_[sources.population.index].name + "_" + target.name;
  for (const Projection& other : network_.projections_)
    if (other.name == name) refuse(fmt::format("there are two projections named '{}'", name));
  const std::string where = fmt::format("projection '{}'", name);
  if (!target.model->accepts_input())
    refuse(fmt::format("{}: population '{}' ({}) accepts no input", where, target.name, target.model->name()));
  synapse.weight =
      range_over_distances(where + ": weight", synapse.weight_of_distance, synapse.weight, sources, targets);
  synapse.delay = range_over_distances(where + ": delay", synapse.delay_of_distance, synapse.delay, sources, targets);
  synapse.weight.validate(where + ": weight");
  check_weight_range(where, synapse.weight);
  synapse.delay.validate(where + ": delay");
  if (synapse.delay.smallest() < 0.0)
    refuse(fmt::format("{}: delays down to {} ms are possible; allowed [0, inf) (give 'low')", where, synapse.delay.smallest()));
  refuse_delay_below_a_tick(where, synapse.delay);
  if (synapse.plasticity != nullptr && synapse.double_precision)
    refuse(fmt::format("{}: the weights of plastic synapses are stored as float", where));
  if (!unit_interval.contains(synapse.split.dendritic_fraction))
    refuse(fmt::format("{}: dendritic_fraction = {} is outside the allowed range {}", where,
                       synapse.split.dendritic_fraction, unit_interval.text()));
  const auto id = static_cast<std::uint32_t>(network_.projections_.size());
  const bool procedural = synapse.procedural || rule->has_weights();
  network_.projections_.push_back({.name = std::move(name),
                                   .source = sources.population,
                                   .target = targets.population,
                                   .sources = from,
                                   .targets = onto,
                                   .plasticity = std::move(synapse.plasticity),
                                   .split = synapse.split,
                                   .smallest_delay = {},
                                   .largest_delay = {}});
  pending_.push_back({std::move(rule), std::move(synapse.weight), std::move(synapse.delay), synapse.double_precision,
                      procedural, synapse.weight_of_distance, synapse.delay_of_distance});
  try {
    check_rule(id);
    pending_[id].rule->prepare(context(id));
    if (procedural) check_procedural(id);
  } catch (...) {  // a refused projection leaves nothing behind
    network_.projections_.pop_back();
    pending_.pop_back();
    throw;
  }
  return {id};
}

void NetworkBuilder::check_rule(std::size_t index) const {
  const Pending& pending = pending_[index];
  const ConnectionContext ctx = context(index);
  pending.rule->check(ctx);
  const std::string where = fmt::format("projection '{}'", network_.projections_[index].name);
  for (const Distribution* list : {&pending.weight, &pending.delay}) {
    if (list->kind != Distribution::Kind::list) continue;
    if (!pending.rule->list_position(ctx, 0, 0))
      refuse(fmt::format("{}: values cannot be listed for {}, whose synapses have no fixed number or order", where, pending.rule->name()));
    const auto expected = static_cast<std::uint64_t>(pending.rule->expected_synapses(ctx));
    if (list->values.size() != expected)
      refuse(fmt::format("{}: {} values are listed for {} synapses", where, list->values.size(), expected));
  }
}

// What is generated at every spike cannot differ from synapse to synapse, nor change.
void NetworkBuilder::check_procedural(std::size_t index) const {
  const Pending& pending = pending_[index];
  const Projection& projection = network_.projections_[index];
  const auto refuse_value = [&](std::string_view key, std::string_view value, std::string_view allowed) {
    refuse(fmt::format("projection '{}': {} = {} with procedural synapses; allowed: {}", projection.name, key, value,
                       allowed));
  };
  if (!pending.rule->has_rows())
    refuse_value("rule", pending.rule->name(),
                 "rules that say which targets a source has, as all_to_all, one_to_one, fixed_outdegree, pairwise_bernoulli and pairwise_poisson do");
  if (pending.weight.kind != Distribution::constant)
    refuse_value("weight", kind_name(pending.weight.kind), "one weight for all of them");
  if (pending.rule->has_weights() && pending.weight.a != 1.0)
    refuse(fmt::format("projection '{}': weight = {} beside those of the rule {}; allowed: 1", projection.name,
                       pending.weight.a, pending.rule->name()));
  if (pending.delay.kind != Distribution::constant)
    refuse_value("delay", kind_name(pending.delay.kind), "one delay for all of them");
  if (projection.plasticity) refuse_value("synapse", projection.plasticity->name(), "static synapses");
}

void NetworkBuilder::drive(const Neurons& targets, std::unique_ptr<DriveModel> model, double weight, Delay delay,
                           std::string name) {
  const Slice slice = checked_slice(targets);
  const Population& target = network_.populations_[targets.population.index];
  if (name.empty()) name = fmt::format("{}_{}", model->name(), target.name);
  if (!target.model->accepts_input())
    refuse(fmt::format("drive '{}': population '{}' ({}) accepts no input", name, target.name, target.model->name()));
  if (!any_weight.contains(weight))
    refuse(fmt::format("drive '{}': weight = {} is outside the allowed range {}", name, weight, any_weight.text()));
  if (delay.ticks < 0) refuse(fmt::format("drive '{}': delay = {} ms is negative", name, delay.ms()));
  model->settle(slice);
  network_.drives_.push_back({std::move(name), targets.population, slice, std::move(model), weight, delay});
}

void NetworkBuilder::add_current(const Neurons& targets, double amplitude, Time start, Time stop) {
  const Slice slice = checked_slice(targets);
  const Population& target = network_.populations_[targets.population.index];
  if (!any_current.contains(amplitude))
    refuse(fmt::format("a current of {} pA is outside the allowed range {}", amplitude, any_current.text()));
  if (start < Time{} || stop < start)
    refuse(fmt::format("a current from {} ms to {} ms: allowed 0 <= start <= stop", start.ms(), stop.ms()));
  if (!target.model->accepts_input())
    refuse(fmt::format("population '{}' ({}) accepts no current", target.name, target.model->name()));
  if (target.model->weight_unit().empty())
    refuse(fmt::format("population '{}' ({}) has no membrane that a current could charge", target.name, target.model->name()));
  network_.currents_.push_back({targets.population, {start, slice, amplitude}});
  if (stop != Time::never()) network_.currents_.push_back({targets.population, {stop, slice, -amplitude}});
}

void NetworkBuilder::add_current(const Neurons& targets, std::unique_ptr<CurrentModel> model) {
  const Slice slice = checked_slice(targets);
  const Population& target = network_.populations_[targets.population.index];
  if (!target.model->accepts_input())
    refuse(fmt::format("population '{}' ({}) accepts no current", target.name, target.model->name()));
  network_.changing_currents_.push_back({targets.population, slice, std::move(model)});
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
  if (options.block_size != 0) return std::min(neurons, options.block_size);
  std::vector<ExpectedRows> incoming;
  bool plastic = false;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (network_.projections_[i].target.index != population) continue;
    incoming.push_back(expected_rows(i, options));
    plastic = plastic || network_.projections_[i].plasticity != nullptr;
  }
  const std::uint32_t size = block_size(neurons, block_count(neurons, incoming));
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
