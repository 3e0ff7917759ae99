#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace synop {

// A greyscale picture of 8 bits per pixel, row by row from the top, as the bytes of a PNG file (ISO/IEC 15948). Throws
// Error(usage) unless there are width * height pixels.
std::string grey_png(std::uint32_t width, std::uint32_t height, std::span<const std::uint8_t> pixels);

}  // namespace synop
