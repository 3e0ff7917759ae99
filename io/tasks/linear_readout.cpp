#include "synop/io/tasks/linear_readout.hpp"

#include <algorithm>
#include <cmath>

#include "synop/io/tasks/detail/softmax_training.hpp"

namespace synop {

LinearReadout::LinearReadout(std::size_t neurons, std::size_t classes)
    : neurons_(neurons), classes_(classes), weights_(neurons * classes), bias_(classes) {}

void LinearReadout::observe(std::span<const std::uint32_t> counts, int label) {
  for (std::uint32_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0) fired_.push_back({i, static_cast<float>(counts[i])});
  begins_.push_back(fired_.size());
  labels_.push_back(static_cast<std::uint32_t>(label));
}

std::span<const LinearReadout::Count> LinearReadout::sample(std::size_t k) const {
  return {fired_.data() + begins_[k], fired_.data() + begins_[k + 1]};
}

void LinearReadout::scores(std::span<const Count> fired, std::vector<float>& out) const {
  out = bias_;
  for (const Count& count : fired)
    for (std::size_t c = 0; c < classes_; ++c) out[c] += count.spikes * weights_[count.neuron * classes_ + c];
}

void LinearReadout::train(std::uint64_t seed) {
  constexpr int passes = 40;
  constexpr std::size_t batch = 32;
  constexpr float step = 0.1F;
  std::vector<float> squares(weights_.size() + classes_, 1e-6F);  // of gradients; those of the bias at the end
  std::vector<float> gradient(weights_.size() + classes_);
  std::vector<float> error;
  std::vector<std::uint32_t> touched;  // neurons with a gradient
  const auto descend = [&](std::size_t k, float& value) {
    squares[k] += gradient[k] * gradient[k];
    value -= step * gradient[k] / std::sqrt(squares[k]);
    gradient[k] = 0.0F;
  };
  for (int pass = 0; pass < passes; ++pass) {
    const std::vector<std::uint32_t> order = detail::shuffled(labels_.size(), seed, pass);
    for (std::size_t begin = 0; begin < order.size(); begin += batch) {
      const std::size_t end = std::min(begin + batch, order.size());
      touched.clear();
      for (std::size_t k = begin; k < end; ++k) {
        const std::span<const Count> fired = sample(order[k]);
        scores(fired, error);
        detail::softmax(error);
        error[labels_[order[k]]] -= 1.0F;
        for (std::size_t c = 0; c < classes_; ++c) gradient[weights_.size() + c] += error[c];
        for (const Count& count : fired) {
          touched.push_back(count.neuron);
          for (std::size_t c = 0; c < classes_; ++c) gradient[count.neuron * classes_ + c] += count.spikes * error[c];
        }
      }
      std::sort(touched.begin(), touched.end());
      touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
      for (const std::uint32_t i : touched)
        for (std::size_t c = 0; c < classes_; ++c) descend(i * classes_ + c, weights_[i * classes_ + c]);
      for (std::size_t c = 0; c < classes_; ++c) descend(weights_.size() + c, bias_[c]);
    }
  }
}

int LinearReadout::classify(std::span<const std::uint32_t> counts) const {
  std::vector<float> sums = bias_;
  bool any = false;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    any = true;
    for (std::size_t c = 0; c < classes_; ++c) sums[c] += static_cast<float>(counts[i]) * weights_[i * classes_ + c];
  }
  return any ? static_cast<int>(std::max_element(sums.begin(), sums.end()) - sums.begin()) : -1;
}

}  // namespace synop
