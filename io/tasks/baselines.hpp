#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "synop/io/tasks/dataset.hpp"

namespace synop {

// What simple methods reach on a task: the floor below which a network of any kind has learnt nothing of interest.

// Fraction of `test` whose nearest class mean of `train` (squared distance between pixels) is that of its own class.
// Error(model) when a set is empty or the image sizes differ.
double nearest_centroid_accuracy(const ImageSet& train, const ImageSet& test);

struct LinearOptions {
  int epochs = 8;          // passes over the training images
  int batch = 50;          // images per step
  double rate = 0.5;       // of the first epoch; epoch e uses rate / (1 + e)
  std::uint64_t seed = 1;  // order of the images
};

// Softmax regression on pixel / 255: one weight per pixel and class and one bias per class, trained by mini-batch
// gradient descent on the cross-entropy. A function of its arguments alone, on every host.
class LinearClassifier {
 public:
  // Error(model) when an option is out of range or the set is empty.
  static LinearClassifier train(const ImageSet& set, const LinearOptions& options = {});

  // `image` has the size of the training images.
  int classify(std::span<const std::uint8_t> image) const;
  double accuracy(const ImageSet& test) const;
  float weight(std::size_t pixel, std::size_t class_index) const { return weights_[pixel * class_count + class_index]; }

  // Multiply-accumulates of a dense implementation; that ours skips pixels of 0 changes no result.
  std::uint64_t macs_per_image() const { return std::uint64_t{pixels_} * class_count; }
  // Of the whole training: per image one forward pass and one outer product for the gradient, and per batch one
  // update of every weight.
  std::uint64_t training_macs() const { return training_macs_; }

 private:
  struct Gradient;
  explicit LinearClassifier(const ImageSet& set);
  std::array<float, class_count> scores(std::span<const std::uint8_t> image) const;
  void add_gradient(std::span<const std::uint8_t> image, unsigned label, Gradient& sum) const;
  void step(const Gradient& sum, float rate);

  std::size_t pixels_;
  std::vector<float> weights_;  // [pixel][class]
  std::array<float, class_count> bias_{};
  std::uint64_t training_macs_ = 0;
};

}  // namespace synop
