#include "synop/io/tasks/dataset.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/fnv1a.hpp"

namespace synop {

ImageSet ImageSet::slice(std::size_t first, std::size_t count) const {
  if (first > size() || count > size() - first) {
    throw Error(ErrorKind::model, fmt::format("images {} to {} were asked for, but {} holds only {}", first,
                                              first + count, origin, size()));
  }
  const auto pixel = pixels.begin() + static_cast<std::ptrdiff_t>(first * pixels_per_image());
  const auto label = labels.begin() + static_cast<std::ptrdiff_t>(first);
  ImageSet part{width, height, {}, {}, origin};
  part.pixels.assign(pixel, pixel + static_cast<std::ptrdiff_t>(count * pixels_per_image()));
  part.labels.assign(label, label + static_cast<std::ptrdiff_t>(count));
  return part;
}

void ImageSet::validate() const {
  if (pixels.size() != size() * pixels_per_image()) {
    throw Error(ErrorKind::input, fmt::format("{}: {} images of {} x {} pixels need {} bytes, found {}", origin, size(),
                                              width, height, size() * pixels_per_image(), pixels.size()));
  }
  const auto bad = std::find_if(labels.begin(), labels.end(), [](std::uint8_t label) { return label >= class_count; });
  if (bad != labels.end()) {
    throw Error(ErrorKind::input, fmt::format("{}: label {} of image {} is outside the allowed range [0, 9]", origin,
                                              *bad, bad - labels.begin()));
  }
}

void check_same_shape(const ImageSet& a, const ImageSet& b) {
  for (const ImageSet* set : {&a, &b}) {
    if (set->size() == 0) throw Error(ErrorKind::model, fmt::format("{} holds no images", set->origin));
  }
  if (a.width != b.width || a.height != b.height) {
    throw Error(ErrorKind::model, fmt::format("{} has images of {} x {} pixels, but {} has images of {} x {}", a.origin,
                                              a.width, a.height, b.origin, b.width, b.height));
  }
}

std::uint64_t hash_of(const ImageSet& set) {
  Fnv1a hash;
  for (const std::uint32_t size : {set.width, set.height})
    for (int shift = 0; shift < 32; shift += 8) hash.add(static_cast<std::uint8_t>(size >> shift));
  for (const std::uint8_t pixel : set.pixels) hash.add(pixel);
  for (const std::uint8_t label : set.labels) hash.add(label);
  return hash.value();
}

}  // namespace synop
