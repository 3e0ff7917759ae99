#include "synop/io/tasks/patches.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/tasks/detail/draws.hpp"

namespace synop {

namespace {

constexpr std::uint32_t patch_purpose = 4;

// The sum of the pixels of each patch of an image, by its top left corner, row by row.
class PatchSums {
 public:
  PatchSums(std::uint32_t width, std::uint32_t height, const PatchOptions& options)
      : width_(width), height_(height), options_(options), above_((width + std::size_t{1}) * (height + std::size_t{1})) {}

  void of(std::span<const std::uint8_t> image, std::vector<std::uint32_t>& sums) {
    for (std::uint32_t r = 0; r < height_; ++r)
      for (std::uint32_t c = 0; c < width_; ++c)
        at(r + 1, c + 1) = image[r * width_ + c] + at(r, c + 1) + at(r + 1, c) - at(r, c);
    sums.clear();
    for (std::uint32_t r = options_.rows; r <= height_; ++r)
      for (std::uint32_t c = options_.columns; c <= width_; ++c)
        sums.push_back(at(r, c) - at(r - options_.rows, c) - at(r, c - options_.columns) +
                       at(r - options_.rows, c - options_.columns));
  }

 private:
  // The sum of all pixels above row r and left of column c.
  std::uint32_t& at(std::uint32_t r, std::uint32_t c) { return above_[r * (width_ + std::size_t{1}) + c]; }

  std::uint32_t width_, height_;
  PatchOptions options_;
  std::vector<std::uint32_t> above_;
};

std::size_t draw_place(const std::vector<std::uint32_t>& sums, double least, detail::Draws draws) {
  const auto enough = [&](std::uint32_t sum) { return static_cast<double>(sum) >= least; };
  const auto places = static_cast<std::uint32_t>(std::count_if(sums.begin(), sums.end(), enough));
  if (places == 0) return static_cast<std::size_t>(std::max_element(sums.begin(), sums.end()) - sums.begin());
  std::uint32_t before = draws.below(places);
  for (std::size_t place = 0;; ++place)
    if (enough(sums[place]) && before-- == 0) return place;
}

}  // namespace

ImageSet patches_of(const ImageSet& images, const PatchOptions& options, std::uint64_t seed) {
  if (options.rows > images.height || options.columns > images.width)
    throw Error(ErrorKind::model, fmt::format("a patch of {} x {} pixels is larger than an image of {} x {}", options.rows,
                                              options.columns, images.height, images.width));
  ImageSet patches{.width = options.columns, .height = options.rows, .pixels = {}, .labels = images.labels,
                   .origin = fmt::format("patches of {} x {} pixels of {}", options.rows, options.columns, images.origin)};
  patches.pixels.reserve(images.size() * patches.pixels_per_image());
  const double least = options.least_intensity * 255.0 * static_cast<double>(patches.pixels_per_image());
  const std::uint32_t places_in_a_row = images.width - options.columns + 1;
  PatchSums patch_sums(images.width, images.height, options);
  std::vector<std::uint32_t> sums;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::span<const std::uint8_t> image = images.image(i);
    patch_sums.of(image, sums);
    const std::size_t place = draw_place(sums, least, detail::Draws(seed, patch_purpose, i));
    const std::size_t top = place / places_in_a_row, left = place % places_in_a_row;
    for (std::size_t r = 0; r < options.rows; ++r) {
      const auto row = image.subspan((top + r) * images.width + left, options.columns);
      patches.pixels.insert(patches.pixels.end(), row.begin(), row.end());
    }
  }
  return patches;
}

}  // namespace synop
