#include "synop/io/tasks/baselines.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/io/tasks/digit_generator.hpp"
#include "synop/io/tasks/idx_reader.hpp"

namespace synop {
namespace {

// Two classes on a line: the means of class 0 and 1 are 10 and 30, so that 19 is nearer to class 0 and 21 to class 1.
TEST(NearestCentroid, DecidesHalfwayBetweenTheMeans) {
  const ImageSet train{1, 1, {0, 20, 30, 30}, {0, 0, 1, 1}, "train"};
  EXPECT_EQ(nearest_centroid_accuracy(train, {1, 1, {19, 21}, {0, 1}, "test"}), 1.0);
  EXPECT_EQ(nearest_centroid_accuracy(train, {1, 1, {19, 21, 21, 21}, {0, 0, 0, 1}, "test"}), 0.5);
}

TEST(NearestCentroid, RefusesSetsThatDoNotMatch) {
  const ImageSet one{1, 1, {0}, {0}, "one"}, wide{2, 1, {0, 0}, {0}, "wide"}, none{1, 1, {}, {}, "none"};
  EXPECT_THROW(nearest_centroid_accuracy(one, wide), Error);
  EXPECT_THROW(nearest_centroid_accuracy(none, one), Error);
}

TEST(LinearClassifier, SeparatesClassesThatAreLinearlySeparable) {
  ImageSet set{10, 1, {}, {}, "unit vectors"};
  for (std::uint8_t c = 0; c < 10; ++c) {
    for (std::uint8_t p = 0; p < 10; ++p) set.pixels.push_back(p == c ? 255 : 0);
    set.labels.push_back(c);
  }
  const LinearClassifier model = LinearClassifier::train(set, {.epochs = 20, .batch = 1});
  EXPECT_EQ(model.accuracy(set), 1.0);
}

// By hand: 23 images in batches of 10 are 3 steps per epoch; 2 passes per image and 1 per step, 784 x 10 each.
TEST(LinearClassifier, CountsTheMacsOfItsTraining) {
  const LinearClassifier model = LinearClassifier::train(generate_digits(1, 0, 23), {.epochs = 2, .batch = 10});
  EXPECT_EQ(model.macs_per_image(), 7840U);
  EXPECT_EQ(model.training_macs(), 2U * (2U * 23U + 3U) * 7840U);
}

TEST(LinearClassifier, LearnsTheSameAgainAndSomethingElseInAnotherOrder) {
  const ImageSet train = generate_digits(1, 0, 1000), test = generate_digits(1, 1000, 1000);
  const double first = LinearClassifier::train(train).accuracy(test);
  EXPECT_EQ(LinearClassifier::train(train).accuracy(test), first);
  EXPECT_NE(LinearClassifier::train(train, {.epochs = 1, .seed = 2}).accuracy(test), first);
}

TEST(LinearClassifier, RefusesOptionsAndImagesItCannotUse) {
  const ImageSet set = generate_digits(1, 0, 10);
  EXPECT_THROW(LinearClassifier::train(set, {.batch = 0}), Error);
  EXPECT_THROW(LinearClassifier::train(set, {.rate = -1.0}), Error);
  EXPECT_THROW(LinearClassifier::train(set.slice(0, 0)), Error);
  const ImageSet small{1, 1, {0}, {0}, "small"};
  EXPECT_THROW(LinearClassifier::train(set).accuracy(small), Error);
}

// Linear classifiers reach 91 to 92 % on MNIST in the literature (88 % for the worst of LeCun et al. 1998). Images from
// 50,000 on are left for the final evaluation of networks.
TEST(LinearClassifier, ReachesThePublishedAccuracyOnMnist) {
  const char* folder = std::getenv("SYNOP_MNIST_DIR");
  if (folder == nullptr) GTEST_SKIP() << "SYNOP_MNIST_DIR does not name a folder with MNIST";
  const ImageSet mnist = read_idx_folder(folder);
  ASSERT_EQ(mnist.size(), 60'000U);
  const LinearClassifier model = LinearClassifier::train(mnist.slice(0, 40'000));
  const double accuracy = model.accuracy(mnist.slice(40'000, 10'000));
  EXPECT_GT(accuracy, 0.90);
  EXPECT_LT(accuracy, 0.93);
}

}  // namespace
}  // namespace synop
