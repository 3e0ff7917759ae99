#include "synop/io/tasks/saccades.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/elementary.hpp"
#include "synop/core/error.hpp"

namespace synop {

namespace {

constexpr std::size_t steps = saccade_ms;  // of one millisecond
constexpr std::uint32_t border =
    saccade_margin + 3;  // pixels without ink around the image: sensor and path stay inside
constexpr double contrast = 9.0;

struct Point {
  double x, y;
};

// Where the image is at the end of each millisecond, relative to the middle of the sensor.
std::vector<Point> path() {
  constexpr double a = saccade_amplitude;
  constexpr Point corners[] = {{-a, -a}, {0, a}, {a, -a}, {-a, -a}};
  std::vector<Point> points;
  for (std::size_t k = 0; k <= steps; ++k) {
    const std::size_t side = std::min<std::size_t>(k * 3 / steps, 2);
    const double along = static_cast<double>(k * 3 - side * steps) / static_cast<double>(steps);
    const Point& from = corners[side];
    const Point& to = corners[side + 1];
    points.push_back({from.x + along * (to.x - from.x), from.y + along * (to.y - from.y)});
  }
  return points;
}

// The ink of an image with a border of none.
class Paper {
 public:
  Paper(const ImageSet& images, std::uint64_t sample)
      : width_(images.width + 2 * border), ink_(std::size_t{width_} * (images.height + 2 * border)) {
    const std::span<const std::uint8_t> pixels = images.image(sample);
    for (std::uint32_t y = 0; y < images.height; ++y)
      for (std::uint32_t x = 0; x < images.width; ++x)
        ink_[std::size_t{y + border} * width_ + x + border] = pixels[std::size_t{y} * images.width + x] / 255.0;
  }

  // Ink at a point of the paper, 1 from its edges or more.
  double at(double x, double y) const {
    const auto column = static_cast<std::size_t>(x), row = static_cast<std::size_t>(y);
    const double right = x - static_cast<double>(column), down = y - static_cast<double>(row);
    const double* const p = ink_.data() + row * width_ + column;
    const double upper = p[0] + right * (p[1] - p[0]);
    const double lower = p[width_] + right * (p[width_ + 1] - p[width_]);
    return upper + down * (lower - upper);
  }
  // Whether there is no ink at all within `reach` pixels of a pixel.
  bool is_blank(std::uint32_t x, std::uint32_t y, std::uint32_t reach) const {
    for (std::uint32_t row = y - reach; row <= y + reach; ++row)
      for (std::uint32_t column = x - reach; column <= x + reach; ++column)
        if (ink_[std::size_t{row} * width_ + column] > 0.0) return false;
    return true;
  }

 private:
  std::uint32_t width_;
  std::vector<double> ink_;
};

class SaccadeSet final : public EventSet {
 public:
  SaccadeSet(ImageSet images, const Saccades& saccades)
      : images_(std::move(images)),
        geometry_(saccade_geometry(images_)),
        threshold_(saccades.threshold),
        path_(path()),
        origin_(fmt::format("synthetic saccades over {} (no recording of an event camera)", images_.origin)) {}

  const std::string& origin() const override { return origin_; }
  std::uint64_t size() const override { return images_.size(); }
  std::uint32_t channels() const override { return geometry_.channels(); }
  std::uint32_t label(std::uint64_t sample) const override { return images_.labels.at(sample); }
  std::vector<Spike> events(std::uint64_t sample) const override {
    std::vector<Spike> events;
    const Paper paper(images_, sample);
    for (std::uint32_t y = 0; y < geometry_.height; ++y)
      for (std::uint32_t x = 0; x < geometry_.width; ++x) watch(paper, x, y, events);
    std::sort(events.begin(), events.end());
    return events;
  }
  void check(std::uint64_t) const override {}  // nothing is read

 private:
  // The events of one pixel of the sensor.
  void watch(const Paper& paper, std::uint32_t x, std::uint32_t y, std::vector<Spike>& events) const {
    constexpr std::uint32_t shift = border - saccade_margin;
    if (paper.is_blank(x + shift, y + shift, shift)) return;
    const auto brightness = [&](std::size_t k) {
      return log_positive(1.0 + contrast * paper.at(x + shift - path_[k].x, y + shift - path_[k].y));
    };
    double before = brightness(0), reference = before;
    for (std::size_t k = 1; k <= steps; ++k) {
      const double now = brightness(k);
      while (std::abs(now - reference) >= threshold_) {
        const bool up = now > reference;
        reference += up ? threshold_ : -threshold_;
        const double ms = static_cast<double>(k - 1) + (reference - before) / (now - before);
        events.push_back(
            {Time{std::llround(ms * static_cast<double>(ticks_per_ms))}, geometry_.channel(x, y, up ? 1 : 0)});
      }
      before = now;
    }
  }

  ImageSet images_;
  EventGeometry geometry_;
  double threshold_;
  std::vector<Point> path_;
  std::string origin_;
};

}  // namespace

EventGeometry saccade_geometry(const ImageSet& images) {
  return {images.width + 2 * saccade_margin, images.height + 2 * saccade_margin, 2};
}

std::unique_ptr<EventSet> saccade_events(ImageSet images, const Saccades& saccades) {
  if (!(saccades.threshold >= 0.01 && saccades.threshold <= 2.0))
    throw Error(ErrorKind::model, fmt::format("saccades: threshold = {}; allowed: [0.01, 2]", saccades.threshold));
  return std::make_unique<SaccadeSet>(std::move(images), saccades);
}

}  // namespace synop
