#include "synop/io/nir/detail/linear_map.hpp"

#include <algorithm>

namespace synop::nir::detail {

LinearMap::LinearMap(const Node& node) : node_(&node) {
  if (node.geometry) {
    kernel_ = kernel_of(node);
  } else if (node.has("weight")) {
    const Array& weight = node.parameter("weight");
    const std::uint64_t rows = weight.shape[0], sources = weight.shape[1];
    columns_.resize(weight.values.size());
    for (std::uint64_t row = 0; row < rows; ++row)
      for (std::uint64_t source = 0; source < sources; ++source)
        columns_[source * rows + row] = weight.values[row * sources + source];
  }
}

double LinearMap::constant(std::uint32_t target) const {
  if (!node_->has("bias")) return 0.0;
  const std::uint64_t per_channel = node_->geometry ? node_->size() / node_->geometry->channels_out : 1;
  return node_->parameter("bias").values[target / per_channel];
}

std::uint64_t LinearMap::apply(std::span<const Signal* const> inputs, Signal& out) const {
  if (node_->has("bias"))
    for (std::uint32_t i = 0; i < out.values.size(); ++i) out.values[i] = constant(i);
  else
    std::fill(out.values.begin(), out.values.end(), 0.0);
  std::uint64_t operations = 0;
  for (const Signal* input : inputs)
    input->for_each([&](std::uint32_t source, double value) {
      for_each_target(source, [&](std::uint32_t target, double weight) {
        out.values[target] += weight * value;
        ++operations;
      });
    });
  return operations;
}

}  // namespace synop::nir::detail
