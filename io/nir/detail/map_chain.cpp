#include "synop/io/nir/detail/map_chain.hpp"

#include <algorithm>

#include "synop/core/error.hpp"

namespace synop::nir::detail {

namespace {

constexpr std::uint64_t longest = 32'767;  // what fits the types of a shape, which checks the rest

bool is_pool(const Node& node) {
  return node.kind == NodeKind::sum_pool2d || node.kind == NodeKind::avg_pool2d;
}

// One number for all neurons?
bool is_uniform(const Array& array) {
  return std::all_of(array.values.begin(), array.values.end(), [&](double x) { return x == array.values.front(); });
}

bool lies_side_by_side(const ConvolutionGeometry::Axis& axis) {
  return axis.stride == axis.kernel && axis.padding == 0 && axis.dilation == 1 && axis.out == axis.in / axis.kernel;
}

bool fits(const ConvolutionGeometry::Axis& axis) {
  return std::max({axis.in, axis.kernel, axis.out == 1 ? 1 : axis.stride, axis.dilation, axis.padding}) <= longest;
}

ConvolutionShape::Axis axis_of(const ConvolutionGeometry::Axis& axis) {
  ConvolutionShape::Axis shape{.size = static_cast<std::uint32_t>(axis.in),
                               .kernel = static_cast<std::uint32_t>(axis.kernel),
                               .stride = static_cast<std::uint32_t>(std::min(axis.stride, longest)),
                               .pad_before = static_cast<std::uint32_t>(axis.padding),
                               .dilation = static_cast<std::uint32_t>(axis.dilation)};
  // A single output: with so long a stride no input looks for others.
  if (axis.out == 1) shape.stride = std::max(shape.stride, std::min(shape.span(), static_cast<std::uint32_t>(longest)));
  // As far as the last output sees.
  const std::int64_t end = (static_cast<std::int64_t>(axis.out) - 1) * shape.stride + shape.span();
  shape.pad_after =
      static_cast<std::uint32_t>(std::max<std::int64_t>(0, end - static_cast<std::int64_t>(axis.in + axis.padding)));
  return shape;
}

// A matrix as a convolution with one output for each of its rows, whose kernel covers the whole input.
ConvolutionGeometry whole_input(const Node& matrix, const ConvolutionGeometry& before) {
  const std::uint64_t rows = before.rows.out, columns = before.columns.out;
  return {.channels_in = before.channels_out,
          .channels_out = matrix.size(),
          .rows = {.in = rows, .out = 1, .kernel = rows},
          .columns = {.in = columns, .out = 1, .kernel = columns}};
}

class Chain {
 public:
  // False if the node cannot follow those before it.
  bool add(const Node& node) {
    switch (node.kind) {
      case NodeKind::flatten:
        return true;
      case NodeKind::scale:
        factor_ *= node.parameter("scale").values.front();
        return is_uniform(node.parameter("scale"));
      case NodeKind::linear:
      case NodeKind::affine:
        if (!last_ || !pools()) return false;
        kernel_ = node.parameter("weight").values;
        pool_ = last_;
        last_ = whole_input(node, *pool_);
        return true;
      default:
        return node.geometry && add_window(node);
    }
  }

  std::optional<ChainedMap> finish() const {
    if (!last_ || !fits(last_->rows) || !fits(last_->columns)) return {};
    ChainedMap map{.shape = {.in_channels = static_cast<std::uint32_t>(last_->channels_in),
                             .out_channels = static_cast<std::uint32_t>(last_->channels_out),
                             .groups = static_cast<std::uint32_t>(last_->groups),
                             .rows = axis_of(last_->rows),
                             .columns = axis_of(last_->columns)},
                   .kernel = kernel_};
    if (pool_) {
      if (!fits(pool_->rows) || !fits(pool_->columns)) return {};
      map.shape.rows.size = static_cast<std::uint32_t>(pool_->rows.in);
      map.shape.rows.pool = static_cast<std::uint32_t>(pool_->rows.kernel);
      map.shape.columns.size = static_cast<std::uint32_t>(pool_->columns.in);
      map.shape.columns.pool = static_cast<std::uint32_t>(pool_->columns.kernel);
    }
    for (double& weight : map.kernel) weight *= factor_;
    try {
      map.shape.validate("convolution");
    } catch (const Error&) {
      return {};
    }
    return map;
  }

 private:
  bool add_window(const Node& node) {
    if (last_) {
      if (!pools() || !reads(*node.geometry, *last_)) return false;
      pool_ = last_;
    }
    if (is_pool(node)) {
      factor_ *= kernel_of(node).front();
      kernel_.assign(node.geometry->taps(), 1.0);
    } else {
      kernel_ = kernel_of(node);
    }
    pools_ = is_pool(node);
    last_ = node.geometry;
    return true;
  }

  static bool reads(const ConvolutionGeometry& after, const ConvolutionGeometry& before) {
    return after.channels_in == before.channels_out && after.rows.in == before.rows.out &&
           after.columns.in == before.columns.out;
  }

  // Whether what there is so far is a pooling that may come before a convolution.
  bool pools() const {
    return pools_ && !pool_ && lies_side_by_side(last_->rows) && lies_side_by_side(last_->columns);
  }

  std::optional<ConvolutionGeometry> pool_;  // comes first, if there is one
  std::optional<ConvolutionGeometry> last_;
  bool pools_ = false;                       // last_ is a pool
  std::vector<double> kernel_;
  double factor_ = 1.0;
};

}  // namespace

std::optional<ChainedMap> chained_map(const Graph& graph, std::span<const std::uint32_t> maps) {
  Chain chain;
  for (const std::uint32_t n : maps)
    if (!chain.add(graph.nodes[n])) return {};
  return chain.finish();
}

}  // namespace synop::nir::detail
