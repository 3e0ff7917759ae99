#include "synop/io/nir/convolution_projection.hpp"

#include <algorithm>

#include "synop/core/error.hpp"

namespace synop::nir {

namespace {

ConvolutionShape::Axis axis_of(const ConvolutionGeometry::Axis& axis) {
  ConvolutionShape::Axis shape{.size = static_cast<std::uint32_t>(axis.in),
                               .kernel = static_cast<std::uint32_t>(axis.kernel),
                               .stride = axis.out == 1 ? 1 : static_cast<std::uint32_t>(axis.stride),
                               .pad_before = static_cast<std::uint32_t>(axis.padding),
                               .dilation = static_cast<std::uint32_t>(axis.dilation)};
  // As far as the last output sees.
  const std::int64_t end = (static_cast<std::int64_t>(axis.out) - 1) * shape.stride + shape.span();
  shape.pad_after =
      static_cast<std::uint32_t>(std::max<std::int64_t>(0, end - static_cast<std::int64_t>(axis.in + axis.padding)));
  return shape;
}

ConvolutionShape shape_of(const ConvolutionGeometry& geometry) {
  return {.in_channels = static_cast<std::uint32_t>(geometry.channels_in),
          .out_channels = static_cast<std::uint32_t>(geometry.channels_out),
          .groups = static_cast<std::uint32_t>(geometry.groups),
          .rows = axis_of(geometry.rows),
          .columns = axis_of(geometry.columns)};
}

}  // namespace

bool fits_rule(const ConvolutionGeometry& geometry) {
  constexpr std::uint64_t longest = 32'767;  // what fits the types of the shape, which checks the rest
  for (const ConvolutionGeometry::Axis* axis : {&geometry.rows, &geometry.columns})
    if (std::max({axis->in, axis->kernel, axis->out == 1 ? 1 : axis->stride, axis->dilation, axis->padding}) > longest)
      return false;
  try {
    shape_of(geometry).validate("convolution");
  } catch (const Error&) {
    return false;
  }
  return true;
}

ProjectionSection convolution_projection(const PopulationSlice& source, const PopulationSlice& target,
                                         const ConvolutionGeometry& geometry, const std::vector<double>& kernel,
                                         Delay delay) {
  ProjectionSection projection;
  projection.source = source;
  projection.target = target;
  projection.rule.kind = ConnectionRuleSection::Kind::convolution;
  projection.rule.convolution = shape_of(geometry);
  projection.weight = {.kind = Distribution::Kind::list, .values = kernel};
  projection.delay = {.a = delay.ms()};
  return projection;
}

}  // namespace synop::nir
