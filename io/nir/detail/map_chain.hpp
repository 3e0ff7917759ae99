#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "synop/io/nir/graph.hpp"
#include "synop/synapses/connect/convolution_shape.hpp"

namespace synop::nir::detail {

// The maps between a node that spikes and one with a potential as one convolution, whose weights are kept once.
struct ChainedMap {
  ConvolutionShape shape;
  std::vector<double> kernel;
};

// What maps one after the other come to (nodes of the graph, that next to the source first), if that is one convolution:
// a Conv or a pool, or a Linear or Affine of what a pool gives; before it, a pool whose windows lie side by side; anywhere,
// Flatten, and Scale by one number. Otherwise none, and the map has to be written out. Biases are left to others.
std::optional<ChainedMap> chained_map(const Graph& graph, std::span<const std::uint32_t> maps);

}  // namespace synop::nir::detail
