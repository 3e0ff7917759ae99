#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "synop/io/hdf5/detail/pending_writes.hpp"

// What is about to change in the structures of an HDF5 file, in a file of its own beside it: <file>.journal.
//
// HDF5 changes several places at a flush. All new bytes are first written here, with a checksum, and only then put in
// their places. After a kill there are three cases: the journal is not whole, and then nothing of it was put in place;
// it is whole and was put in place in part, or in full. Put in place (again), it completes the flush. So a file with
// its journal is always exactly as after one of its flushes.
namespace synop::hdf5 {

std::filesystem::path journal_path(const std::filesystem::path& file);

// `size` is that of the file once the writes are in place.
std::string journal_text(const PendingWrites& writes, std::uint64_t size);

struct Journal {
  PendingWrites writes;
  std::uint64_t size = 0;
};

// Every byte of the journal, whole or not; empty where there is none. Throws Error(file) when it cannot be read.
std::string journal_bytes(const std::filesystem::path& file);

// Completes the flush in a copy of the file. Throws Error(file).
void put_in_place(const Journal& journal, const std::filesystem::path& copy);

// Nothing where there is no journal or it is not whole. Throws Error(file) when it cannot be read.
std::optional<Journal> read_journal(const std::filesystem::path& file);
// The same from bytes.
std::optional<Journal> parse_journal(const std::string& bytes);

// Of a file in which everything is in its place. Throws Error(file).
void remove_journal(const std::filesystem::path& file);

}  // namespace synop::hdf5
