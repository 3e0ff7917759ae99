#pragma once

#include <span>
#include <vector>

#include "synop/io/nir/detail/signal.hpp"
#include "synop/io/nir/graph.hpp"

namespace synop::nir::detail {

// A node without state: its output is a linear map of its input plus a constant.
class LinearMap {
 public:
  explicit LinearMap(const Node& node);

  // Calls visit(target, weight) for every value that 1 at `source` gives.
  template <class Visit>
  void for_each_target(std::uint32_t source, Visit visit) const;

  double constant(std::uint32_t target) const { return constants_.empty() ? 0.0 : constants_[target]; }
  std::uint64_t targets() const { return node_->size(); }

  // out = constant + map of the sum of inputs; the work is proportional to the inputs that are not 0. Returns how many
  // weights were added.
  std::uint64_t apply(std::span<const Signal* const> inputs, Signal& out) const;

 private:
  const Node* node_;
  std::vector<double> columns_;  // of a matrix, one source after the other
  std::vector<double> kernel_;   // of a convolution or pool
  std::vector<double> factors_;  // of one value each: Scale, Flatten
  std::vector<double> constants_;
};

template <class Visit>
void LinearMap::for_each_target(std::uint32_t source, Visit visit) const {
  if (node_->geometry) {
    node_->geometry->for_each_target(source, [&](std::uint64_t target, std::uint64_t tap) {
      visit(static_cast<std::uint32_t>(target), kernel_[tap]);
    });
  } else if (factors_.empty()) {
    const std::uint64_t rows = node_->size();
    const double* const column = columns_.data() + source * rows;
    for (std::uint32_t target = 0; target < rows; ++target) visit(target, column[target]);
  } else {
    visit(source, factors_[source]);
  }
}

}  // namespace synop::nir::detail
