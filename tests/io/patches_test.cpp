#include "synop/io/tasks/patches.hpp"

#include <map>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/io/tasks/digit_generator.hpp"

namespace synop {
namespace {

// A frame of numbers that tell where a patch was.
ImageSet ramp(std::size_t images) {
  ImageSet set{.width = 6, .height = 5, .pixels = {}, .labels = {}, .origin = "a ramp"};
  for (std::size_t i = 0; i < images; ++i) {
    for (std::uint8_t p = 0; p < 30; ++p) set.pixels.push_back(p);
    set.labels.push_back(static_cast<std::uint8_t>(i % 10));
  }
  return set;
}

TEST(Patches, AreCutOutOfTheirImagesAndKeepTheLabels) {
  const ImageSet images = generate_digits(3, 0, 200);
  const ImageSet patches = patches_of(images, {7, 5, 0.0}, 1);
  ASSERT_EQ(patches.width, 5u);
  ASSERT_EQ(patches.height, 7u);
  EXPECT_EQ(patches.labels, images.labels);
  patches.validate();
  for (std::size_t i = 0; i < images.size(); ++i) {
    bool found = false;
    for (std::size_t top = 0; top + 7 <= 28; ++top)
      for (std::size_t left = 0; left + 5 <= 28; ++left) {
        bool same = true;
        for (std::size_t r = 0; r < 7; ++r)
          for (std::size_t c = 0; c < 5; ++c)
            same = same && patches.image(i)[r * 5 + c] == images.image(i)[(top + r) * 28 + left + c];
        found = found || same;
      }
    EXPECT_TRUE(found) << "image " << i;
  }
}

TEST(Patches, AreDrawnUniformlyAmongThePlacesWithEnoughInk) {
  const std::size_t count = 30000;
  const double least = 16.0 / 255.0;
  const ImageSet patches = patches_of(ramp(count), {2, 2, least}, 9);
  // The mean of a patch with top left pixel p is p + 3.5.
  std::map<int, std::size_t> seen;
  for (std::size_t i = 0; i < count; ++i) ++seen[patches.image(i)[0]];
  std::map<int, double> expected;
  for (int row = 0; row < 4; ++row)
    for (int column = 0; column < 5; ++column)
      if (row * 6 + column + 3.5 >= 16.0) expected[row * 6 + column] = 0.0;
  ASSERT_EQ(expected.size(), 9u);
  ASSERT_EQ(seen.size(), expected.size());
  double chi_squared = 0.0;
  for (const auto& [place, n] : seen) {
    ASSERT_TRUE(expected.contains(place)) << place;
    const double mean = static_cast<double>(count) / 9.0;
    chi_squared += (static_cast<double>(n) - mean) * (static_cast<double>(n) - mean) / mean;
  }
  EXPECT_LT(chi_squared, 26.1) << "8 degrees of freedom, p = 0.001";
}

TEST(Patches, AreTheBrightestWhereNoPlaceHasEnoughInk) {
  const ImageSet patches = patches_of(ramp(3), {2, 3, 0.9}, 9);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(patches.image(i)[0], 21) << "at row 3, column 3";
}

TEST(Patches, DependOnSeedAndImageAlone) {
  const ImageSet images = generate_digits(3, 0, 50);
  const ImageSet all = patches_of(images, {7, 7, 0.05}, 4);
  const ImageSet first = patches_of(images.slice(0, 20), {7, 7, 0.05}, 4);
  EXPECT_TRUE(std::equal(first.pixels.begin(), first.pixels.end(), all.pixels.begin()));
  EXPECT_NE(patches_of(images, {7, 7, 0.05}, 5).pixels, all.pixels);
}

TEST(Patches, AreNotLargerThanImages) {
  try {
    patches_of(ramp(1), {6, 2, 0.0}, 1);
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    EXPECT_THAT(error.what(), testing::HasSubstr("a patch of 6 x 2 pixels is larger than an image of 5 x 6"));
  }
}

}  // namespace
}  // namespace synop
