#include "synop/io/tasks/digit_generator.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/tasks/detail/draws.hpp"
#include "synop/io/tasks/detail/stroke_renderer.hpp"

namespace synop {

namespace {

using detail::Draws;
using detail::PenPoint;
using detail::Sheet;

constexpr std::uint32_t label_purpose = 1;
constexpr std::uint32_t shape_purpose = 2;
constexpr std::uint64_t most_images = std::uint64_t{1} << 22;  // 3.3 GB

std::uint8_t label_of(std::uint64_t seed, std::uint64_t i) {
  std::array<std::uint8_t, class_count> order{};
  std::iota(order.begin(), order.end(), std::uint8_t{0});
  Draws draws(seed, label_purpose, i / class_count);
  for (std::uint32_t n = class_count; n > 1; --n) std::swap(order[n - 1], order[draws.below(n)]);
  return order[i % class_count];
}

// The hand of one image: where the box of the digit lies on the sheet and how it is sheared and turned.
struct Hand {
  float width, height;
  float slant;
  float cosine, sine;
  float centre_x, centre_y;

  explicit Hand(Draws& draws) {
    height = 18.5F + draws.bell(1.4F);
    width = height * (0.66F + draws.bell(0.1F));
    slant = 0.12F + draws.bell(0.2F);
    // An angle from the tangent of its half: no sine of the C library, whose last bit differs between hosts.
    const float t = draws.bell(0.06F);
    cosine = (1 - t * t) / (1 + t * t);
    sine = 2 * t / (1 + t * t);
    centre_x = 14.0F + draws.bell(1.2F);
    centre_y = 14.0F + draws.bell(1.0F);
  }

  PenPoint place(PenPoint point) const {
    const float y = (point.y - 0.5F) * height;
    const float x = (point.x - 0.5F) * width - slant * y;
    return {centre_x + cosine * x - sine * y, centre_y + sine * x + cosine * y, point.corner};
  }
};

void write_digit(Sheet& sheet, std::uint8_t digit, Draws& draws) {
  constexpr float wobble = 0.055F;  // of every point, in units of the digit's box
  const auto shapes = detail::shapes_of(digit);
  const detail::DigitShape& shape = shapes[draws.below(static_cast<std::uint32_t>(shapes.size()))];
  const Hand hand(draws);
  std::vector<PenPoint> points;
  for (const detail::Stroke& stroke : shape) {
    points.clear();
    for (PenPoint point : stroke) {
      point.x += draws.bell(wobble);
      point.y += draws.bell(wobble);
      points.push_back(hand.place(point));
    }
    sheet.draw(points);
  }
}

void draw_image(std::uint64_t seed, std::uint64_t i, std::uint8_t digit, std::uint8_t* pixels) {
  Draws draws(seed, shape_purpose, i);
  const float radius = std::max(0.8F, 1.35F + draws.bell(0.28F));
  const float edge = draws.uniform(1.0F, 1.6F);
  Sheet sheet;
  write_digit(sheet, digit, draws);
  for (std::size_t p = 0; p < Sheet::pixels; ++p) {
    const float ink = sheet.ink(p, radius, edge);
    // Paper stays clean, as in a scan with a threshold: only ink is uneven.
    pixels[p] = ink > 0 ? static_cast<std::uint8_t>(255.0F * ink * draws.uniform(0.85F, 1.0F) + 0.5F) : std::uint8_t{0};
  }
}

}  // namespace

ImageSet generate_digits(std::uint64_t seed, std::uint64_t first, std::uint64_t count) {
  if (count > most_images) {
    throw Error(ErrorKind::model,
                fmt::format("{} generated digits were asked for; at most {} fit one set", count, most_images));
  }
  ImageSet set{Sheet::side, Sheet::side, {}, {}, fmt::format("generated digits, seed {}", seed)};
  set.labels.resize(count);
  set.pixels.resize(count * set.pixels_per_image());
  const auto images = static_cast<std::int64_t>(count);
#pragma omp parallel for schedule(static)
  for (std::int64_t k = 0; k < images; ++k) {
    const std::uint64_t i = first + static_cast<std::uint64_t>(k);
    set.labels[k] = label_of(seed, i);
    draw_image(seed, i, set.labels[k], set.pixels.data() + static_cast<std::size_t>(k) * set.pixels_per_image());
  }
  return set;
}

}  // namespace synop
