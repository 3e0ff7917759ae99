#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "synop/core/time.hpp"

namespace synop {

// The spikes of one population as a file has them, in the order of the file.
struct SpikeInput {
  std::string population;  // empty: the file has no populations
  std::string where;       // for messages
  std::vector<Time> times;
  std::vector<std::uint64_t> ids;
  std::string assumption = {};  // a sentence, where the file does not say in which unit its times are; else empty
};

// Reads the spikes that some other program wrote, in any of these layouts:
//
//   HDF5: /spikes/<population>/{timestamps,node_ids}, /spikes/{timestamps,gids}, /processing/<trial>/spike_train/<id>/data
//   text: a header and rows between commas or blanks, with the columns timestamps and node_ids, or names that other
//         programs use (time, times, t; node_id, gid, gids, neuron, sender), and perhaps population
//
// Times are in ms (or whole picoseconds in /spikes/<population>/ticks, which Synop writes). A unit stands in the attribute
// `units` or `unit` of the dataset, or in the name of the column: time_ms, time[ms]. Throws Error(file) if the file
// cannot be read and Error(input), naming dataset or line, if lengths differ, a time is negative or no number, the order
// is not the one the file claims or a unit is not ms.
std::vector<SpikeInput> read_spike_input(const std::filesystem::path& file);

// The trains of nodes 0 to `count` - 1, each sorted. Throws Error(input) on a larger id.
std::vector<std::vector<Time>> trains_of(const SpikeInput& input, std::uint32_t count);

}  // namespace synop
