#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synop/io/nir/convolution_geometry.hpp"

// Networks in the Neuromorphic Intermediate Representation (Pedersen et al. 2024, Nature Communications 15:8122): nodes
// that are differential equations or maps between signals, and edges between them. Time is in seconds and everything
// else without unit, as in the files. See docs/nir.md.
namespace synop::nir {

using Shape = std::vector<std::uint64_t>;  // without a batch dimension; row-major

std::uint64_t size_of(const Shape& shape);
std::string text_of(const Shape& shape);  // "(2, 34, 34)"

enum class NodeKind : std::uint8_t {
  input,
  output,
  affine,
  linear,
  scale,
  conv1d,
  conv2d,
  flatten,
  sum_pool2d,
  avg_pool2d,
  i,
  if_,
  li,
  lif,
  cuba_li,
  cuba_lif,
  threshold,
  delay
};

struct Array {
  Shape shape;
  std::vector<double> values;

  // A single value stands for as many as are asked for.
  double at(std::uint64_t i) const { return values.size() == 1 ? values.front() : values[i]; }
  friend bool operator==(const Array&, const Array&) = default;
};

using Parameters = std::map<std::string, Array, std::less<>>;

struct Node {
  std::string name;  // unique; of nodes of a nested graph its path, "block/lif"
  NodeKind kind = NodeKind::input;
  Parameters parameters;     // by the name of the dataset; v_reset is always there where the kind has one
  std::string padding_mode;  // "same" or "valid" where the file says that in place of numbers
  // From infer_shapes() on:
  Shape input_shape;
  Shape output_shape;
  std::optional<ConvolutionGeometry> geometry = {};  // of convolutions and pools

  const Array& parameter(std::string_view dataset) const { return parameters.find(dataset)->second; }
  bool has(std::string_view dataset) const { return parameters.contains(dataset); }
  std::uint64_t size() const { return size_of(output_shape); }
  std::string title() const;  // "node 'lif1.lif' (CubaLIF)"
};

struct Edge {
  std::uint32_t source = 0;  // indices of nodes
  std::uint32_t target = 0;
  friend bool operator==(const Edge&, const Edge&) = default;
  friend auto operator<=>(const Edge&, const Edge&) = default;
};

// A graph without nested graphs: their nodes stand among the others, joined where their Inputs and Outputs were.
struct Graph {
  std::string file;  // for messages
  std::string version;
  std::vector<Node> nodes;  // in alphabetical order
  std::vector<Edge> edges;  // sorted

  std::vector<std::uint32_t> nodes_of(NodeKind kind) const;
  std::vector<std::uint32_t> sources_of(std::uint32_t node) const;
  std::vector<std::uint32_t> targets_of(std::uint32_t node) const;
  // Throws Error(model) with the nearest name.
  std::uint32_t find(std::string_view node) const;
};

std::string_view type_name(NodeKind kind);  // "CubaLIF"
std::optional<NodeKind> kind_of(std::string_view type);
std::vector<std::string_view> type_names();

bool has_potential(NodeKind kind);  // I, IF, LI, LIF, CubaLI, CubaLIF
bool spikes(NodeKind kind);         // IF, LIF, CubaLIF
bool is_stateless(NodeKind kind);   // maps of the input of the same instant; Threshold is not among them

// The weight of tap k of a convolution or pool, as its geometry counts them.
std::vector<double> kernel_of(const Node& node);

// Works out every node's shapes from what nodes and edges say. Throws Error(input), naming nodes, where shapes do not
// chain, cannot be known or contradict a node's parameters.
void infer_shapes(Graph& graph);

}  // namespace synop::nir
