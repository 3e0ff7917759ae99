#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/nir/detail/datasets.hpp"
#include "synop/io/nir/graph.hpp"

namespace synop::nir {

namespace {

using Axis = ConvolutionGeometry::Axis;

constexpr std::uint64_t largest_node = std::uint64_t{1} << 26;  // values, so that sizes and memory stay within bounds

std::uint64_t whole(const Node& node, std::string_view dataset, std::size_t dimension = 0) {
  const Array& array = node.parameter(dataset);
  return static_cast<std::uint64_t>(array.at(dimension));
}

Shape shape_in(const Node& node, std::string_view dataset) {
  Shape shape;
  for (const double n : node.parameter(dataset).values) shape.push_back(static_cast<std::uint64_t>(n));
  return shape;
}

class Inference {
 public:
  explicit Inference(Graph& graph) : graph_(graph), known_(graph.nodes.size()) {}

  void run() {
    for (std::uint32_t n = 0; n < known_.size(); ++n)
      if (const auto shape = own_shape(graph_.nodes[n])) settle(n, *shape);
    while (pass()) {
    }
    // What is left is a single value for neurons of unknown number, in a loop: one neuron.
    for (std::uint32_t n = 0; n < known_.size(); ++n) {
      if (known_[n]) continue;
      if (!takes_any_shape(graph_.nodes[n])) refuse(n, "its shape does not follow from the nodes before it");
      settle(n, {1});
      while (pass()) {
      }
    }
    check_edges();
  }

 private:
  [[noreturn]] void refuse(std::uint32_t n, const std::string& problem) const {
    throw Error(ErrorKind::input, fmt::format("'{}': {}: {}", graph_.file, graph_.nodes[n].title(), problem));
  }
  bool pass();
  static std::optional<Shape> own_shape(const Node& node);
  static std::optional<Shape> shape_of_neurons(const Node& node);
  static bool takes_any_shape(const Node& node);
  void settle(std::uint32_t n, Shape shape);
  Shape output_of(std::uint32_t n);
  Shape flattened(std::uint32_t n) const;
  Shape convolved(std::uint32_t n);
  Axis axis(std::uint32_t n, std::size_t dimension, std::uint64_t in, std::uint64_t kernel) const;
  void check_each(std::uint32_t n) const;
  void check_edges() const;

