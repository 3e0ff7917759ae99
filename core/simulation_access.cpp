// What can be read from a simulation and set in it between runs: state, weights, counters.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/simulation.hpp"
#include "synop/core/vectorised.hpp"

namespace synop {

namespace {

// Two passes over the weights of consecutive targets, in loops without indices.
SYNOP_VECTORISED void add_to(const float* weights, std::size_t n, double* sum) {
  for (std::size_t i = 0; i < n; ++i) sum[i] += static_cast<double>(weights[i]);
}
SYNOP_VECTORISED void add_squares_to(const float* weights, std::size_t n, double* sum) {
  for (std::size_t i = 0; i < n; ++i) sum[i] += static_cast<double>(weights[i]) * static_cast<double>(weights[i]);
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
    for (std::uint32_t i = 0; i < shard.synapse_count(); ++i) visit(i, 1, shard.target_of(i));
    return;
  }
  for (std::uint32_t row = 0; row < shard.sources.count; ++row)
    for (std::uint32_t g = 0; g < shard.group_count(row); ++g) {
      const Shard::Group group = shard.group(row, g);
      visit(group.begin, group.size(), shard.target_of(group.begin));
    }
}

void normalize(const Shard& shard, std::size_t targets, WeightNorm norm, double size, double largest,
               std::vector<float>& weights) {
  std::vector<double> scale(targets);
  for_each_stretch(shard, [&](std::uint32_t i, std::size_t n, std::uint32_t target) {
    (norm == WeightNorm::sum ? add_to : add_squares_to)(weights.data() + i, n, scale.data() + target);
  });
  if (norm == WeightNorm::length)
    for (double& s : scale) s = std::sqrt(s);
  for (double& s : scale) s = s != 0.0 ? size / s : 0.0;
  for_each_stretch(shard, [&](std::uint32_t i, std::size_t n, std::uint32_t target) {
    scale_by(scale.data() + target, n, largest, weights.data() + i);
  });
}

void append_generated(const Shard& shard, std::uint32_t first_source, std::uint32_t first_target,
                      Simulation::SynapseView& view) {
  for (std::uint32_t row = 0; row < shard.sources.count; ++row)
    shard.procedural.for_each(row, shard.constant_weight, [&](std::uint32_t target, double weight) {
      view.sources.push_back(first_source + row);
      view.targets.push_back(first_target + target);
      view.weights.push_back(weight);
    });
}

}  // namespace

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
      if (shard.is_procedural()) {
        append_generated(shard, p.sources.first, block->neurons().first, view);
        continue;
      }
      const std::vector<float> current = incoming.plasticity ? plastic_weights(*block, incoming).weights : std::vector<float>{};
      for (std::uint32_t row = 0; row < shard.sources.count; ++row)
        for (std::uint32_t i = shard.row_begin[row]; i < shard.row_begin[row + 1]; ++i) {
          view.sources.push_back(p.sources.first + row);
          view.targets.push_back(block->neurons().first + shard.target_of(i));
          view.weights.push_back(incoming.plasticity ? static_cast<double>(current[i]) : shard.weight(i));
        }
    }
  return view;
}

void Simulation::round_spikes(Delay grid) {
  if (grid.ticks < 0) throw Error(ErrorKind::usage, fmt::format("spikes cannot be rounded to a grid of {} ms; allowed: [0, inf)", grid.ms()));
  spike_grid_ = grid;
}

void Simulation::set_value(PopulationId population, std::string_view variable, double value) {
  for (const std::uint32_t b : blocks_of_[population.index]) blocks_[b]->set_value(variable, 0, value, now_);
}

void Simulation::set_spikes(PopulationId population, std::span<const Spike> spikes) {
  const Population& p = network_.population(population);
  for (std::size_t i = 0; i < spikes.size(); ++i) {
    const Spike& spike = spikes[i];
    if (spike.neuron >= p.size || spike.time < now_ || (i > 0 && spike < spikes[i - 1]))
      throw Error(ErrorKind::usage,
                  fmt::format("spike {} given to '{}' is of neuron {} at {} ms; allowed: neurons in [0, {}), times from {} ms on, "
                              "sorted by time, then neuron",
                              i, p.name, spike.neuron, spike.time.ms(), p.size, now_.ms()));
  }
  for (const std::uint32_t b : blocks_of_[population.index]) blocks_[b]->set_spikes(spikes);
}

