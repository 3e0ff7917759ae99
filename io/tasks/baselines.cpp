#include "synop/io/tasks/baselines.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/tasks/detail/softmax_training.hpp"

namespace synop {

namespace {

using Scores = std::array<float, class_count>;

// Class means, [class][pixel]; a class without images has no mean and is never the nearest.
std::vector<double> class_means(const ImageSet& set, std::array<std::size_t, class_count>& images) {
  const std::size_t pixels = set.pixels_per_image();
  std::vector<double> means(class_count * pixels, 0.0);
  for (std::size_t i = 0; i < set.size(); ++i) {
    const auto image = set.image(i);
    ++images[set.labels[i]];
    for (std::size_t p = 0; p < pixels; ++p) means[set.labels[i] * pixels + p] += image[p];
  }
  for (std::size_t c = 0; c < class_count; ++c) {
    for (std::size_t p = 0; p < pixels && images[c] > 0; ++p) means[c * pixels + p] /= static_cast<double>(images[c]);
  }
  return means;
}

double squared_distance(std::span<const std::uint8_t> image, const double* mean) {
  double sum = 0.0;
  for (std::size_t p = 0; p < image.size(); ++p) {
    const double difference = image[p] - mean[p];
    sum += difference * difference;
  }
  return sum;
}

}  // namespace

double nearest_centroid_accuracy(const ImageSet& train, const ImageSet& test) {
  check_same_shape(train, test);
  train.validate();
  test.validate();
  std::array<std::size_t, class_count> images{};
  const std::vector<double> means = class_means(train, images);
  std::size_t right = 0;
  for (std::size_t i = 0; i < test.size(); ++i) {
    double best = std::numeric_limits<double>::infinity();
    std::size_t nearest = class_count;
    for (std::size_t c = 0; c < class_count; ++c) {
      if (images[c] == 0) continue;
      const double distance = squared_distance(test.image(i), means.data() + c * test.pixels_per_image());
      if (distance < best) {
        best = distance;
        nearest = c;
      }
    }
    right += nearest == test.labels[i];
  }
  return static_cast<double>(right) / static_cast<double>(test.size());
}

// Sum over the images of a batch of the gradient of the cross-entropy.
struct LinearClassifier::Gradient {
  std::vector<float> weights;
  Scores bias{};
};

LinearClassifier::LinearClassifier(const ImageSet& set)
    : pixels_(set.pixels_per_image()), weights_(pixels_ * class_count, 0.0F) {}

Scores LinearClassifier::scores(std::span<const std::uint8_t> image) const {
  Scores sums = bias_;
  for (std::size_t p = 0; p < pixels_; ++p) {
    if (image[p] == 0) continue;
    const float x = static_cast<float>(image[p]) / 255.0F;
    const float* row = weights_.data() + p * class_count;
    for (std::size_t c = 0; c < class_count; ++c) sums[c] += x * row[c];
  }
  return sums;
}

void LinearClassifier::add_gradient(std::span<const std::uint8_t> image, unsigned label, Gradient& sum) const {
  Scores error = scores(image);
  detail::softmax(error);
  error[label] -= 1.0F;
  for (std::size_t c = 0; c < class_count; ++c) sum.bias[c] += error[c];
  for (std::size_t p = 0; p < pixels_; ++p) {
    if (image[p] == 0) continue;
    const float x = static_cast<float>(image[p]) / 255.0F;
    float* row = sum.weights.data() + p * class_count;
    for (std::size_t c = 0; c < class_count; ++c) row[c] += x * error[c];
  }
}

void LinearClassifier::step(const Gradient& sum, float rate) {
  for (std::size_t k = 0; k < weights_.size(); ++k) weights_[k] -= rate * sum.weights[k];
  for (std::size_t c = 0; c < class_count; ++c) bias_[c] -= rate * sum.bias[c];
}

LinearClassifier LinearClassifier::train(const ImageSet& set, const LinearOptions& options) {
  if (set.size() == 0) throw Error(ErrorKind::model, fmt::format("{} holds no images to train on", set.origin));
  set.validate();
  if (options.epochs < 1 || options.batch < 1 || !(options.rate > 0.0)) {
    throw Error(ErrorKind::model,
                fmt::format("a linear classifier needs epochs >= 1, batch >= 1 and rate > 0, not {}, {} and {}",
                            options.epochs, options.batch, options.rate));
  }
  LinearClassifier model(set);
  Gradient sum;
  const auto batch = static_cast<std::size_t>(options.batch);
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    const std::vector<std::uint32_t> order = detail::shuffled(set.size(), options.seed, epoch);
    for (std::size_t start = 0; start < order.size(); start += batch) {
      const std::size_t end = std::min(start + batch, order.size());
      sum.weights.assign(model.weights_.size(), 0.0F);
      sum.bias.fill(0.0F);
      for (std::size_t k = start; k < end; ++k) model.add_gradient(set.image(order[k]), set.labels[order[k]], sum);
      model.step(sum, static_cast<float>(options.rate / (1 + epoch) / static_cast<double>(end - start)));
      model.training_macs_ += (2 * (end - start) + 1) * model.macs_per_image();
    }
  }
  return model;
}

int LinearClassifier::classify(std::span<const std::uint8_t> image) const {
  const Scores sums = scores(image);
  return static_cast<int>(std::max_element(sums.begin(), sums.end()) - sums.begin());
}

double LinearClassifier::accuracy(const ImageSet& test) const {
  if (test.size() == 0 || test.pixels_per_image() != pixels_) {
    throw Error(ErrorKind::model, fmt::format("{} has {} images of {} pixels; at least one of {} pixels is needed",
                                              test.origin, test.size(), test.pixels_per_image(), pixels_));
  }
  std::size_t right = 0;
  for (std::size_t i = 0; i < test.size(); ++i) right += classify(test.image(i)) == test.labels[i];
  return static_cast<double>(right) / static_cast<double>(test.size());
}

}  // namespace synop
