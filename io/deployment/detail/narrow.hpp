#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace synop {

// Unsigned integers of 1, 2 or 4 bytes in an image.
struct Narrow {
  const std::byte* data;
  std::uint32_t width;

  std::uint32_t operator[](std::size_t i) const {
    if (width == 1) return std::to_integer<std::uint32_t>(data[i]);
    if (width == 2) return at<std::uint16_t>(i);
    return at<std::uint32_t>(i);
  }

 private:
  template <class T>
  std::uint32_t at(std::size_t i) const {
    T value;
    std::memcpy(&value, data + i * sizeof(T), sizeof(T));
    return value;
  }
};

}  // namespace synop
