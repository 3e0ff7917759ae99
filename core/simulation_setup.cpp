// What a simulation is made of: blocks with their inputs, multimeters. How it advances is in simulation.cpp.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "synop/core/drive_streams.hpp"
#include "synop/core/error.hpp"
#include "synop/core/simulation.hpp"

namespace synop {

namespace {

// The drives onto a block, inhibitory first. The neurons of a block are one group of a drive.
std::vector<DriveInput> drives_of(const Network& network, const Network::BlockRange& block) {
  std::vector<DriveInput> inputs;
  for (const bool excitatory : {false, true})
    for (std::uint32_t d = 0; d < network.drives().size(); ++d) {
      const Drive& drive = network.drives()[d];
      if ((drive.weight >= 0.0) != excitatory) continue;
      DriveGroup group = drive_group(network, d, block);
      if (group.stream != nullptr)
        inputs.emplace_back(std::move(group.stream), group.neurons.first - block.neurons.first, drive.weight, drive.delay);
    }
  return inputs;
}

std::vector<CurrentStep> steps_of(const Network& network, const Network::BlockRange& block) {
  std::vector<CurrentStep> steps;
  for (const Current& current : network.currents()) {
    const std::uint32_t first = std::max(current.step.neurons.first, block.neurons.first);
    const std::uint32_t end = std::min(current.step.neurons.end(), block.neurons.end());
    if (current.target != block.population || first >= end) continue;
    steps.push_back({current.step.time, {first - block.neurons.first, end - first}, current.step.amplitude});
  }
  std::stable_sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  return steps;
}

std::vector<CurrentInput> currents_of(const Network& network, const Network::BlockRange& block) {
  std::vector<CurrentInput> inputs;
  for (std::uint32_t c = 0; c < network.changing_currents().size(); ++c) {
    const ChangingCurrent& current = network.changing_currents()[c];
    const std::uint32_t first = std::max(current.targets.first, block.neurons.first);
    const std::uint32_t end = std::min(current.targets.end(), block.neurons.end());
    if (current.target != block.population || first >= end) continue;
    inputs.push_back({{first - block.neurons.first, end - first},
                      current.model->make_stream(network.seed(), c, first, end - first)});
  }
  return inputs;
}

// Weights of 4 MB, about what a core's private cache has; benchmarks/evaluation_benchmark.cpp tells what it decides.
constexpr std::uint64_t most_cached_synapses = std::uint64_t{1} << 20;

bool plastic_weights_fit_cache(const Network& network) {
  std::uint64_t synapses = 0;
  for (const Shard& shard : network.shards())
    if (network.projection(shard.projection).plasticity) synapses += shard.synapse_count();
  return synapses <= most_cached_synapses;
}

void add_incoming(const Network& network, BlockId id, std::uint32_t neurons, bool weights_fit_cache, Block& block) {
  for (const std::uint32_t s : network.shards_onto(id)) {
    const Shard& shard = network.shards()[s];
    const Projection& projection = network.projection(shard.projection);
    Incoming incoming;
    incoming.shard = &shard;
    if (projection.plasticity) {
      incoming.plasticity = projection.plasticity->make_state(shard, neurons, projection.split, weights_fit_cache);
      incoming.changes = true;
      incoming.weight32 = incoming.plasticity->weights();
    } else if (shard.weights == Shard::Weights::float32) {
      incoming.weight32 = shard.weight32.data();
    } else if (shard.weights == Shard::Weights::float64) {
      incoming.weight64 = shard.weight64.data();
    }
    block.incoming().push_back(std::move(incoming));
  }
}

}  // namespace

void Simulation::make_blocks() {
  blocks_of_.resize(network_.populations().size());
  const bool weights_fit_cache = plastic_weights_fit_cache(network_);
  for (std::uint32_t b = 0; b < network_.blocks().size(); ++b) {
    const Network::BlockRange& range = network_.blocks()[b];
    const Population& population = network_.population(range.population);
    blocks_.push_back(population.model->make_block({network_.seed(), range.population, range.neurons,
                                                    initial_potentials(network_, population, range.neurons),
                                                    drives_of(network_, range), steps_of(network_, range),
                                                    currents_of(network_, range)}));
    blocks_.back()->set_window(schedule_.window);
    add_incoming(network_, {b}, range.neurons.count, weights_fit_cache, *blocks_.back());
    blocks_of_[range.population.index].push_back(b);
  }
}

std::uint32_t Simulation::add_multimeter(PopulationId population, std::span<const std::uint32_t> neurons,
                                         Delay interval, Time start, Time stop) {
  const Population& p = network_.population(population);
  if (!p.model->accepts_input())
    throw Error(ErrorKind::model, fmt::format("population '{}' ({}) has no V_m to record", p.name, p.model->name()));
  blocks_[blocks_of_[population.index].front()]->value("V_m", 0, now_);  // throws if the model has none
  if (interval.ticks <= 0)
    throw Error(ErrorKind::model, fmt::format("a multimeter's interval of {} ms is outside the allowed range (0, inf)", interval.ms()));
  if (start < now_) throw Error(ErrorKind::usage, "a multimeter cannot start in the past");
  std::map<std::uint32_t, Multimeter::Part> parts;
  for (std::uint32_t column = 0; column < neurons.size(); ++column) {
    if (neurons[column] >= p.size)
      throw Error(ErrorKind::model, fmt::format("neuron {} of population '{}' is outside [0, {})", neurons[column], p.name, p.size));
    for (const std::uint32_t b : blocks_of_[population.index]) {
      const Slice range = blocks_[b]->neurons();
      if (neurons[column] < range.first || neurons[column] >= range.end()) continue;
      std::vector<Sampler>& samplers = blocks_[b]->samplers();
      auto [at, added] = parts.try_emplace(b, Multimeter::Part{b, static_cast<std::uint32_t>(samplers.size()), {}});
      if (added) samplers.push_back({interval, start, stop, {}, {}, {}});
      samplers[at->second.sampler].neurons.push_back(neurons[column] - range.first);
      at->second.columns.push_back(column);
    }
  }
  Multimeter multimeter{neurons.size(), start, {}};
  for (auto& [block, part] : parts) multimeter.parts.push_back(std::move(part));
  multimeters_.push_back(std::move(multimeter));
  return static_cast<std::uint32_t>(multimeters_.size() - 1);
}

void Simulation::restart_samplers(const Multimeter& multimeter) {
  for (const Multimeter::Part& part : multimeter.parts)
    blocks_[part.block]->samplers()[part.sampler].next = multimeter.start;
}

void Simulation::collect_samples() {
  std::vector<double> row;
  for (std::uint32_t m = 0; m < multimeters_.size(); ++m) {
    const Multimeter& multimeter = multimeters_[m];
    if (multimeter.parts.empty()) continue;
    const auto sampler_of = [&](const Multimeter::Part& part) -> Sampler& {
      return blocks_[part.block]->samplers()[part.sampler];
    };
    row.resize(multimeter.neurons);
    const std::vector<Time> times = sampler_of(multimeter.parts.front()).times;
    for (std::size_t k = 0; k < times.size(); ++k) {
      for (const Multimeter::Part& part : multimeter.parts)
        for (std::size_t i = 0; i < part.columns.size(); ++i)
          row[part.columns[i]] = sampler_of(part).values[k * part.columns.size() + i];
      for (Observer* const observer : observers_) observer->on_sample(m, times[k], row);
    }
    for (const Multimeter::Part& part : multimeter.parts) {
      sampler_of(part).times.clear();
      sampler_of(part).values.clear();
    }
  }
}

}  // namespace synop
