#pragma once

#include <cstdint>

namespace synop {

// Bytes of memory a new allocation can count on (MemAvailable of Linux); the largest value where it cannot be told.
std::uint64_t available_memory();

// The largest amount of memory this process has held so far, in bytes.
std::uint64_t peak_memory();

}  // namespace synop
