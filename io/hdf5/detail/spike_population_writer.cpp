#include "synop/io/hdf5/detail/spike_population_writer.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/hdf5/detail/attribute.hpp"

namespace synop::hdf5 {

namespace {

constexpr std::size_t block_size = 1024;  // spikes split into columns at a time, small enough for the first cache

}  // namespace

SpikePopulationWriter::SpikePopulationWriter(const Object& spikes, const SpikeFilePopulation& population,
                                             bool with_ticks)
    : size_(population.size),
      sorting_(population.sorting),
      with_ticks_(with_ticks),
      group_(create_group(spikes, population.name)) {
  write_sorting(group_, static_cast<std::uint8_t>(sorting_));
  write_attribute(group_, "size", population.size);
  write_attribute(group_, "recorded", population.recorded.value_or(population.size));
  if (population.start) write_attribute(group_, "t_start", population.start->ms());
  if (population.stop) write_attribute(group_, "t_stop", population.stop->ms());
  write_attribute(group_, "committed", std::uint64_t{0});
}

void SpikePopulationWriter::append(std::span<const Spike> spikes) {
  check(spikes);
  while (!spikes.empty()) {
    const std::size_t length = std::min(block_size, spikes.size());
    append_block(spikes.first(length));
    spikes = spikes.subspan(length);
  }
}

void SpikePopulationWriter::sync() {
  times_.sync(group_);
  neurons_.sync(group_);
  ticks_.sync(group_);
}

void SpikePopulationWriter::commit() {
  if (committed_ == times_.stored_rows()) return;
  committed_ = times_.stored_rows();
  update_attribute(group_, "committed", committed_);
}

void SpikePopulationWriter::finish(std::optional<Time> stop) {
  if (stop) end_spikes_at(group_, *stop);
  times_.finish(group_);
  neurons_.finish(group_);
  if (with_ticks_) ticks_.finish(group_);
  commit();
}

std::size_t SpikePopulationWriter::buffered_bytes() const {
  return 8 * (times_.buffered_values() + neurons_.buffered_values() + ticks_.buffered_values());
}

void SpikePopulationWriter::check(std::span<const Spike> spikes) {
  for (const Spike& spike : spikes) {
    const bool by_id = sorting_ == SpikeSorting::by_id;
    if (by_id ? spike.neuron < last_.neuron || (spike.neuron == last_.neuron && spike.time < last_.time)
              : spike.time < last_.time)
      throw Error(ErrorKind::usage,
                  fmt::format("spikes must be recorded in order of {}: {} of neuron {} at {:.9f} ms "
                              "comes after one at {:.9f} ms",
                              by_id ? "neuron and time" : "time", group_.name(), spike.neuron, spike.time.ms(),
                              last_.time.ms()));
    if (spike.neuron >= size_)
      throw Error(ErrorKind::usage, fmt::format("a spike of neuron {} cannot be recorded in {}, which has {} neurons",
                                                spike.neuron, group_.name(), size_));
    last_ = spike;
  }
}

void SpikePopulationWriter::append_block(std::span<const Spike> spikes) {
  std::array<double, block_size> times;
  std::array<std::uint64_t, block_size> neurons;
  std::array<std::int64_t, block_size> ticks;
  for (std::size_t i = 0; i < spikes.size(); ++i) {
    times[i] = spikes[i].time.ms();
    neurons[i] = spikes[i].neuron;
    ticks[i] = spikes[i].time.ticks;
  }
  times_.append(group_, std::span<const double>(times).first(spikes.size()));
  neurons_.append(group_, std::span<const std::uint64_t>(neurons).first(spikes.size()));
  if (with_ticks_) ticks_.append(group_, std::span<const std::int64_t>(ticks).first(spikes.size()));
}

}  // namespace synop::hdf5
