#include "synop/io/tasks/saccades.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "synop/io/events/address_bin.hpp"
#include "synop/io/events/event_files.hpp"
#include "synop/io/tasks/digit_generator.hpp"
#include "synop/io/tasks/idx_reader.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

constexpr double threshold = 0.2;

// ln of the brightness a pixel of the sensor sees after `ms`: the ink of every pixel of the image, weighted with the
// overlap of two triangles, as far as the image has moved.
double log_brightness(const ImageSet& images, std::uint32_t x, std::uint32_t y, double ms) {
  const double side = ms / 100.0;
  const double dx = side <= 1.0 ? -2.0 + 2.0 * side : side <= 2.0 ? 2.0 * (side - 1.0) : 2.0 - 4.0 * (side - 2.0);
  const double dy = side <= 1.0 ? -2.0 + 4.0 * side : side <= 2.0 ? 2.0 - 4.0 * (side - 1.0) : -2.0;
  double ink = 0.0;
  for (std::uint32_t row = 0; row < images.height; ++row)
    for (std::uint32_t column = 0; column < images.width; ++column) {
      const double far_x = std::abs(x - 3.0 - dx - column), far_y = std::abs(y - 3.0 - dy - row);
      if (far_x < 1.0 && far_y < 1.0)
        ink += (1.0 - far_x) * (1.0 - far_y) * images.image(0)[row * images.width + column] / 255.0;
    }
  return std::log(1.0 + 9.0 * ink);
}

// Between events the log brightness of every pixel stays within a threshold of its level at the last one, and an event
// comes when it has just reached the next level.
TEST(Saccades, SendAnEventWheneverLogBrightnessHasMovedByTheThreshold) {
  const ImageSet images = generate_digits(3, 4, 1);
  const EventGeometry sensor = saccade_geometry(images);
  EXPECT_EQ(sensor, (EventGeometry{34, 34, 2}));
  const auto events = saccade_events(images, {threshold})->events(0);
  ASSERT_GT(events.size(), 500u);
  std::map<std::uint32_t, std::vector<Spike>> of_pixel;
  for (const Spike& event : events) of_pixel[event.neuron % (34 * 34)].push_back(event);
  for (std::uint32_t pixel = 0; pixel < 34 * 34; ++pixel) {
    const auto at = [&](double ms) { return log_brightness(images, pixel % 34, pixel / 34, ms); };
    double level = at(0.0);
    std::size_t next = 0;
    const std::vector<Spike>& own = of_pixel[pixel];
    for (int ms = 0; ms <= 300; ++ms) {
      for (; next < own.size() && own[next].time.ms() <= ms; ++next) {
        level += own[next].neuron >= 34 * 34 ? threshold : -threshold;
        const double t = own[next].time.ms(), before = std::floor(t);
        const double linear = at(before) + (t - before) * (at(before + 1.0) - at(before));
        ASSERT_NEAR(linear, level, 1e-7) << "pixel " << pixel << " at " << t;
      }
      ASSERT_LT(std::abs(at(ms) - level), threshold + 1e-7) << "pixel " << pixel << " at " << ms;
    }
    EXPECT_EQ(next, own.size());
  }
}

TEST(Saccades, OfOneImageDoNotDependOnTheOthers) {
  const auto many = saccade_events(generate_digits(1, 0, 20), {});
  EXPECT_EQ(saccade_events(generate_digits(1, 7, 1), {})->events(0), many->events(7));
  EXPECT_NE(many->events(6), many->events(7));
  EXPECT_THAT(many->origin(), HasSubstr("synthetic"));
  EXPECT_THAT(many->origin(), HasSubstr("no recording of an event camera"));
  EXPECT_THAT(message_of([] { saccade_events(generate_digits(1, 0, 1), {0.0}); }),
              HasSubstr("threshold = 0; allowed: [0.01, 2]"));
}

// Back through the reader of recorded files: the same events, at whole microseconds.
void expect_same_as_files(const EventSet& set, const std::string& folder) {
  const auto files = open_event_files(folder, {.geometry = {34, 34, 2}, .classes = 10, .time_unit = ""});
  ASSERT_EQ(files->size(), set.size());
  for (std::uint64_t i = 0; i < set.size(); ++i) {
    EXPECT_EQ(files->label(i), set.label(i));
    std::vector<Spike> expected = set.events(i);
    for (Spike& event : expected) event.time.ticks -= event.time.ticks % 1'000'000;
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(files->events(i), expected) << "sample " << i;
  }
}

TEST(SaccadesCommand, WritesFilesThatReadBack) {
  const TemporaryFolder folder;
  const std::string set = (folder / "set").string();
  const CliCall made = call({"saccades", "-o", set, "--samples", "12", "--first", "3", "--seed", "5"});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out,
              HasSubstr("synthetic saccades over generated digits, seed 5 (no recording of an event camera)"));
  expect_same_as_files(*saccade_events(generate_digits(5, 3, 12), {}), set);
  const CliCall again = call({"saccades", "-o", set, "--samples", "12"});
  EXPECT_EQ(again.code, 4);
  EXPECT_THAT(again.err, HasSubstr("exists already"));
  EXPECT_EQ(call({"saccades", "-o", set + "2", "--samples", "12", "--seed", "1", "--images", "x"}).code, 2);
  EXPECT_EQ(call({"saccades", "-o", set + "2", "--samples", "1", "--images", (folder / "absent").string()}).code, 4);
}

TEST(SaccadesCommand, MakesAnEventSetOfMnist) {
  const char* mnist = std::getenv("SYNOP_MNIST_DIR");
  if (mnist == nullptr) GTEST_SKIP() << "SYNOP_MNIST_DIR does not name a folder with MNIST";
  const TemporaryFolder folder;
  const std::string set = (folder / "set").string();
  ASSERT_EQ(call({"saccades", "-o", set, "--samples", "30", "--images", mnist}).code, 0);
  expect_same_as_files(*saccade_events(read_idx_folder(mnist).slice(0, 30), {}), set);
}

}  // namespace
}  // namespace synop
