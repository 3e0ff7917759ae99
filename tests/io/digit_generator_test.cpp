#include "synop/io/tasks/digit_generator.hpp"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>
#include <omp.h>

#include "synop/core/error.hpp"
#include "synop/io/tasks/baselines.hpp"

namespace synop {
namespace {

// FNV-1a over the pixels.
std::uint64_t hash(const ImageSet& set) {
  std::uint64_t h = 14695981039346656037ULL;
  for (const std::uint8_t pixel : set.pixels) h = (h ^ pixel) * 1099511628211ULL;
  return h;
}

TEST(DigitGenerator, MakesAnImageFromSeedAndIndexAlone) {
  const ImageSet whole = generate_digits(5, 100, 60);
  const ImageSet part = generate_digits(5, 137, 11);
  EXPECT_EQ(whole.slice(37, 11), part);
  EXPECT_NE(generate_digits(6, 137, 11).pixels, part.pixels);
  EXPECT_NE(generate_digits(5 + (1ULL << 32), 137, 11).pixels, part.pixels);
}

TEST(DigitGenerator, IsTheSameForEveryNumberOfThreads) {
  const int before = omp_get_max_threads();
  const ImageSet expected = generate_digits(11, 0, 101);
  for (const int threads : {1, 2, 3, 8}) {
    omp_set_num_threads(threads);
    EXPECT_EQ(generate_digits(11, 0, 101), expected) << threads << " threads";
  }
  omp_set_num_threads(before);
}

// Guards the promise that a seed means the same images on every host and in every build.
TEST(DigitGenerator, KeepsItsImages) {
  EXPECT_EQ(hash(generate_digits(1, 0, 1000)), 8494789355576773579ULL);
}

TEST(DigitGenerator, HoldsEachDigitOnceInEveryTen) {
  const ImageSet set = generate_digits(3, 20, 300);
  for (std::size_t start = 0; start < set.size(); start += 10) {
    std::array<int, 10> seen{};
    for (std::size_t i = start; i < start + 10; ++i) ++seen[set.labels[i]];
    EXPECT_EQ(std::count(seen.begin(), seen.end(), 1), 10) << "from image " << start;
  }
  EXPECT_FALSE(std::equal(set.labels.begin(), set.labels.begin() + 10, set.labels.begin() + 10));
}

TEST(DigitGenerator, DrawsInkOnCleanPaperInsideTheSheet) {
  const ImageSet set = generate_digits(4, 0, 500);
  EXPECT_NO_THROW(set.validate());
  for (std::size_t i = 0; i < set.size(); ++i) {
    const auto image = set.image(i);
    const auto inked = std::count_if(image.begin(), image.end(), [](std::uint8_t p) { return p > 0; });
    EXPECT_GT(inked, 30) << "image " << i;
    EXPECT_LT(inked, 350) << "image " << i;
    EXPECT_GT(*std::max_element(image.begin(), image.end()), 150) << "image " << i;
    EXPECT_EQ(image[0], 0) << "image " << i;
  }
}

// Class means must not be enough, or the task would tell nothing about what a network has learnt.
TEST(DigitGenerator, IsNotSolvedByClassMeansButIsByALinearClassifier) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const ImageSet train = generate_digits(seed, 0, 5000);
    const ImageSet test = generate_digits(seed, 5000, 2000);
    const double centroid = nearest_centroid_accuracy(train, test);
    const double linear = LinearClassifier::train(train).accuracy(test);
    EXPECT_GT(centroid, 0.65);
    EXPECT_LT(centroid, 0.85);
    EXPECT_GT(linear, centroid + 0.08);
  }
}

TEST(DigitGenerator, RefusesMoreThanASetHolds) {
  EXPECT_THROW(generate_digits(1, 0, 1ULL << 40), Error);
}

}  // namespace
}  // namespace synop
