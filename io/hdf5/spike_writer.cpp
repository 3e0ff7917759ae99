#include <algorithm>
#include <array>
#include <unordered_set>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/hdf5/detail/attribute.hpp"
#include "synop/io/hdf5/detail/result_file.hpp"
#include "synop/io/hdf5/detail/row_writer.hpp"
#include "synop/io/hdf5/spike_file.hpp"

namespace synop {

namespace {

// 512 KiB per dataset: the size at which HDF5 writes fastest on the way up to its limits.
constexpr hdf5::Shape chunk{65536, 0};
constexpr std::size_t block_size = 1024;
constexpr Time last_exact_in_ms{(std::int64_t{1} << 22) * ticks_per_ms};

class PopulationWriter {
 public:
  PopulationWriter(const hdf5::Object& spikes, const SpikeFilePopulation& population, bool with_ticks)
      : size_(population.size), with_ticks_(with_ticks), group_(hdf5::create_group(spikes, population.name)) {
    hdf5::write_sorting_by_time(group_);
    hdf5::write_attribute(group_, "size", population.size);
    hdf5::write_attribute(group_, "committed", std::uint64_t{0});
  }

  // Returns whether a chunk was filled.
  bool append(std::span<const Spike> spikes) {
    check(spikes);
    const std::uint64_t chunks_before = count() / chunk.rows;
    for (; !spikes.empty(); spikes = spikes.subspan(std::min(block_size, spikes.size())))
      append_block(spikes.first(std::min(block_size, spikes.size())));
    return count() / chunk.rows != chunks_before;
  }

  void sync() {
    times_.sync(group_);
    neurons_.sync(group_);
    ticks_.sync(group_);
  }

  // Called between two flushes: a reader trusts this many spikes of an unfinished file.
  void commit() {
    if (committed_ == times_.stored_rows()) return;
    committed_ = times_.stored_rows();
    hdf5::update_attribute(group_, "committed", committed_);
  }

  void finish() {
    hdf5::write_attribute(times_.finish(group_), "units", "ms");
    neurons_.finish(group_);
    if (with_ticks_) hdf5::write_attribute(ticks_.finish(group_), "units", "ps");
    commit();
  }

  std::uint64_t count() const { return times_.rows(); }
  std::size_t buffered_bytes() const {
    return 8 * (times_.buffered_values() + neurons_.buffered_values() + ticks_.buffered_values());
  }

 private:
  void check(std::span<const Spike> spikes) {
    for (const Spike& spike : spikes) {
      if (spike.time < last_time_)
        throw Error(ErrorKind::usage, fmt::format("spikes must be recorded in order of time: {} of neuron {} at {:.9f} ms "
                                                  "comes after one at {:.9f} ms",
                                                  group_.name(), spike.neuron, spike.time.ms(), last_time_.ms()));
      if (spike.neuron >= size_)
        throw Error(ErrorKind::usage, fmt::format("a spike of neuron {} cannot be recorded in {}, which has {} neurons",
                                                  spike.neuron, group_.name(), size_));
      last_time_ = spike.time;
    }
  }

  void append_block(std::span<const Spike> spikes) {
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

  std::uint64_t size_;
  bool with_ticks_;
  hdf5::Object group_;
  hdf5::RowWriter<double> times_{"timestamps", chunk};
  hdf5::RowWriter<std::uint64_t> neurons_{"node_ids", chunk};
  hdf5::RowWriter<std::int64_t> ticks_{"ticks", chunk};
  std::uint64_t committed_ = 0;
  Time last_time_{std::numeric_limits<std::int64_t>::min()};
};

void check_names(const std::vector<SpikeFilePopulation>& populations) {
  std::unordered_set<std::string> seen;
  for (const auto& population : populations) {
    hdf5::check_group_name("population", population.name);
    if (!seen.insert(population.name).second)
      throw Error(ErrorKind::model, fmt::format("two populations are recorded under the name '{}'", population.name));
  }
}

}  // namespace

struct SpikeFileWriter::Implementation {
  hdf5::ResultFile file;
  std::vector<PopulationWriter> populations;

  // Data first, then how much of it counts: a kill between the two flushes loses the news, never invents any.
  void flush() {
    file.flush();
    for (auto& population : populations) population.commit();
    file.flush();
  }
};

SpikeFileWriter::SpikeFileWriter(std::filesystem::path path, std::vector<SpikeFilePopulation> populations,
                                 const Provenance& provenance, Ticks ticks) {
  check_names(populations);
  const bool with_ticks = ticks == Ticks::always || provenance.stop > last_exact_in_ms;
  implementation_ = std::make_unique<Implementation>(Implementation{{std::move(path), provenance}, {}});
  const hdf5::Object spikes = hdf5::create_group(implementation_->file.root(), "spikes");
  for (const auto& population : populations) implementation_->populations.emplace_back(spikes, population, with_ticks);
  implementation_->file.flush();
}

SpikeFileWriter::SpikeFileWriter(SpikeFileWriter&&) noexcept = default;
SpikeFileWriter::~SpikeFileWriter() = default;

void SpikeFileWriter::append(std::size_t population, std::span<const Spike> spikes) {
  const bool filled_chunk = implementation_->populations.at(population).append(spikes);
  if (implementation_->file.sync_is_due())
    flush();
  else if (filled_chunk)
    implementation_->flush();
}

void SpikeFileWriter::flush() {
  for (auto& writer : implementation_->populations) writer.sync();
  implementation_->flush();
}

void SpikeFileWriter::finish(std::span<const std::pair<std::string, std::uint64_t>> counts) {
  for (auto& population : implementation_->populations) population.finish();
  implementation_->populations.clear();
  implementation_->file.finish(counts);
}

std::uint64_t SpikeFileWriter::spike_count(std::size_t population) const {
  return implementation_->populations.at(population).count();
}

std::size_t SpikeFileWriter::buffered_bytes() const {
  std::size_t bytes = 0;
  for (const auto& population : implementation_->populations) bytes += population.buffered_bytes();
  return bytes;
}

}  // namespace synop
