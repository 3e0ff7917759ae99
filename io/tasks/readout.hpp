#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synop/io/tasks/dataset.hpp"

namespace synop {

// Classes by vote of labelled neurons. A neuron belongs to the class for whose samples it fired most on average while
// labelling; a sample is given the class whose neurons fire most on average (Diehl & Cook 2015). Ties go to the lower
// class; neurons that never fired belong to none.
class MaxMeanRateReadout {
 public:
  explicit MaxMeanRateReadout(std::size_t neurons, std::size_t classes = class_count)
      : responses_(neurons, std::vector<double>(classes)), samples_(classes), neurons_of_class_(classes) {}

  void observe(std::span<const std::uint32_t> counts, int label);
  void assign();  // after the last observation
  // Instead of observing: the class of each neuron, below the number of classes, or -1 for none.
  void assign(std::vector<int> classes);
  void assign_each_its_own();  // neuron i stands for class i; there are as many
  // The class of a sample; -1 if no neuron that has a class fired.
  int classify(std::span<const std::uint32_t> counts) const;

  std::span<const int> classes() const { return classes_; }  // per neuron; -1: none

  template <class Archive>
  void serialize(Archive& archive) {
    archive(responses_, samples_, classes_, neurons_of_class_);
  }

 private:
  std::vector<std::vector<double>> responses_;  // sums of spikes per neuron and class
  std::vector<std::uint64_t> samples_;          // per class
  std::vector<int> classes_;
  std::vector<std::uint32_t> neurons_of_class_;
};

}  // namespace synop
