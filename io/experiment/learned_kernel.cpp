#include "synop/io/experiment/learned_kernel.hpp"

#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/hdf5/snapshot.hpp"

namespace synop {

namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorKind::input, message);
}

std::string group_of(const Hdf5Snapshot& file, const std::string& projection) {
  const std::string group = "/edges/" + projection;
  if (file.has_group(group)) return group;
  const std::vector<std::string> found = file.has_group("/edges") ? file.children("/edges") : std::vector<std::string>{};
  const std::vector<std::string_view> names(found.begin(), found.end());
  refuse(fmt::format("'{}' holds no projection '{}'{}", file.file(), projection, did_you_mean(projection, names)));
}

}  // namespace

std::vector<double> read_learned_kernel(const std::filesystem::path& path, const std::string& projection,
                                        const ConvolutionShape& shape) {
  const Hdf5Snapshot file = Hdf5Snapshot::read(path);
  const std::string group = group_of(file, projection);
  const std::vector<double> weights = file.numbers(group + "/0/syn_weight");
  const std::vector<std::uint64_t> sources = file.ids(group + "/source_node_id");
  const std::vector<std::uint64_t> targets = file.ids(group + "/target_node_id");
  const std::uint64_t patch = shape.kernel_size() / shape.out_channels;
  if (weights.size() != shape.kernel_size() || sources.size() != weights.size() || targets.size() != weights.size())
    refuse(fmt::format("{} has {} sources, {} targets and {} weights; a kernel of {} channels by {} x {} x {} needs {} of each",
                       file.name_of(group), sources.size(), targets.size(), weights.size(), shape.out_channels,
                       shape.in_channels / shape.groups, shape.rows.kernel, shape.columns.kernel, shape.kernel_size()));
  std::vector<double> kernel(weights.size(), std::nan(""));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (sources[i] >= patch || targets[i] >= shape.out_channels)
      refuse(fmt::format("{}: row {} is a synapse from {} to {}; the kernel has {} inputs and {} channels", file.name_of(group), i,
                         sources[i], targets[i], patch, shape.out_channels));
    double& element = kernel[targets[i] * patch + sources[i]];
    if (!std::isnan(element))
      refuse(fmt::format("{}: row {} is a second synapse from {} to {}", file.name_of(group), i, sources[i], targets[i]));
    if (!std::isfinite(weights[i]))
      refuse(fmt::format("{} holds {} at row {}; it must be finite", file.name_of(group + "/0/syn_weight"), weights[i], i));
    element = weights[i];
  }
  return kernel;
}

}  // namespace synop
