#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "synop/io/hdf5/detail/row_writer.hpp"
#include "synop/io/hdf5/detail/spike_layout.hpp"
#include "synop/io/hdf5/spike_file.hpp"

namespace synop::hdf5 {

// Streams the spikes of one population into its group of a spike file.
class SpikePopulationWriter {
 public:
  SpikePopulationWriter(const Object& spikes, const SpikeFilePopulation& population, bool with_ticks);

  void append(std::span<const Spike> spikes);

  // Hands every spike to HDF5, part chunks too.
  void sync();

  // A reader will trust the spikes that were handed over.
  void commit();

  // Hands over the rest and makes sure that the datasets exist. `stop`: where the run ended, if it was ended early.
  void finish(std::optional<Time> stop);

  std::uint64_t count() const { return times_.rows(); }
  std::size_t buffered_bytes() const;

 private:
  void check(std::span<const Spike> spikes);
  void append_block(std::span<const Spike> spikes);

  // 512 KiB per dataset: measured the fastest of 1024 to 262,144 rows.
  static constexpr Shape chunk{65536, 0};

  std::uint64_t size_;
  SpikeSorting sorting_;
  bool with_ticks_;
  Object group_;
  RowWriter<double> times_{"timestamps", chunk, "ms"};
  RowWriter<std::uint64_t> neurons_{"node_ids", chunk};
  RowWriter<std::int64_t> ticks_{"ticks", chunk, "ps"};
  std::uint64_t committed_ = 0;
  Spike last_{Time{std::numeric_limits<std::int64_t>::min()}, 0};
};

}  // namespace synop::hdf5
