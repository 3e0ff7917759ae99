#include "synop/io/hdf5/detail/pending_writes.hpp"

#include <algorithm>

namespace synop::hdf5 {

void PendingWrites::add(std::uint64_t address, const void* bytes, std::size_t size) {
  const auto* first = static_cast<const char*>(bytes);
  // What is written over completely need not be kept.
  std::erase_if(entries_, [&](const Entry& entry) {
    return entry.address >= address && entry.address + entry.bytes.size() <= address + size;
  });
  entries_.push_back({address, {first, first + size}});
}

void PendingWrites::overlay(std::uint64_t address, void* bytes, std::size_t size) const {
  for (const Entry& entry : entries_) {
    const std::uint64_t begin = std::max(address, entry.address);
    const std::uint64_t end = std::min(address + size, entry.address + entry.bytes.size());
    if (begin >= end) continue;
    std::copy_n(entry.bytes.data() + (begin - entry.address), end - begin,
                static_cast<char*>(bytes) + (begin - address));
  }
}

std::uint64_t PendingWrites::end() const {
  std::uint64_t end = 0;
  for (const Entry& entry : entries_) end = std::max<std::uint64_t>(end, entry.address + entry.bytes.size());
  return end;
}

}  // namespace synop::hdf5
