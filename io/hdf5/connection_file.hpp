#pragma once

#include <cstdint>
#include <filesystem>

#include "synop/io/experiment/data_files.hpp"

namespace synop {

// An HDF5 file with the vectors source, target[, weight][, delay] in its root, one value for each synapse: ids of any
// integer type that count from 0 within the slices, weights in the unit of the target model, delays in ms. An attribute
// `units` or `unit` of the delays must be ms; that of the weights is handed on.
//
// The file is read by a child process (Hdf5Snapshot). Throws Error(input), naming file and dataset, on a missing, unknown,
// too short or long dataset, another unit, an id outside [0, source_count) or [0, target_count), a value that is not finite, a
// negative delay and a damaged file; Error(file) when the file cannot be read.
ConnectionList read_hdf5_connections(const std::filesystem::path& path, std::uint32_t source_count,
                                     std::uint32_t target_count);

}  // namespace synop
