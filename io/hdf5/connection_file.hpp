#pragma once

#include <cstdint>
#include <filesystem>

#include "synop/io/experiment/data_files.hpp"

namespace synop {

// An HDF5 file with the vectors source, target[, weight][, delay] in its root, one value for each synapse: ids of any
// integer type that count from 0 within the slices, weights in the unit of the target model, delays in ms. Throws
// Error(input), naming file and dataset, on a missing, unknown, too short or long dataset, an id outside [0,
// source_count) or [0, target_count), a value that is not finite and a negative delay; Error(file) when the file cannot
// be read.
ConnectionList read_hdf5_connections(const std::filesystem::path& path, std::uint32_t source_count,
                                     std::uint32_t target_count);

}  // namespace synop
