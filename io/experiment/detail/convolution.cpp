#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/experiment/detail/sections.hpp"
#include "synop/synapses/connect/convolution.hpp"

namespace synop::detail {

namespace {

constexpr std::int64_t longest = 32'767;

bool read_input(TableReader& keys, ConvolutionShape& shape) {
  const std::optional<Value> value = keys.find(keys.required("input"));
  const auto sizes = value ? value->items(3, "the input's [channels, rows, columns]") : std::nullopt;
  if (!sizes) return false;
  std::uint32_t* const to[] = {&shape.in_channels, &shape.rows.size, &shape.columns.size};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto size = (*sizes)[i].integer(1, longest);
    if (!size) return false;
    *to[i] = static_cast<std::uint32_t>(*size);
  }
  return true;
}

bool read_keys(TableReader& keys, ConvolutionShape& shape) {
  bool good = read_input(keys, shape);
  bool pooling = false;
  keys.boolean("pooling", pooling);
  if (pooling) {
    for (const std::string_view key : {"channels", "groups"})
      keys.refuse(key, "this key has no effect on a pooling, which keeps the channels of its input");
    shape.out_channels = shape.groups = shape.in_channels;
  } else {
    good = keys.integer(keys.required("channels"), shape.out_channels, 1, longest) && good;
    if (keys.has("groups")) good = keys.integer("groups", shape.groups, 1, longest) && good;
  }
  good = read_pair(keys, keys.required("kernel"), {1, longest}, shape.rows.kernel, shape.columns.kernel) && keys.has("kernel") &&
         good;
  good = read_pair(keys, "stride", {1, longest}, shape.rows.stride, shape.columns.stride) && good;
  good = read_pair(keys, "dilation", {1, longest}, shape.rows.dilation, shape.columns.dilation) && good;
  good = read_pair(keys, "padding", {0, longest}, shape.rows.pad_before, shape.columns.pad_before) && good;
  shape.rows.pad_after = shape.rows.pad_before;
  shape.columns.pad_after = shape.columns.pad_before;
  good = read_pair(keys, "pool", {1, longest}, shape.rows.pool, shape.columns.pool) && good;
  keys.finish();
  return good;
}

}  // namespace

bool read_convolution(TableReader& table, const PopulationSlice* source, const PopulationSlice* target,
                      ConvolutionShape& shape) {
  const std::optional<Value> value = table.find(table.required("convolution"));
  if (!value) return false;
  if (!value->is_table()) {
    value->report_type("a table with input, channels and kernel");
    return false;
  }
  TableReader keys(*value);
  if (!read_keys(keys, shape)) return false;
  try {
    shape.validate("convolution");
    if (source && target) Convolution::check_sizes(shape, source->size(), target->size());
  } catch (const Error& error) {
    value->report(error.what());
    return false;
  }
  return true;
}

}  // namespace synop::detail
