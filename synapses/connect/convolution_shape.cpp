#include "synop/synapses/connect/convolution_shape.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

constexpr std::uint32_t longest = 32'767;    // of an axis, padding included
constexpr std::uint64_t most = 0x7fff'ffff;  // offsets have a sign

[[noreturn]] void refuse(const std::string& what, std::string_view key, std::uint64_t value, std::string_view allowed) {
  throw Error(ErrorKind::model, fmt::format("{}: {} = {}; allowed: {}", what, key, value, allowed));
}

void check_axis(const std::string& what, std::string_view name, const ConvolutionShape::Axis& axis) {
  const auto in_range = [&](std::string_view key, std::uint32_t value, std::uint32_t least) {
    if (value < least || value > longest)
      refuse(what, fmt::format("{} of the {}", key, name), value, fmt::format("{} to {}", least, longest));
  };
  in_range("size", axis.size, 1);
  if (axis.pool < 1 || axis.pool > axis.size)
    refuse(what, fmt::format("pool of the {}", name), axis.pool, fmt::format("1 to their size {}", axis.size));
  in_range("kernel", axis.kernel, 1);
  in_range("stride", axis.stride, 1);
  in_range("dilation", axis.dilation, 1);
  in_range("padding", axis.pad_before, 0);
  in_range("padding", axis.pad_after, 0);
  const std::uint64_t padded = std::uint64_t{axis.pooled_size()} + axis.pad_before + axis.pad_after;
  const std::uint64_t span = std::uint64_t{axis.dilation} * (axis.kernel - 1) + 1;
  if (padded > longest)
    refuse(what, fmt::format("size of the {} with padding", name), padded, fmt::format("up to {}", longest));
  if (span > padded)
    refuse(what, fmt::format("extent of the kernel over the {}", name), span,
           fmt::format("up to the {} of the padded input", padded));
}

}  // namespace

std::uint64_t ConvolutionShape::Axis::connected_outputs(std::uint32_t k) const {
  // Outputs o with 0 <= o stride + k dilation - pad_before < pooled size; each reads a window of inputs.
  const std::int64_t low = std::int64_t{pad_before} - std::int64_t{k} * dilation;
  const std::int64_t first = low > 0 ? (low + stride - 1) / stride : 0;
  const std::int64_t high = low + pooled_size() - 1;
  if (high < 0) return 0;
  const std::int64_t last = std::min<std::int64_t>(high / stride, std::int64_t{out_size()} - 1);
  return last >= first ? static_cast<std::uint64_t>(last - first + 1) * pool : 0;
}

std::uint64_t ConvolutionShape::Axis::connected_pairs() const {
  std::uint64_t pairs = 0;
  for (std::uint32_t k = 0; k < kernel; ++k) pairs += connected_outputs(k);
  return pairs;
}

void ConvolutionShape::validate(const std::string& what) const {
  if (in_channels == 0) refuse(what, "in_channels", in_channels, "1 or more");
  if (out_channels == 0) refuse(what, "out_channels", out_channels, "1 or more");
  if (groups == 0 || in_channels % groups != 0 || out_channels % groups != 0)
    refuse(what, "groups", groups, fmt::format("divisors of both {} and {} channels", in_channels, out_channels));
  check_axis(what, "rows", rows);
  check_axis(what, "columns", columns);
  if (inputs() > most) refuse(what, "inputs", inputs(), fmt::format("up to {}", most));
  if (outputs() > most) refuse(what, "outputs", outputs(), fmt::format("up to {}", most));
  if (kernel_size() > most) refuse(what, "weights", kernel_size(), fmt::format("up to {}", most));
}

}  // namespace synop
