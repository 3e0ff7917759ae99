#pragma once

#include <cstdint>
#include <string>

namespace synop {

// The pixels of an event sensor. An address event (x, y, p) comes from channel (p * height + y) * width + x, where p is
// 1 when the pixel became brighter and 0 when it became darker; with one polarity both are the same channel.
struct EventGeometry {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t polarities = 0;  // 1 or 2

  std::uint32_t channels() const { return width * height * polarities; }
  std::uint32_t channel(std::uint32_t x, std::uint32_t y, std::uint32_t p) const {
    return ((polarities == 2 ? p : 0) * height + y) * width + x;
  }
  std::string text() const;  // "34 x 34 pixels"

  bool operator==(const EventGeometry&) const = default;
};

}  // namespace synop
