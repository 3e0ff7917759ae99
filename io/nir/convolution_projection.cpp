#include "synop/io/nir/convolution_projection.hpp"

namespace synop::nir {

ProjectionSection convolution_projection(const PopulationSlice& source, const PopulationSlice& target,
                                         const ConvolutionGeometry& geometry, const std::vector<double>& kernel,
                                         Delay delay) {
  ProjectionSection projection;
  projection.source = source;
  projection.target = target;
  projection.rule.kind = ConnectionRuleSection::Kind::explicit_list;
  projection.double_weights = true;
  projection.delay = {.a = delay.ms()};
  ConnectionList& list = projection.rule.connections;
  for (std::uint64_t i = 0; i < geometry.sources(); ++i)
    geometry.for_each_target(i, [&](std::uint64_t j, std::uint64_t tap) {
      if (kernel[tap] == 0.0) return;
      list.sources.push_back(static_cast<std::uint32_t>(i));
      list.targets.push_back(static_cast<std::uint32_t>(j));
      list.weights.push_back(kernel[tap]);
    });
  return projection;
}

}  // namespace synop::nir
