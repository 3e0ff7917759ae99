#pragma once

#include <cstdint>
#include <filesystem>

namespace synop::hdf5 {

// The first byte of every record of a snapshot.
enum class SnapshotRecord : std::uint8_t { end, group, dataset, failure };

// Added to the kind of an array whose values are lists.
inline constexpr std::uint64_t ragged_flag = 256;

// Reads the HDF5 file and writes its whole content to the descriptor as records of 8-byte words (snapshot_writer.cpp).
// Meant for a child process: a failure becomes a record too, and the return value 1. More than `most_bytes` of content is a failure.
int write_snapshot(const std::filesystem::path& path, int descriptor, std::uint64_t most_bytes);

}  // namespace synop::hdf5