void Simulation::add_currents(PopulationId population, std::span<const double> amplitudes) {
  const Population& p = network_.population(population);
  if (amplitudes.size() != p.size)
    throw Error(ErrorKind::usage,
                fmt::format("{} currents are given for the {} neurons of '{}'", amplitudes.size(), p.size, p.name));
  const auto wrong = std::find_if_not(amplitudes.begin(), amplitudes.end(), [](double a) { return std::isfinite(a); });
  if (wrong != amplitudes.end())
    throw Error(ErrorKind::usage, fmt::format("the current of neuron {} of '{}' is {} pA; it must be finite",
                                              wrong - amplitudes.begin(), p.name, *wrong));
  for (const std::uint32_t b : blocks_of_[population.index]) {
    const Slice neurons = blocks_[b]->neurons();
    blocks_[b]->add_currents(amplitudes.subspan(neurons.first, neurons.count), now_);
  }
}

void Simulation::normalize_weights(ProjectionId projection, double size, WeightNorm norm) {
  const Projection& p = network_.projection(projection);
  if (!p.plasticity)
    throw Error(ErrorKind::model, fmt::format("projection '{}' is not plastic; its weights cannot be normalised", p.name));
  const double largest = static_cast<float>(p.plasticity->largest_weight());
  for (const auto& block : blocks_)
    for (Incoming& incoming : block->incoming()) {
      if (incoming.shard->projection != projection) continue;
      PlasticWeights now = plastic_weights(*block, incoming);
      normalize(*incoming.shard, block->neurons().count, norm, size, largest, now.weights);
      incoming.plasticity->restart(now.weights, now_, now.made);
    }
}

void Simulation::reward(ProjectionId projection, double amount) {
  const Projection& p = network_.projection(projection);
  if (!p.plasticity || !p.plasticity->takes_reward())
    throw Error(ErrorKind::usage, fmt::format("projection '{}' takes no reward: its synapses are of {}", p.name,
                                              p.plasticity ? p.plasticity->name() : "static_synapse"));
  if (!std::isfinite(amount))
    throw Error(ErrorKind::usage, fmt::format("a reward of {} for projection '{}' is not finite", amount, p.name));
  for (const auto& block : blocks_)
    for (Incoming& incoming : block->incoming())
      if (incoming.shard->projection == projection && incoming.changes) incoming.plasticity->on_reward(now_, amount);
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
      incoming.plasticity->restart(std::vector<float>(part.begin(), part.end()), now_, {});
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
        c.plastic_pre = incoming.plasticity->updates().pre;
        c.plastic_post = incoming.plasticity->updates().post;
      }
      const std::uint64_t weight = incoming.weight32 != nullptr ? 4 : incoming.weight64 != nullptr ? 8 : 0;
      const std::uint64_t index = shard.weighted ? 12 : shard.is_procedural() ? 0 : sizeof(std::uint16_t);  // 12: of the kernel
      c.bytes_touched = c.deliveries * (index + weight + target.model->bytes_per_delivery()) +
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
      if (shard.is_procedural()) {
        synapses += shard.generated_size(d.row, d.group, whole_rest_of_row && d.left > 0);
        return;
      }
      const Shard::Group group = shard.group_at(d.group);
      synapses += (whole_rest_of_row ? shard.row_begin[d.row + 1] : group.end) - group.begin;
    });
    for (const Incoming& in : incoming) {
      if (in.shard->projection != projection) continue;
      const SpikeLog& log = logs_[network_.projection(projection).source.index];
      for (std::uint64_t n = in.spikes_read; n < log.end(); ++n) {
        const std::uint32_t row = log.spikes[n - log.first].neuron - in.shard->sources.first;
        if (row < in.shard->sources.count) synapses += in.shard->row_size(row);
      }
    }
  }
  return synapses;
}

}  // namespace synop
