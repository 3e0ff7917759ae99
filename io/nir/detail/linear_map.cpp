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
  } else {
    const Array* const scale = node.kind == NodeKind::scale ? &node.parameter("scale") : nullptr;
    for (std::uint64_t i = 0; i < node.size(); ++i) factors_.push_back(scale != nullptr ? scale->at(i) : 1.0);
  }
  if (!node.has("bias")) return;
  const std::uint64_t per_channel = node.geometry ? node.size() / node.geometry->channels_out : 1;
  for (std::uint64_t i = 0; i < node.size(); ++i) constants_.push_back(node.parameter("bias").values[i / per_channel]);
}

std::uint64_t LinearMap::apply(std::span<const Signal* const> inputs, Signal& out) const {
  if (constants_.empty())
    std::fill(out.values.begin(), out.values.end(), 0.0);
  else
    out.values = constants_;
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
