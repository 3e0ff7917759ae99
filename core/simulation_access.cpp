// What a simulation is made of and what can be read from it; how it advances is in simulation.cpp.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/sampling.hpp"
#include "synop/core/simulation.hpp"
#include "synop/core/vectorised.hpp"

namespace synop {

namespace {

std::vector<double> initial_potentials(const Network& network, const Population& population, Slice neurons) {
  std::vector<double> potentials;
  if (!population.potential) return potentials;
  potentials.reserve(neurons.count);
  for (std::uint32_t i = neurons.first; i < neurons.end(); ++i) {
    RandomStream random(network.seed(), Purpose::initial_state, population.first_id + i);
    potentials.push_back(sample(*population.potential, random, i));
  }
  return potentials;
}

// The drives onto a block, inhibitory first. Blocks are single groups of a drive's neurons.
std::vector<DriveInput> drives_of(const Network& network, const Network::BlockRange& block) {
  std::vector<DriveInput> inputs;
  for (const bool excitatory : {false, true})
    for (std::uint32_t d = 0; d < network.drives().size(); ++d) {
      const Drive& drive = network.drives()[d];
      const std::uint32_t first = std::max(drive.targets.first, block.neurons.first);
      const std::uint32_t end = std::min(drive.targets.end(), block.neurons.end());
      if (drive.target != block.population || (drive.weight >= 0.0) != excitatory || first >= end) continue;
      inputs.emplace_back(
          drive.model->make_stream(network.seed(), d, block.neurons.first / drive_group_size, end - first),
          first - block.neurons.first, drive.weight, drive.delay);
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

void add_incoming(const Network& network, BlockId id, std::uint32_t neurons, Block& block) {
  for (const std::uint32_t s : network.shards_onto(id)) {
    const Shard& shard = network.shards()[s];
    const Projection& projection = network.projection(shard.projection);
    Incoming incoming;
    incoming.shard = &shard;
    if (projection.plasticity) {
      incoming.plasticity = projection.plasticity->make_state(shard, neurons, projection.split);
      incoming.weight32 = incoming.plasticity->weights();
    } else if (shard.weights == Shard::Weights::float32) {
      incoming.weight32 = shard.weight32.data();
    } else if (shard.weights == Shard::Weights::float64) {
      incoming.weight64 = shard.weight64.data();
    }
    block.incoming().push_back(std::move(incoming));
  }
}

// Two passes over the weights of consecutive targets, in loops without indices.
SYNOP_VECTORISED void add_to(const float* weights, std::size_t n, double* sum) {
  for (std::size_t i = 0; i < n; ++i) sum[i] += static_cast<double>(weights[i]);
}
SYNOP_VECTORISED void scale_by(const double* scale, std::size_t n, double largest, float* weights) {
  for (std::size_t i = 0; i < n; ++i) {
    double w = static_cast<double>(weights[i]) * scale[i];
    w = w < largest ? w : largest;
    weights[i] = static_cast<float>(w > -largest ? w : -largest);
  }
}

// Calls visit(first synapse, number, first target) for stretches of consecutive targets: groups of dense rows, else
// single synapses.
template <class Visit>
void for_each_stretch(const Shard& shard, Visit visit) {
  if (!shard.contiguous) {
    for (std::uint32_t i = 0; i < shard.synapse_count(); ++i) visit(i, 1, shard.target[i]);
    return;
  }
  for (std::uint32_t row = 0; row < shard.sources.count; ++row)
    for (std::uint32_t g = 0; g < shard.group_count(row); ++g) {
      const Shard::Group group = shard.group(row, g);
      visit(group.begin, group.size(), shard.target[group.begin]);
    }
}

void normalize(const Shard& shard, std::size_t targets, double total, double largest, std::vector<float>& weights) {
  std::vector<double> scale(targets);
  for_each_stretch(shard, [&](std::uint32_t i, std::size_t n, std::uint32_t target) {
    add_to(weights.data() + i, n, scale.data() + target);
  });
  for (double& s : scale) s = s != 0.0 ? total / s : 0.0;
  for_each_stretch(shard, [&](std::uint32_t i, std::size_t n, std::uint32_t target) {
    scale_by(scale.data() + target, n, largest, weights.data() + i);
  });
}

}  // namespace

void Simulation::make_blocks() {
  blocks_of_.resize(network_.populations().size());
  for (std::uint32_t b = 0; b < network_.blocks().size(); ++b) {
    const Network::BlockRange& range = network_.blocks()[b];
    const Population& population = network_.population(range.population);
    blocks_.push_back(population.model->make_block({network_.seed(), range.population, range.neurons,
                                                    initial_potentials(network_, population, range.neurons),
                                                    drives_of(network_, range), steps_of(network_, range)}));
    blocks_.back()->set_window(schedule_.window);
    add_incoming(network_, {b}, range.neurons.count, *blocks_.back());
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

bool Simulation::has_variable(PopulationId population, std::string_view variable) const {
  try {
    blocks_[blocks_of_[population.index].front()]->value(variable, 0, now_);
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::vector<double> Simulation::values(PopulationId population, std::string_view variable) const {
  std::vector<double> values;
  for (const std::uint32_t b : blocks_of_[population.index])
    for (std::uint32_t i = 0; i < blocks_[b]->neurons().count; ++i)
      values.push_back(blocks_[b]->value(variable, i, now_));
  return values;
}

void Simulation::set_values(PopulationId population, std::string_view variable, std::span<const double> values) {
  const Population& p = network_.population(population);
  if (values.size() != p.size)
    throw Error(ErrorKind::usage, fmt::format("{} values of '{}' are given for the {} neurons of '{}'", values.size(), variable, p.size, p.name));
  std::size_t next = 0;
  for (const std::uint32_t b : blocks_of_[population.index])
    for (std::uint32_t i = 0; i < blocks_[b]->neurons().count; ++i)
      blocks_[b]->set_value(variable, i, values[next++], now_);
}

Simulation::SynapseView Simulation::synapses(ProjectionId projection) const {
  SynapseView view;
  const Projection& p = network_.projection(projection);
  for (const auto& block : blocks_)
    for (Incoming& incoming : block->incoming()) {
      const Shard& shard = *incoming.shard;
      if (shard.projection != projection) continue;
      const std::vector<float> current = incoming.plasticity ? plastic_weights(*block, incoming) : std::vector<float>{};
      for (std::uint32_t row = 0; row < shard.sources.count; ++row)
        for (std::uint32_t i = shard.row_begin[row]; i < shard.row_begin[row + 1]; ++i) {
          view.sources.push_back(p.sources.first + row);
          view.targets.push_back(block->neurons().first + shard.target[i]);
          view.weights.push_back(incoming.plasticity ? static_cast<double>(current[i]) : shard.weight(i));
        }
    }
  return view;
}

void Simulation::set_value(PopulationId population, std::string_view variable, double value) {
  for (const std::uint32_t b : blocks_of_[population.index]) blocks_[b]->set_value(variable, 0, value, now_);
}

void Simulation::normalize_weights(ProjectionId projection, double total) {
  const Projection& p = network_.projection(projection);
  if (!p.plasticity)
    throw Error(ErrorKind::model, fmt::format("projection '{}' is not plastic; its weights cannot be normalised", p.name));
  const double largest = static_cast<float>(p.plasticity->largest_weight());
  for (const auto& block : blocks_)
    for (Incoming& incoming : block->incoming()) {
      if (incoming.shard->projection != projection) continue;
      std::vector<float> weights = plastic_weights(*block, incoming);
      normalize(*incoming.shard, block->neurons().count, total, largest, weights);
      incoming.plasticity->restart(weights);
    }
}

void Simulation::set_weights(ProjectionId projection, std::span<const double> weights) {
  const Projection& p = network_.projection(projection);
  if (!p.plasticity || weights.size() != p.synapses || now_ != Time{})
    throw Error(ErrorKind::usage,
                fmt::format("the weights of projection '{}' can be set at time 0, if its synapses are plastic, to {} values "
                            "(given: {} values at {} ms)",
                            p.name, p.synapses, weights.size(), now_.ms()));
  for (const double w : weights) p.plasticity->check_weight(w);
  std::size_t first = 0;
  for (const auto& block : blocks_)
    for (Incoming& incoming : block->incoming()) {
      if (incoming.shard->projection != projection) continue;
      const auto part = weights.subspan(first, incoming.shard->synapse_count());
      incoming.plasticity->restart(std::vector<float>(part.begin(), part.end()));
      first += part.size();
    }
}

ProjectionCounters Simulation::counters(ProjectionId projection) const {
  ProjectionCounters total;
  const Population& target = network_.population(network_.projection(projection).target);
  for (const auto& block : blocks_)
    for (const Incoming& incoming : block->incoming()) {
      const Shard& shard = *incoming.shard;
      if (shard.projection != projection) continue;
      ProjectionCounters c = incoming.counters;
      if (incoming.plasticity) {
        c.plastic_pre = incoming.plasticity->pre_updates();
        c.plastic_post = incoming.plasticity->post_updates();
      }
      const std::uint64_t weight = incoming.weight32 != nullptr ? 4 : incoming.weight64 != nullptr ? 8 : 0;
      c.bytes_touched = c.deliveries * (sizeof(std::uint16_t) + weight + target.model->bytes_per_delivery()) +
                        (c.plastic_pre + c.plastic_post) * 8;
      total += c;
    }
  return total;
}

PopulationCounters Simulation::counters(PopulationId population) const {
  PopulationCounters total;
  for (const std::uint32_t b : blocks_of_[population.index]) total += blocks_[b]->counters();
  return total;
}

void Simulation::reset_counters() {
  for (const auto& block : blocks_) {
    block->counters() = {};
    for (Incoming& incoming : block->incoming()) {
      incoming.counters = {};
      if (incoming.plasticity) incoming.plasticity->reset_counters();
    }
  }
  std::fill(sent_.begin(), sent_.end(), 0);
}

std::uint64_t Simulation::in_flight(ProjectionId projection) const {
  std::uint64_t synapses = 0;
  for (const auto& block : blocks_) {
    const std::vector<Incoming>& incoming = block->incoming();
    block->queue().for_each([&](const Delivery& d, bool whole_rest_of_row) {
      const Shard& shard = *incoming[d.shard()].shard;
      if (shard.projection != projection) return;
      const Shard::Group group = shard.group(d.row, d.group);
      synapses += (whole_rest_of_row ? shard.row_begin[d.row + 1] : group.end) - group.begin;
    });
    for (const Incoming& in : incoming) {
      if (in.shard->projection != projection) continue;
      const SpikeLog& log = logs_[network_.projection(projection).source.index];
      for (std::uint64_t n = in.spikes_read; n < log.end(); ++n) {
        const std::uint32_t row = log.spikes[n - log.first].neuron - in.shard->sources.first;
        if (row < in.shard->sources.count) synapses += in.shard->row_begin[row + 1] - in.shard->row_begin[row];
      }
    }
  }
  return synapses;
}

}  // namespace synop
