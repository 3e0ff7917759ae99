#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace synop {

inline constexpr std::size_t class_count = 10;

// Grey images of one size, each with a class 0..9. Pixels are 8 bit, 0 is background and 255 full ink, row by row
// from the top left; image after image.
struct ImageSet {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<std::uint8_t> pixels;  // size() * width * height
  std::vector<std::uint8_t> labels;
  std::string origin;  // where the images come from, for messages and reports

  std::size_t size() const { return labels.size(); }
  std::size_t pixels_per_image() const { return std::size_t{width} * height; }
  std::span<const std::uint8_t> image(std::size_t i) const {
    return std::span(pixels).subspan(i * pixels_per_image(), pixels_per_image());
  }

  // A copy of images [first, first + count). Throws Error(model) when the set does not hold them.
  ImageSet slice(std::size_t first, std::size_t count) const;

  // Throws Error(input) unless every image has its pixels and one label in 0..9.
  void validate() const;

  bool operator==(const ImageSet&) const = default;
};

// Throws Error(model) unless both sets hold images, of one size.
void check_same_shape(const ImageSet& a, const ImageSet& b);

// Of sizes, pixels and labels: equal for equal images (FNV-1a, 64 bits).
std::uint64_t hash_of(const ImageSet& set);

}  // namespace synop
