#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "synop/io/tasks/dataset.hpp"

namespace synop {

// Classes by vote of labelled neurons. A neuron belongs to the class for whose images it fired most on average while
// labelling; an image is given the class whose neurons fire most on average (Diehl & Cook 2015). Ties go to the lower
// class; neurons that never fired belong to none.
class MaxMeanRateReadout {
 public:
  explicit MaxMeanRateReadout(std::size_t neurons) : responses_(neurons) {}

  void observe(std::span<const std::uint32_t> counts, int label);
  void assign();  // after the last observation
  // The class of an image; -1 if no neuron that has a class fired.
  int classify(std::span<const std::uint32_t> counts) const;

  std::span<const int> classes() const { return classes_; }  // per neuron; -1: none

 private:
  std::vector<std::array<double, class_count>> responses_;  // sums of spikes per neuron and class
  std::array<std::uint64_t, class_count> images_{};
  std::vector<int> classes_;
  std::array<std::uint32_t, class_count> neurons_of_class_{};
};

}  // namespace synop
