#include "synop/core/block.hpp"

#include "synop/core/archive.hpp"

namespace synop {

void Block::read_spikes(Incoming& incoming, std::span<const Spike> log, std::uint64_t log_begin) {
  const Shard& shard = *incoming.shard;
  const auto index = static_cast<std::uint32_t>(&incoming - incoming_.data());
  if (incoming.spikes_read == log_begin + log.size()) return;
  for (const Spike& spike : log.subspan(static_cast<std::size_t>(incoming.spikes_read - log_begin))) {
    if (spike.neuron < shard.sources.first || spike.neuron >= shard.sources.end()) continue;
    const std::uint32_t row = spike.neuron - shard.sources.first;
    if (shard.group_count(row) == 0) continue;
    const Shard::Group group = shard.group(row, 0);
    if (incoming.plasticity && !plasticity_frozen_) incoming.plasticity->on_source_spike(row, spike.time);
    queue_.push({spike.time + group.delay, Delivery::order_of(!group.inhibitory, index), row, 0});
    ++incoming.counters.queue_operations;
  }
  incoming.spikes_read = log_begin + log.size();
}

bool Block::next_group(const Delivery& delivery, Delivery& next) {
  Incoming& incoming = incoming_[delivery.shard()];
  const Shard& shard = *incoming.shard;
  ++incoming.counters.queue_operations;  // the pop of `delivery`
  if (!shard.grouped || delivery.group + 1 >= shard.group_count(delivery.row)) return false;
  const Delay delay = shard.group(delivery.row, delivery.group).delay;
  const Shard::Group group = shard.group(delivery.row, delivery.group + 1);
  // From the emission time each time: nothing accumulates.
  next = {delivery.time - delay + group.delay, Delivery::order_of(!group.inhibitory, delivery.shard()), delivery.row,
          delivery.group + 1};
  ++incoming.counters.queue_operations;
  return true;
}

void Block::restart_common() {
  queue_.clear();
  spikes_.clear();
  for (Incoming& incoming : incoming_) incoming.spikes_read = 0;
  for (Sampler& sampler : samplers_) {
    sampler.times.clear();
    sampler.values.clear();
  }
}

template <class Archive>
void Block::serialize_common(Archive& archive) {
  archive(queue_, counters_, spikes_, plasticity_frozen_);
  for (Incoming& incoming : incoming_) archive(incoming.spikes_read, incoming.counters);
  for (Sampler& sampler : samplers_) archive(sampler.next, sampler.times, sampler.values);
}

void Block::save_common(StateWriter& writer) {
  serialize_common(writer);
  for (Incoming& incoming : incoming_)
    if (incoming.plasticity) incoming.plasticity->save(writer);
}

void Block::load_common(StateReader& reader) {
  serialize_common(reader);
  for (Incoming& incoming : incoming_)
    if (incoming.plasticity) incoming.plasticity->load(reader);
}

}  // namespace synop
