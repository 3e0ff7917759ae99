#include "synop/io/nir/graph.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop::nir {

namespace {

constexpr std::array<std::string_view, 18> names{"Input",  "Output",  "Affine",    "Linear",    "Scale",     "Conv1d",
                                                 "Conv2d", "Flatten", "SumPool2d", "AvgPool2d", "I",         "IF",
                                                 "LI",     "LIF",     "CubaLI",    "CubaLIF",   "Threshold", "Delay"};

}  // namespace

std::uint64_t size_of(const Shape& shape) {
  std::uint64_t size = 1;
  for (const std::uint64_t n : shape) size *= n;
  return size;
}

std::string text_of(const Shape& shape) {
  return fmt::format("({})", fmt::join(shape, ", "));
}

std::string_view type_name(NodeKind kind) {
  return names[static_cast<std::size_t>(kind)];
}

std::optional<NodeKind> kind_of(std::string_view type) {
  const auto at = std::find(names.begin(), names.end(), type);
  if (at == names.end()) return std::nullopt;
  return static_cast<NodeKind>(at - names.begin());
}

std::vector<std::string_view> type_names() {
  std::vector<std::string_view> all(names.begin(), names.end());
  all.emplace_back("NIRGraph");
  return all;
}

bool has_potential(NodeKind kind) {
  return kind >= NodeKind::i && kind <= NodeKind::cuba_lif;
}

bool spikes(NodeKind kind) {
  return kind == NodeKind::if_ || kind == NodeKind::lif || kind == NodeKind::cuba_lif;
}

bool is_stateless(NodeKind kind) {
  return kind >= NodeKind::affine && kind <= NodeKind::avg_pool2d;
}

std::string Node::title() const {
  return fmt::format("node '{}' ({})", name, type_name(kind));
}

std::vector<std::uint32_t> Graph::nodes_of(NodeKind kind) const {
  std::vector<std::uint32_t> found;
  for (std::uint32_t n = 0; n < nodes.size(); ++n)
    if (nodes[n].kind == kind) found.push_back(n);
  return found;
}

std::vector<std::uint32_t> Graph::sources_of(std::uint32_t node) const {
  std::vector<std::uint32_t> found;
  for (const Edge& edge : edges)
    if (edge.target == node) found.push_back(edge.source);
  return found;
}

std::vector<std::uint32_t> Graph::targets_of(std::uint32_t node) const {
  std::vector<std::uint32_t> found;
  for (const Edge& edge : edges)
    if (edge.source == node) found.push_back(edge.target);
  return found;
}

std::uint32_t Graph::find(std::string_view node) const {
  std::vector<std::string_view> known;
  for (std::uint32_t n = 0; n < nodes.size(); ++n) {
    if (nodes[n].name == node) return n;
    known.emplace_back(nodes[n].name);
  }
  throw Error(ErrorKind::model, fmt::format("'{}' has no node '{}'{}", file, node, did_you_mean(node, known)));
}

std::vector<double> kernel_of(const Node& node) {
  if (node.kind == NodeKind::conv1d || node.kind == NodeKind::conv2d) return node.parameter("weight").values;
  const ConvolutionGeometry& g = *node.geometry;
  const double weight =
      node.kind == NodeKind::avg_pool2d ? 1.0 / static_cast<double>(g.rows.kernel * g.columns.kernel) : 1.0;
  return std::vector<double>(g.taps(), weight);
}

}  // namespace synop::nir
