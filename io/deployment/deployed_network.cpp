#include "synop/io/deployment/deployed_network.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/deployment/arithmetic.hpp"
#include "synop/io/deployment/detail/narrow.hpp"

namespace synop {

namespace {

std::uint32_t bytes_of_bits(std::uint32_t bits) {
  return (bits + 7) / 8;
}

bool bit(const std::byte* bits, std::uint32_t i) {
  return (bits[i / 8] >> (i % 8) & std::byte{1}) != std::byte{0};
}

// The refractory counters of a population, of one or two bytes.
struct Counters {
  std::byte* data;
  std::uint32_t width;

  std::uint32_t get(std::uint32_t i) const { return width == 0 ? 0 : Narrow{data, width}[i]; }
  void set(std::uint32_t i, std::uint32_t value) const {
    if (width == 1) data[i] = static_cast<std::byte>(value);
    const auto wide = static_cast<std::uint16_t>(value);
    if (width == 2) std::memcpy(data + 2 * std::size_t{i}, &wide, 2);
  }
};

// What arrives along a projection: one synapse after the other is added to its target.
template <class Weight, class State>
struct Arrivals {
  using A = Arithmetic<State>;

  const ProjectionRecord& p;
  const Weight* weights;  // of all synapses
  State* positive;        // variables of the first target of the slice that weights of either sign enter
  State* negative;
  std::uint32_t& saturations;

