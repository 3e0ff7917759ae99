#include "synop/core/block.hpp"

#include "synop/core/archive.hpp"
#include "synop/core/error.hpp"

namespace synop {

void Block::read_spikes(Incoming& incoming, std::span<const Spike> log, std::uint64_t log_begin) {
  const Shard& shard = *incoming.shard;
  const auto index = static_cast<std::uint32_t>(&incoming - incoming_.data());
  if (incoming.spikes_read == log_begin + log.size()) return;
  const auto unread = log.subspan(static_cast<std::size_t>(incoming.spikes_read - log_begin));
  for (std::size_t k = 0; k < unread.size(); ++k) {
    constexpr std::size_t ahead = 4;
    if (k + ahead < unread.size()) shard.prefetch_row(unread[k + ahead].neuron - shard.sources.first);
    const Spike& spike = unread[k];
    if (spike.neuron < shard.sources.first || spike.neuron >= shard.sources.end()) continue;
    const std::uint32_t row = spike.neuron - shard.sources.first;
    const std::uint32_t groups = shard.group_count(row);
    if (groups == 0) continue;
    const std::uint32_t first = shard.first_group(row);
    const std::int64_t delay_sign = shard.delay_sign(first);
    if (incoming.changes) incoming.plasticity->on_source_spike(row, spike.time);
    queue_.push({spike.time + Delay{delay_sign >> 1}, Delivery::order_of((delay_sign & 1) != 0, index), row, first, groups - 1});
    ++incoming.counters.queue_operations;
  }
  incoming.spikes_read = log_begin + log.size();
}

void Block::set_spikes(std::span<const Spike>) {
  throw Error(ErrorKind::usage, "spikes can be given to a population of spike_train_injector only");
}

void Block::add_currents(std::span<const double>, Time) {
  throw Error(ErrorKind::usage, "a current can be added to neurons with a membrane only, not to a source of spikes");
}

void Block::freeze_plasticity(bool frozen) {
  plasticity_frozen_ = frozen;
  for (Incoming& incoming : incoming_)
    incoming.changes = incoming.plasticity && !(frozen && incoming.plasticity->learns());
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
  freeze_plasticity(plasticity_frozen_);
}

}  // namespace synop
