#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "synop/core/positions.hpp"
#include "synop/core/time.hpp"

namespace synop {

// Synapses listed one by one; ids count from 0 within the source's and the target's slice.
struct ConnectionList {
  std::vector<std::uint32_t> sources;
  std::vector<std::uint32_t> targets;
  std::vector<double> weights;    // empty: the file has no such column
  std::vector<double> delays_ms;  // empty: the file has no such column
  std::string weight_unit = {};   // as the file says; empty: it does not
  std::string assumption = {};    // a sentence on what the file leaves open; empty: nothing

  std::size_t size() const { return sources.size(); }
  friend bool operator==(const ConnectionList&, const ConnectionList&) = default;
};

// A CSV file with the header source,target[,weight][,delay], weights in the unit of the target model and delays in ms,
// or, where its name ends in .h5 or .hdf5, an HDF5 file with datasets of these names (io/hdf5/connection_file.hpp).
// Throws Error(input), naming file, line and column, on an id outside [0, source_count) or [0, target_count) and on a
// negative delay; Error(file) when the file cannot be read.
ConnectionList read_connection_file(const std::filesystem::path& path, std::uint32_t source_count,
                                    std::uint32_t target_count);

// A CSV file with the header x[,y[,z]] and one row for each neuron. Errors as above, and on another number of rows.
Positions read_position_file(const std::filesystem::path& path, std::uint32_t neuron_count);

// The spike times of each of `neuron_count` neurons, sorted: a CSV file with the header neuron,time_ms, or any file that
// read_spike_input() knows, SONATA among them. Of a file with several populations, `population` names the one. What the
// file leaves open is added to `assumptions`. Errors as above.
std::vector<std::vector<Time>> read_spike_time_file(const std::filesystem::path& path, std::uint32_t neuron_count,
                                                    std::string_view population, std::vector<std::string>& assumptions);

}  // namespace synop
