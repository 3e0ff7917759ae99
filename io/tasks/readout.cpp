#include "synop/io/tasks/readout.hpp"

#include <algorithm>
#include <numeric>

namespace synop {

void MaxMeanRateReadout::observe(std::span<const std::uint32_t> counts, int label) {
  const auto c = static_cast<std::size_t>(label);
  ++samples_[c];
  for (std::size_t i = 0; i < counts.size(); ++i) responses_[i][c] += counts[i];
}

void MaxMeanRateReadout::assign() {
  std::vector<int> classes(responses_.size(), -1);
  for (std::size_t i = 0; i < responses_.size(); ++i) {
    double best = 0.0;
    for (std::size_t c = 0; c < samples_.size(); ++c) {
      const double mean = samples_[c] != 0 ? responses_[i][c] / static_cast<double>(samples_[c]) : 0.0;
      if (mean > best) {
        best = mean;
        classes[i] = static_cast<int>(c);
      }
    }
  }
  assign(std::move(classes));
}

void MaxMeanRateReadout::assign(std::vector<int> classes) {
  classes_ = std::move(classes);
  std::fill(neurons_of_class_.begin(), neurons_of_class_.end(), 0);
  for (const int c : classes_)
    if (c >= 0) ++neurons_of_class_[static_cast<std::size_t>(c)];
}

void MaxMeanRateReadout::assign_each_its_own() {
  std::vector<int> classes(responses_.size());
  std::iota(classes.begin(), classes.end(), 0);
  assign(std::move(classes));
}

int MaxMeanRateReadout::classify(std::span<const std::uint32_t> counts) const {
  std::vector<double> votes(neurons_of_class_.size());
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (classes_[i] >= 0) votes[static_cast<std::size_t>(classes_[i])] += counts[i];
  for (std::size_t c = 0; c < votes.size(); ++c)
    if (neurons_of_class_[c] != 0) votes[c] /= neurons_of_class_[c];
  const auto most = std::max_element(votes.begin(), votes.end());
  return *most > 0.0 ? static_cast<int>(most - votes.begin()) : -1;
}

}  // namespace synop