  Graph& graph_;
  std::vector<bool> known_;
};

// Settles what has become known; false if nothing has.
bool Inference::pass() {
  bool any = false;
  for (const Edge& edge : graph_.edges) {
    if (!known_[edge.source] || known_[edge.target]) continue;
    settle(edge.target, graph_.nodes[edge.source].output_shape);
    any = true;
  }
  return any;
}

// The shape of the input as the node itself says it.
std::optional<Shape> Inference::own_shape(const Node& node) {
  switch (node.kind) {
    case NodeKind::input:
    case NodeKind::output:
      return shape_in(node, "shape");
    case NodeKind::affine:
    case NodeKind::linear:
      return Shape{node.parameter("weight").shape[1]};
    case NodeKind::conv1d:
    case NodeKind::conv2d: {
      if (!node.has("input_shape")) return std::nullopt;
      Shape shape{node.parameter("weight").shape[1] * whole(node, "groups")};
      for (std::size_t k = 0; k < (node.kind == NodeKind::conv1d ? 1u : 2u); ++k)
        shape.push_back(whole(node, "input_shape", k));
      return shape;
    }
    case NodeKind::flatten:
      return node.has("input_type") ? std::optional(shape_in(node, "input_type")) : std::nullopt;
    case NodeKind::sum_pool2d:
    case NodeKind::avg_pool2d:
      return std::nullopt;
    default:
      return shape_of_neurons(node);
  }
}

// That of the parameters with more than one value.
std::optional<Shape> Inference::shape_of_neurons(const Node& node) {
  for (const auto& [name, array] : node.parameters)
    if (array.values.size() > 1) return array.shape;
  return std::nullopt;
}

bool Inference::takes_any_shape(const Node& node) {
  return has_potential(node.kind) || node.kind == NodeKind::scale || node.kind == NodeKind::threshold ||
         node.kind == NodeKind::delay;
}

void Inference::settle(std::uint32_t n, Shape shape) {
  double size = 1.0;
  for (const std::uint64_t extent : shape) size *= static_cast<double>(extent);
  if (size > static_cast<double>(largest_node))
    refuse(n, fmt::format("its input has the shape {}; allowed: at most {} values", text_of(shape), largest_node));
  Node& node = graph_.nodes[n];
  node.input_shape = std::move(shape);
  node.output_shape = output_of(n);
  known_[n] = true;
}

Shape Inference::output_of(std::uint32_t n) {
  const Node& node = graph_.nodes[n];
  switch (node.kind) {
    case NodeKind::input:
    case NodeKind::output:
      return node.input_shape;
    case NodeKind::affine:
    case NodeKind::linear: {
      const std::uint64_t out = node.parameter("weight").shape[0];
      if (node.has("bias") && node.parameter("bias").values.size() != out)
        refuse(n, fmt::format("bias has {} values and weight {} rows; allowed: as many",
                              node.parameter("bias").values.size(), out));
      return {out};
    }
    case NodeKind::flatten:
      return flattened(n);
    case NodeKind::conv1d:
    case NodeKind::conv2d:
    case NodeKind::sum_pool2d:
    case NodeKind::avg_pool2d:
      return convolved(n);
    default:
      check_each(n);
      return node.input_shape;
  }
}

Shape Inference::flattened(std::uint32_t n) const {
  const Node& node = graph_.nodes[n];
  const auto rank = static_cast<double>(node.input_shape.size());
  const auto dimension = [&](std::string_view dataset, double otherwise) {
    const double given = node.has(dataset) ? node.parameter(dataset).values.front() : otherwise;
    const double counted = given < 0.0 ? given + rank : given;
    if (counted < 0.0 || counted >= rank)
      refuse(n, fmt::format("{} = {} is no dimension of the shape {}", dataset, given, text_of(node.input_shape)));
    return static_cast<std::size_t>(counted);
  };
  const std::size_t first = dimension("start_dim", 1.0), last = dimension("end_dim", -1.0);
  if (last < first) refuse(n, fmt::format("end_dim lies before start_dim in the shape {}", text_of(node.input_shape)));
  Shape shape(node.input_shape.begin(), node.input_shape.begin() + static_cast<std::ptrdiff_t>(first));
  std::uint64_t joined = 1;
  for (std::size_t k = first; k <= last; ++k) joined *= node.input_shape[k];
  shape.push_back(joined);
  shape.insert(shape.end(), node.input_shape.begin() + static_cast<std::ptrdiff_t>(last) + 1, node.input_shape.end());
  return shape;
}

Axis Inference::axis(std::uint32_t n, std::size_t dimension, std::uint64_t in, std::uint64_t kernel) const {
  const Node& node = graph_.nodes[n];
  Axis axis{.in = in, .out = 0, .kernel = kernel, .stride = whole(node, "stride", dimension)};
  if (node.has("dilation")) axis.dilation = whole(node, "dilation", dimension);
  const double reach = static_cast<double>(axis.dilation) * static_cast<double>(kernel - 1) + 1.0;
  double before = 0.0, after = 0.0;
  if (node.padding_mode == "same") {
    if (axis.stride != 1) refuse(n, fmt::format("padding = 'same' with a stride of {}; allowed: 1", axis.stride));
    before = std::floor((reach - 1.0) / 2.0);
    after = reach - 1.0 - before;
  } else if (node.padding_mode.empty()) {
    before = after = node.parameter("padding").at(dimension);
  }
  const double room = static_cast<double>(in) + before + after - reach;
  if (room < 0.0)
    refuse(n, fmt::format("its kernel reaches over {} of the {} values that it has with padding along dimension {}",
                          reach, static_cast<double>(in) + before + after, dimension + 1));
  const double out = std::floor(room / static_cast<double>(axis.stride)) + 1.0;
  if (out > static_cast<double>(largest_node))
    refuse(n, fmt::format("its output has {} values along dimension {}; allowed: at most {}", out, dimension + 1,
                          largest_node));
  axis.padding = static_cast<std::uint64_t>(before);
  axis.out = static_cast<std::uint64_t>(out);
  return axis;
}

Shape Inference::convolved(std::uint32_t n) {
  Node& node = graph_.nodes[n];
  const Shape& in = node.input_shape;
  const bool pool = node.kind == NodeKind::sum_pool2d || node.kind == NodeKind::avg_pool2d;
  const std::size_t rank = node.kind == NodeKind::conv1d ? 2 : 3;
  if (in.size() != rank)
    refuse(n, fmt::format("its input has the shape {}; allowed: {} dimensions, channels first", text_of(in), rank));
  ConvolutionGeometry g;
  g.channels_in = g.channels_out = g.groups = in[0];
  const Shape weight = pool ? Shape{} : node.parameter("weight").shape;
  const auto kernel = [&](std::size_t k) { return pool ? whole(node, "kernel_size", k) : weight[2 + k]; };
  if (rank == 3) g.rows = axis(n, 0, in[1], kernel(0));
  g.columns = axis(n, rank - 2, in[rank - 1], kernel(rank - 2));
  if (!pool) {
    g.channels_out = weight[0];
    g.groups = whole(node, "groups");
    if (g.channels_in % g.groups != 0 || g.channels_out % g.groups != 0 || g.channels_in / g.groups != weight[1])
      refuse(n, fmt::format("weight has the shape {} and the input {} channels in {} groups; they do not fit",
                            text_of(weight), g.channels_in, g.groups));
    if (node.parameter("bias").values.size() != g.channels_out)
      refuse(n, fmt::format("bias has {} values and weight {} channels; allowed: as many",
                            node.parameter("bias").values.size(), g.channels_out));
  }
  const double size =
      static_cast<double>(g.channels_out) * static_cast<double>(g.rows.out) * static_cast<double>(g.columns.out);
  if (size > static_cast<double>(largest_node))
    refuse(n, fmt::format("its output has {} values; allowed: at most {}", size, largest_node));
  if (pool &&
      static_cast<double>(g.channels_in) * static_cast<double>(g.rows.kernel) * static_cast<double>(g.columns.kernel) >
          static_cast<double>(largest_node))
    refuse(n, "its kernel is too large");
  node.geometry = g;
  return rank == 2 ? Shape{g.channels_out, g.columns.out} : Shape{g.channels_out, g.rows.out, g.columns.out};
}

// Every parameter has one value, or one for each neuron.
void Inference::check_each(std::uint32_t n) const {
  const Node& node = graph_.nodes[n];
  for (const auto& [name, array] : node.parameters)
    if (array.values.size() != 1 && array.shape != node.input_shape)
      refuse(n, fmt::format("{} has the shape {} and the node {}; allowed: the same, or one value", name,
                            text_of(array.shape), text_of(node.input_shape)));
}

void Inference::check_edges() const {
  for (const Edge& edge : graph_.edges) {
    const Node& source = graph_.nodes[edge.source];
    const Node& target = graph_.nodes[edge.target];
    if (source.output_shape != target.input_shape)
      throw Error(ErrorKind::input,
                  fmt::format("'{}': shapes do not chain: {} gives {}, but {} takes {}", graph_.file, source.title(),
                              text_of(source.output_shape), target.title(), text_of(target.input_shape)));
  }
}

}  // namespace

void infer_shapes(Graph& graph) {
  Inference(graph).run();
}

}  // namespace synop::nir
