#pragma once

#include <cstdint>
#include <string_view>

namespace synop {

// The 64-bit FNV-1a hash (Fowler, Noll, Vo) of the bytes given so far. It finds damage and changes, not forgeries.
class Fnv1a {
 public:
  void add(std::uint8_t byte) { value_ = (value_ ^ byte) * 0x100000001b3ULL; }
  void add(std::string_view bytes) {
    for (const char c : bytes) add(static_cast<std::uint8_t>(c));
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

}  // namespace synop
