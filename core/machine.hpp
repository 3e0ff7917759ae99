#pragma once

#include <cstdint>

namespace synop {

// Bytes of memory a new allocation can count on (MemAvailable of Linux); the largest value where it cannot be told.
std::uint64_t available_memory();

// The largest amount of memory this process has held so far, in bytes.
std::uint64_t peak_memory();

// The most threads anything here works with; stacks of very many threads do not fit into memory.
inline constexpr int most_threads = 1024;

int processors();

// The number of threads that `threads` asks for: itself, or all cores if it is 0. Throws Error(usage) outside
// [0, most_threads].
int resolved_threads(int threads);

}  // namespace synop