  void add(std::uint32_t target, Weight weight) const {
    State& x = weight < 0 ? negative[target] : positive[target];
    x = A::sum(x, A::input(weight, p.shift), saturations);
  }
  void add_the_one(std::uint32_t target) const {
    const State weight = A::value(p.weight);
    State& x = weight < 0 ? negative[target] : positive[target];
    x = A::sum(x, A::input(weight, 0), saturations);
  }
  // Targets [begin, end), whose weights begin at `first`.
  void add_range(std::uint32_t begin, std::uint32_t end, std::uint64_t first) const {
    for (std::uint32_t target = begin; target < end; ++target)
      if (p.one_weight)
        add_the_one(target);
      else
        add(target, weights[first + (target - begin)]);
  }
  void add_listed(Narrow targets, std::uint32_t begin, std::uint32_t end) const {
    for (std::uint32_t i = begin; i < end; ++i)
      if (p.one_weight)
        add_the_one(targets[i]);
      else
        add(targets[i], weights[i]);
  }
};

// One row of a projection, or of it the group with this delay.
template <class Weight, class State>
void deliver_row(const Arrivals<Weight, State>& arrivals, const std::byte* image, std::uint32_t row,
                 std::uint32_t delay) {
  const ProjectionRecord& p = arrivals.p;
  switch (static_cast<Connectivity>(p.connectivity)) {
    case Connectivity::dense:
      return arrivals.add_range(0, p.targets, std::uint64_t{row} * p.targets);
    case Connectivity::dense_without_self: {
      const std::uint64_t first = std::uint64_t{row} * (p.targets - 1);
      arrivals.add_range(0, row, first);
      return arrivals.add_range(row + 1, p.targets, first + row);
    }
    case Connectivity::rows:
      break;
  }
  const Narrow targets{image + p.target_indices, p.target_width}, rows{image + p.rows, p.row_width};
  if (p.grouped == 0) return arrivals.add_listed(targets, rows[row], rows[row + 1]);
  const Narrow begins{image + p.group_begins, p.group_width}, delays{image + p.group_delays, p.delay_width};
  for (std::uint32_t g = rows[row]; g < rows[row + 1]; ++g)
    if (delays[g] == delay) arrivals.add_listed(targets, begins[g], begins[g + 1]);
}

template <class T>
T* at(std::span<std::byte> ram, std::uint32_t offset) {
  return reinterpret_cast<T*>(ram.data() + offset);
}

}  // namespace

DeployedNetwork::DeployedNetwork(std::span<const std::byte> image, std::span<std::byte> ram)
    : image_(image), ram_(ram) {
  const bool whole = image.size() >= sizeof(ImageHeader);
  if (whole) header_ = header_of(image);
  if (!whole || header_.magic != ImageHeader::magic_number || header_.version != ImageHeader::current_version ||
      header_.image_bytes != image.size())
    throw Error(ErrorKind::input, "this is not the image of a deployed network, or of another version, or cut off");
  if (ram.size() < header_.ram_bytes)
    throw Error(ErrorKind::usage, fmt::format("a deployed network needs {} bytes for its state and was given {}",
                                              header_.ram_bytes, ram.size()));
  populations_ = reinterpret_cast<const PopulationRecord*>(image.data() + sizeof(ImageHeader));
  projections_ = reinterpret_cast<const ProjectionRecord*>(populations_ + header_.populations);
  order_ = reinterpret_cast<const std::uint16_t*>(image.data() + header_.order);
  restart();
}

std::byte* DeployedNetwork::spikes(std::uint32_t population, std::uint32_t step) const {
  const PopulationRecord& p = populations_[population];
  return ram_.data() + p.spikes + std::size_t{step % p.kept_steps} * bytes_of_bits(p.size);
}

void DeployedNetwork::set_spike(std::uint32_t population, std::uint32_t neuron) {
  spikes(population, run().steps)[neuron / 8] |= std::byte{1} << (neuron % 8);
}

bool DeployedNetwork::fired(std::uint32_t population, std::uint32_t neuron) const {
  return bit(spikes(population, run().steps - 1), neuron);
}

template <class State>
void DeployedNetwork::restart_as() {
  for (std::uint32_t k = 0; k < header_.populations; ++k) {
    const PopulationRecord& p = populations_[k];
    if (p.neurons == 0) continue;
    const auto* const initial = reinterpret_cast<const State*>(image_.data() + p.initials);
    State* const v = at<State>(ram_, p.potentials);
    for (std::uint32_t i = 0; i < p.size; ++i) v[i] = initial[p.own_initials != 0 ? i : 0];
  }
}

void DeployedNetwork::restart() {
  std::fill_n(ram_.data(), header_.ram_bytes, std::byte{});
  switch (static_cast<StateType>(header_.state)) {
    case StateType::int16:
      return restart_as<std::int16_t>();
    case StateType::int32:
      return restart_as<std::int32_t>();
    case StateType::float32:
      return restart_as<float>();
  }
}

double DeployedNetwork::potential(std::uint32_t population, std::uint32_t neuron) const {
  const std::uint32_t offset = populations_[population].potentials;
  switch (static_cast<StateType>(header_.state)) {
    case StateType::int16:
      return at<std::int16_t>(ram_, offset)[neuron];
    case StateType::int32:
      return at<std::int32_t>(ram_, offset)[neuron];
    case StateType::float32:
      break;
  }
  return static_cast<double>(at<float>(ram_, offset)[neuron]);
}

// What time alone does in a step: refractory times run down, potentials and currents decay. In the step in which its
// refractory time ends a neuron begins at the reset potential.
template <class State>
void DeployedNetwork::advance(const PopulationRecord& p) {
  using A = Arithmetic<State>;
  State* const v = at<State>(ram_, p.potentials);
  State* const ex = at<State>(ram_, p.excitatory);
  State* const in = at<State>(ram_, p.inhibitory);
  const Counters refractory{ram_.data() + p.refractory, p.refractory_width};
  std::uint32_t& saturations = run().saturations;
  for (std::uint32_t i = 0; i < p.size; ++i) {
    const std::uint32_t left = refractory.get(i);
    if (left > 0) {
      refractory.set(i, left - 1);
      v[i] = A::value(p.reset);
    } else {
      v[i] = A::scaled(v[i], p.decay);
    }
    if (p.currents == 0) continue;
    if (left == 0) {
      v[i] = A::sum(v[i], A::scaled(ex[i], p.current_gain[0]), saturations);
      v[i] = A::sum(v[i], A::scaled(in[i], p.current_gain[1]), saturations);
    }
    ex[i] = A::scaled(ex[i], p.current_decay[0]);
    in[i] = A::scaled(in[i], p.current_decay[1]);
  }
}

template <class Weight, class State>
void DeployedNetwork::deliver(const ProjectionRecord& p) {
  const PopulationRecord& target = populations_[p.target];
  const auto variables = [&](std::uint32_t of_current) {
    return at<State>(ram_, target.currents != 0 ? of_current : target.potentials) + p.first_target;
  };
  const Arrivals<Weight, State> arrivals{p, reinterpret_cast<const Weight*>(image_.data() + p.weights),
                                         variables(target.excitatory), variables(target.inhibitory), run().saturations};
  const Narrow delays{image_.data() + p.delays, p.delay_width};
  for (std::uint32_t k = 0; k < p.distinct_delays; ++k) {
    const std::uint32_t delay = p.grouped != 0 ? delays[k] : p.delay;
    if (delay > run().steps) continue;
    const std::byte* const bits = spikes(p.source, run().steps - delay);
    for (std::uint32_t row = 0; row < p.sources; ++row) {
      const std::uint32_t source = p.first_source + row;
      if (bits[source / 8] == std::byte{}) {
        row += 7 - source % 8;  // nobody in this byte
        continue;
      }
      if (bit(bits, source)) deliver_row(arrivals, image_.data(), row, delay);
    }
  }
}

// Neurons at their thresholds fire; those that are refractory do not, and stay where they are.
template <class State>
void DeployedNetwork::fire(std::uint32_t population) {
  using A = Arithmetic<State>;
  const PopulationRecord& p = populations_[population];
  std::byte* const bits = spikes(population, run().steps);
  std::fill_n(bits, bytes_of_bits(p.size), std::byte{});
  State* const v = at<State>(ram_, p.potentials);
  const auto* const thresholds = reinterpret_cast<const State*>(image_.data() + p.thresholds);
  const Counters refractory{ram_.data() + p.refractory, p.refractory_width};
  for (std::uint32_t i = 0; i < p.size; ++i) {
    if (refractory.get(i) > 0) {
      v[i] = A::value(p.reset);
      continue;
    }
    if (v[i] < thresholds[p.own_thresholds != 0 ? i : 0]) continue;
    bits[i / 8] |= std::byte{1} << (i % 8);
    v[i] = p.subtracts != 0 ? static_cast<State>(v[i] - A::value(p.reset)) : A::value(p.reset);
    refractory.set(i, p.refractory_steps);
  }
}

template <class Weight, class State>
void DeployedNetwork::step_as() {
  for (std::uint32_t n = 0; n < header_.populations; ++n) {
    const std::uint32_t population = order_[n];
    const PopulationRecord& p = populations_[population];
    if (p.neurons == 0) continue;
    if (run().steps > 0) advance<State>(p);
    for (std::uint32_t k = 0; k < header_.projections; ++k)
      if (projections_[k].target == population) deliver<Weight, State>(projections_[k]);
    fire<State>(population);
  }
  for (std::uint32_t population = 0; population < header_.populations; ++population) {
    const PopulationRecord& p = populations_[population];
    if (p.neurons == 0) std::fill_n(spikes(population, run().steps + 1), bytes_of_bits(p.size), std::byte{});
  }
  ++run().steps;
}

void DeployedNetwork::step() {
  const auto state = static_cast<StateType>(header_.state);
  switch (static_cast<WeightType>(header_.weights)) {
    case WeightType::int8:
      return state == StateType::int16 ? step_as<std::int8_t, std::int16_t>() : step_as<std::int8_t, std::int32_t>();
    case WeightType::int16:
      return state == StateType::int16 ? step_as<std::int16_t, std::int16_t>() : step_as<std::int16_t, std::int32_t>();
    case WeightType::float32:
      return step_as<float, float>();
  }
}

}  // namespace synop
