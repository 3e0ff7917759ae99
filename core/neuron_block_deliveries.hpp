#pragma once

#include "synop/core/neuron_block.hpp"

namespace synop {

// How a NeuronBlock hands the synapses of one delivery to its model.

template <NeuronModel M>
void NeuronBlock<M>::deliver_due(std::size_t position, const WindowPart& part) {
  // What is delivered soon is asked for now: where a group's synapses are, then the synapses.
  constexpr std::size_t far = 6, near = 3;
  if (position + far < due_.size()) {
    const Delivery& soon = due_[position + far];
    incoming_[soon.shard()].shard->prefetch_group(soon.group);
    const Delivery& next = due_[position + near];
    incoming_[next.shard()].shard->prefetch_synapses(next.group);
  }
  const Instant instant = due_instants_.at(dynamics_, due_times_.data(), position, due_times_.size(), part.horizon);
  if (has_singles_ && due_targets_[position] != no_target)
    deliver_group(instant, !due_[position].excitatory(), &due_targets_[position], ConstantWeight{due_weights_[position]}, 1);
  else
    deliver(due_[position], instant);
}

template <NeuronModel M>
void NeuronBlock<M>::deliver(const Delivery& delivery, const Instant& instant) {
  Incoming& incoming = incoming_[delivery.shard()];
  const Shard& shard = *incoming.shard;
  if (shard.is_procedural()) [[unlikely]] return deliver_generated(incoming, delivery, instant);
  Shard::Group group = shard.synapses_of(delivery.group);
  group.inhibitory = !delivery.excitatory();
  if (incoming.changes) {
    group.delay = shard.group_at(delivery.group).delay;
    incoming.plasticity->on_delivery(delivery.row, group, delivery.time - group.delay);
  }
  if (shard.target32.empty())
    deliver_targets(incoming, group, shard.target.data() + group.begin, instant);
  else
    deliver_targets(incoming, group, shard.target32.data() + group.begin, instant);
  incoming.counters.deliveries += group.size();
}

// The row is made and read within the private cache. Out of line, so that the delivery of stored synapses pays for no
// more than the branch; guarded by benchmarks/delivery_benchmark.cpp.
template <NeuronModel M>
void NeuronBlock<M>::deliver_generated(Incoming& incoming, const Delivery& delivery, const Instant& instant) {
  const Shard& shard = *incoming.shard;
  if (shard.weighted) {
    const auto row = shard.procedural.generate(delivery.row, !delivery.excitatory(), generated_);
    deliver_group(instant, !delivery.excitatory(), row.targets.data(), StoredWeights<double>{row.weights}, row.targets.size());
    incoming.counters.deliveries += row.targets.size();
    return;
  }
  std::vector<std::uint32_t>& targets = generated_.targets;
  shard.procedural.generate(delivery.row, targets);
  if (targets.empty()) return;
  deliver_group(instant, !delivery.excitatory(), targets.data(), ConstantWeight{shard.constant_weight}, targets.size());
  incoming.counters.deliveries += targets.size();
}

template <NeuronModel M>
template <class Target>
void NeuronBlock<M>::deliver_targets(const Incoming& incoming, const Shard::Group& group, const Target* targets,
                                     const Instant& instant) {
  const Shard& shard = *incoming.shard;
  if (incoming.weight32 != nullptr)
    deliver_group(instant, group.inhibitory, targets, StoredWeights<float>{incoming.weight32 + group.begin},
                  group.size(), shard.contiguous);
  else if (incoming.weight64 != nullptr)
    deliver_group(instant, group.inhibitory, targets, StoredWeights<double>{incoming.weight64 + group.begin},
                  group.size());
  else
    deliver_group(instant, group.inhibitory, targets, ConstantWeight{shard.constant_weight}, group.size());
}

}  // namespace synop
