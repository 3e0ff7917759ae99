#include "synop/io/nir/convolution_projection.hpp"

#include <algorithm>

namespace synop::nir {

namespace {

ConvolutionShape::Axis axis_of(const ConvolutionGeometry::Axis& axis) {
  ConvolutionShape::Axis shape{.size = static_cast<std::uint32_t>(axis.in),
                               .kernel = static_cast<std::uint32_t>(axis.kernel),
                               .stride = static_cast<std::uint32_t>(axis.stride),
                               .pad_before = static_cast<std::uint32_t>(axis.padding),
                               .dilation = static_cast<std::uint32_t>(axis.dilation)};
  // As far as the last output sees.
  const std::int64_t end = (static_cast<std::int64_t>(axis.out) - 1) * shape.stride + shape.span();
  shape.pad_after =
      static_cast<std::uint32_t>(std::max<std::int64_t>(0, end - static_cast<std::int64_t>(axis.in + axis.padding)));
  return shape;
}

}  // namespace

ProjectionSection convolution_projection(const PopulationSlice& source, const PopulationSlice& target,
                                         const ConvolutionGeometry& geometry, const std::vector<double>& kernel,
                                         Delay delay) {
  ProjectionSection projection;
  projection.source = source;
  projection.target = target;
  projection.rule.kind = ConnectionRuleSection::Kind::convolution;
  projection.rule.convolution = {.in_channels = static_cast<std::uint32_t>(geometry.channels_in),
                                 .out_channels = static_cast<std::uint32_t>(geometry.channels_out),
                                 .groups = static_cast<std::uint32_t>(geometry.groups),
                                 .rows = axis_of(geometry.rows),
                                 .columns = axis_of(geometry.columns)};
  projection.weight = {.kind = Distribution::Kind::list, .values = kernel};
  projection.delay = {.a = delay.ms()};
  return projection;
}

}  // namespace synop::nir
