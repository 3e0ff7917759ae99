#pragma once

#include <cstdint>
#include <vector>

namespace synop::hdf5 {

// Writes that are held back, in the order they were made; later ones win where they overlap. HDF5's structures come to
// some tens of them between two flushes.
class PendingWrites {
 public:
  void add(std::uint64_t address, const void* bytes, std::size_t size);

  // Puts what is pending over [address, address + size) into `bytes`, which holds what the file has there.
  void overlay(std::uint64_t address, void* bytes, std::size_t size) const;

  bool empty() const { return entries_.empty(); }
  // The end of what reaches furthest; 0 where nothing is pending.
  std::uint64_t end() const;

  // Calls visit(address, bytes, size) for everything, in the order it was added.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const Entry& entry : entries_) visit(entry.address, entry.bytes.data(), entry.bytes.size());
  }

  // Calls write(address, bytes, size) for everything: first what lies at `old_end` or beyond, which nothing in the file
  // refers to yet, then what replaces older bytes, the header at address 0 before the rest. Forgets it all.
  template <class Write>
  void release(std::uint64_t old_end, Write write) {
    for (const Entry& entry : entries_)
      if (entry.address >= old_end) write(entry.address, entry.bytes.data(), entry.bytes.size());
    for (const bool header : {true, false})
      for (const Entry& entry : entries_)
        if (entry.address < old_end && (entry.address == 0) == header)
          write(entry.address, entry.bytes.data(), entry.bytes.size());
    entries_.clear();
  }

 private:
  struct Entry {
    std::uint64_t address;
    std::vector<char> bytes;
  };
  std::vector<Entry> entries_;
};

}  // namespace synop::hdf5
