#include "synop/io/tasks/saccades.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "synop/core/elementary.hpp"
#include "synop/core/error.hpp"
#include "synop/core/vectorised.hpp"

namespace synop {

namespace {

constexpr std::size_t steps = saccade_ms;  // of one millisecond
constexpr std::uint32_t border =
    saccade_margin + 3;  // pixels without ink around the image: sensor and path stay inside
constexpr double contrast = 9.0;

// What a pixel of the sensor sees at one instant: four pixels of the paper with the weights of bilinear interpolation.
// The same for all pixels, since the image moves as a whole.
struct View {
  std::uint32_t right, down;  // from the pixel's own place to the upper left of the four
  double upper_left, upper_right, lower_left, lower_right;
};

// The views at the end of each millisecond. `x` and `y` are where the image is, relative to the middle of the sensor.
std::vector<View> path() {
  constexpr double a = saccade_amplitude;
  constexpr std::pair<double, double> corners[] = {{-a, -a}, {0, a}, {a, -a}, {-a, -a}};
  constexpr double middle = border - saccade_margin;
  std::vector<View> views;
  for (std::size_t k = 0; k <= steps; ++k) {
    const std::size_t side = std::min<std::size_t>(k * 3 / steps, 2);
    const double along = static_cast<double>(k * 3 - side * steps) / static_cast<double>(steps);
    const auto& [from_x, from_y] = corners[side];
    const auto& [to_x, to_y] = corners[side + 1];
    const double x = middle - (from_x + along * (to_x - from_x)), y = middle - (from_y + along * (to_y - from_y));
    const auto right = static_cast<std::uint32_t>(x), down = static_cast<std::uint32_t>(y);
    const double u = x - right, v = y - down;
    views.push_back({right, down, (1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v});
  }
  return views;
}

// ln b of n pixels beside each other; `upper` and `lower` are the rows of the paper they see.
SYNOP_VECTORISED void see(const double* upper, const double* lower, const View& view, std::size_t n, double* log_b) {
  const double a = contrast * view.upper_left, b = contrast * view.upper_right;
  const double c = contrast * view.lower_left, d = contrast * view.lower_right;
  for (std::size_t i = 0; i < n; ++i)
    log_b[i] = log_positive(1.0 + (a * upper[i] + b * upper[i + 1]) + (c * lower[i] + d * lower[i + 1]));
}

// The ink of an image with a border of none.
struct Paper {
  std::uint32_t width;
  std::vector<double> ink;

  Paper(const ImageSet& images, std::uint64_t sample)
      : width(images.width + 2 * border), ink(std::size_t{width} * (images.height + 2 * border)) {
    const std::span<const std::uint8_t> pixels = images.image(sample);
    for (std::uint32_t y = 0; y < images.height; ++y)
      for (std::uint32_t x = 0; x < images.width; ++x)
        ink[std::size_t{y + border} * width + x + border] = pixels[std::size_t{y} * images.width + x] / 255.0;
  }
  const double* row(std::uint32_t y) const { return ink.data() + std::size_t{y} * width; }
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
    for (std::uint32_t y = 0; y < geometry_.height; ++y) watch_row(paper, y, events);
    std::sort(events.begin(), events.end());
    return events;
  }
  void check(std::uint64_t) const override {}  // nothing is read

 private:
  // The events of one row of the sensor, unless there is no ink in all that it sees.
  void watch_row(const Paper& paper, std::uint32_t y, std::vector<Spike>& events) const {
    constexpr std::uint32_t seen = 2 * (border - saccade_margin) + 1;
    if (std::all_of(paper.row(y), paper.row(y + seen), [](double ink) { return ink == 0.0; })) return;
    const std::size_t n = geometry_.width;
    std::vector<double> before(n), now(n), reference(n);
    for (std::size_t k = 0; k <= steps; ++k) {
      const View& view = path_[k];
      const double* const upper = paper.row(y + view.down) + view.right;
      see(upper, upper + paper.width, view, n, now.data());
      if (k == 0) reference = now;
      for (std::uint32_t x = 0; x < n; ++x)
        while (std::abs(now[x] - reference[x]) >= threshold_) {
          const bool up = now[x] > reference[x];
          reference[x] += up ? threshold_ : -threshold_;
          const double ms = static_cast<double>(k - 1) + (reference[x] - before[x]) / (now[x] - before[x]);
          events.push_back(
              {Time{std::llround(ms * static_cast<double>(ticks_per_ms))}, geometry_.channel(x, y, up ? 1 : 0)});
        }
      before.swap(now);
    }
  }

  ImageSet images_;
  EventGeometry geometry_;
  double threshold_;
  std::vector<View> path_;
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
