#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "synop/core/time.hpp"
#include "synop/io/hdf5/detail/dataset.hpp"

namespace synop::hdf5 {

// The spikes of one population inside a file, with how many of them may be trusted.
struct SpikeDatasets {
  Object times;  // in ms
  Object ids;
  std::optional<Object> ticks;
  std::uint64_t count = 0;
};

// The groups of /spikes with their names. Files of an older layout have the datasets in /spikes itself; they give one
// population called "spikes". Throws Error(input) where there is no /spikes.
std::vector<std::pair<std::string, Object>> open_spike_populations(const Object& root);

// A population that is recorded for a time of its own, and then only up to `stop`.
void end_spikes_at(const Object& group, Time stop);

// Nothing for a population of an unfinished file whose first spikes were not written yet. Throws Error(input) for
// missing datasets, unequal lengths and times in another unit than ms.
std::optional<SpikeDatasets> open_spike_datasets(const Object& group, bool complete);

}  // namespace synop::hdf5
