#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace synop {

// Classes by a linear classifier of spike counts: softmax regression on the responses of the label phase. What a network
// has learned without labels is then judged by what it makes linearly separable, as in the works that put a trained
// readout behind spike-timing dependent plasticity.
//
// An inference adds one weight for each class at every spike of the readout population.
class LinearReadout {
 public:
  LinearReadout() = default;
  LinearReadout(std::size_t neurons, std::size_t classes);

  void observe(std::span<const std::uint32_t> counts, int label);
  // After the last observation: 40 passes in an order of the seed, in batches of 32, with the step of each weight divided by
  // the root of the sum of its squared gradients (AdaGrad), so that neurons that seldom fire learn as fast as others.
  // Duchi, Hazan & Singer (2011) J. Mach. Learn. Res. 12:2121.
  void train(std::uint64_t seed);
  // The class of a sample; -1 if no neuron fired.
  int classify(std::span<const std::uint32_t> counts) const;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(neurons_, classes_, begins_, fired_, labels_, weights_, bias_);
  }

 private:
  struct Count {
    std::uint32_t neuron;
    float spikes;
  };
  std::span<const Count> sample(std::size_t k) const;
  // Of the classes, for the neurons that fired.
  void scores(std::span<const Count> fired, std::vector<float>& out) const;

  std::uint64_t neurons_ = 0;
  std::uint64_t classes_ = 0;
  std::vector<std::uint64_t> begins_{0};  // of each sample in fired_, and the end
  std::vector<Count> fired_;
  std::vector<std::uint32_t> labels_;
  std::vector<float> weights_;  // [neuron][class]
  std::vector<float> bias_;
};

}  // namespace synop
