#include "synop/synapses/connect/convolution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/parameters.hpp"
#include "synop/core/vectorised.hpp"

namespace synop {

namespace {

struct Element {
  std::int64_t offset;
  double weight;
  std::int32_t row, column;
};

// Calls visit(k, output) for the kernel elements k that an input of this phase meets; `output` is relative to input /
// stride, where the input is counted from the beginning of the padding.
template <class Visit>
void for_each_step(const ConvolutionShape::Axis& axis, std::uint32_t phase, Visit visit) {
  for (std::uint32_t k = 0; k < axis.kernel; ++k) {
    const std::int64_t distance = std::int64_t{phase} - std::int64_t{k} * axis.dilation;
    if (distance % std::int64_t{axis.stride} == 0)
      visit(k, static_cast<std::int32_t>(distance / std::int64_t{axis.stride}));
  }
}

SYNOP_VECTORISED void add_to_each(const std::uint32_t* offsets, std::uint32_t base, std::size_t n,
                                  std::uint32_t* sums) {
  for (std::size_t i = 0; i < n; ++i) sums[i] = offsets[i] + base;
}

// The pooled input that an output multiplies with kernel element k of an axis; false if that is padding.
bool is_met(const ConvolutionShape::Axis& axis, std::uint32_t output, std::uint32_t k, std::uint32_t& input) {
  const std::uint64_t padded = std::uint64_t{output} * axis.stride + std::uint64_t{k} * axis.dilation;
  if (padded < axis.pad_before || padded - axis.pad_before >= axis.pooled_size()) return false;
  input = static_cast<std::uint32_t>(padded - axis.pad_before);
  return true;
}

}  // namespace

Convolution::Convolution(const ConvolutionShape& shape, const std::vector<double>& kernel) : shape_(shape) {
  shape.validate("convolution");
  if (kernel.size() != shape.kernel_size())
    throw Error(ErrorKind::model,
                fmt::format("convolution: {} weights are given for a kernel of {} x {} x {} x {} = {}", kernel.size(),
                            shape.out_channels, shape.in_channels / shape.groups, shape.rows.kernel,
                            shape.columns.kernel, shape.kernel_size()));
  for (std::size_t i = 0; i < kernel.size(); ++i)
    if (!any_weight.contains(kernel[i]))
      throw Error(ErrorKind::model, fmt::format("convolution: weight {} is {}, outside the allowed range {}", i,
                                                kernel[i], any_weight.text()));
  const auto find_steps = [](const ConvolutionShape::Axis& axis, std::vector<Steps>& steps) {
    for (std::uint32_t phase = 0; phase < axis.stride; ++phase) {
      steps.push_back({});
      for_each_step(axis, phase, [&](std::uint32_t, std::int32_t output) {
        steps.back() = {std::min(steps.back().least, output), std::max(steps.back().most, output)};
      });
    }
  };
  find_steps(shape.rows, row_steps_);
  find_steps(shape.columns, column_steps_);
  for (std::uint32_t channel = 0; channel < shape.in_channels; ++channel)
    for (std::uint32_t row = 0; row < shape.rows.stride; ++row)
      for (std::uint32_t column = 0; column < shape.columns.stride; ++column) keep(channel, row, column, kernel);
  for (int i = 0; i < 3; ++i)  // the end, and with it the patch of inputs that are left over
    patch_begin_.push_back(static_cast<std::uint32_t>(offset_.size()));
  for (std::size_t i = 0; i < kernel.size(); ++i) {
    const auto column = static_cast<std::uint32_t>(i % shape.columns.kernel);
    const auto row = static_cast<std::uint32_t>(i / shape.columns.kernel % shape.rows.kernel);
    if (kernel[i] == 0.0) continue;
    ++elements_;
    synapses_ += shape.rows.connected_outputs(row) * shape.columns.connected_outputs(column);
  }
  places_.resize(static_cast<std::size_t>(shape.inputs()));
  for (std::uint32_t source = 0; source < places_.size(); ++source) places_[source] = place(source);
}

Convolution Convolution::pooling(ConvolutionShape shape, double weight) {
  shape.out_channels = shape.groups = shape.in_channels;
  shape.validate("pooling");
  return Convolution(shape, std::vector<double>(static_cast<std::size_t>(shape.kernel_size()), weight));
}

// Appends what inputs of a channel and phase see of the kernel: inhibitory elements, then excitatory ones.
void Convolution::keep(std::uint32_t channel, std::uint32_t row_phase, std::uint32_t column_phase,
                       const std::vector<double>& kernel) {
  const std::uint32_t in_group = shape_.in_channels / shape_.groups;
  const std::uint32_t out_group = shape_.out_channels / shape_.groups;
  const std::uint32_t first_out = channel / in_group * out_group;
  const std::int64_t width = shape_.columns.out_size();
  const std::int64_t plane = width * shape_.rows.out_size();
  std::vector<Element> of_sign[2];
  for (std::uint32_t out = first_out; out < first_out + out_group; ++out)
    for_each_step(shape_.rows, row_phase, [&](std::uint32_t i, std::int32_t row) {
      for_each_step(shape_.columns, column_phase, [&](std::uint32_t j, std::int32_t column) {
        const std::size_t at =
            ((std::size_t{out} * in_group + channel % in_group) * shape_.rows.kernel + i) * shape_.columns.kernel + j;
        const double weight = kernel[at];
        if (weight == 0.0) return;
        of_sign[weight >= 0.0 ? 1 : 0].push_back({out * plane + row * width + column, weight, row, column});
      });
    });
  for (auto& elements : of_sign) {
    std::stable_sort(elements.begin(), elements.end(),
                     [](const Element& a, const Element& b) { return a.offset < b.offset; });
    patch_begin_.push_back(static_cast<std::uint32_t>(offset_.size()));
    for (const Element& element : elements) {
      offset_.push_back(static_cast<std::uint32_t>(element.offset));
      weight_.push_back(element.weight);
      row_.push_back(static_cast<std::int16_t>(element.row));
      column_.push_back(static_cast<std::int16_t>(element.column));
    }
  }
}

std::uint64_t Convolution::bytes() const {
  return places_.size() * sizeof(places_[0]) + patch_begin_.size() * sizeof(patch_begin_[0]) +
         offset_.size() * (sizeof(offset_[0]) + sizeof(weight_[0]) + sizeof(row_[0]) + sizeof(column_[0]));
}

void Convolution::check_sizes(const ConvolutionShape& shape, std::uint32_t sources, std::uint32_t targets) {
  if (sources == shape.inputs() && targets == shape.outputs()) return;
  throw Error(ErrorKind::model,
              fmt::format("convolution: from {} x {} x {} = {} inputs to {} x {} x {} = {} outputs cannot connect {} "
                          "sources and {} targets",
                          shape.in_channels, shape.rows.size, shape.columns.size, shape.inputs(), shape.out_channels,
                          shape.rows.out_size(), shape.columns.out_size(), shape.outputs(), sources, targets));
}

Convolution::Place Convolution::place(std::uint32_t source) const {
  const std::uint32_t pooled_column = source % shape_.columns.size / shape_.columns.pool;
  const std::uint32_t pooled_row = source / shape_.columns.size % shape_.rows.size / shape_.rows.pool;
  if (pooled_column >= shape_.columns.pooled_size() || pooled_row >= shape_.rows.pooled_size())
    return {.patch = static_cast<std::uint32_t>(patch_begin_.size() - 3) | inside_bit};
  const std::uint32_t column = pooled_column + shape_.columns.pad_before, row = pooled_row + shape_.rows.pad_before;
  const std::uint32_t channel = source / shape_.columns.size / shape_.rows.size;
  const std::uint32_t row_phase = row % shape_.rows.stride, column_phase = column % shape_.columns.stride;
  const std::int64_t out_row = row / shape_.rows.stride, out_column = column / shape_.columns.stride;
  const auto inside = [](std::int64_t at, const Steps& steps, std::uint32_t size) {
    return at + steps.least >= 0 && at + steps.most < std::int64_t{size};
  };
  const bool whole = inside(out_row, row_steps_[row_phase], shape_.rows.out_size()) &&
                     inside(out_column, column_steps_[column_phase], shape_.columns.out_size());
  const std::uint32_t patch = 2 * ((channel * shape_.rows.stride + row_phase) * shape_.columns.stride + column_phase);
  return {.patch = patch | (whole ? inside_bit : 0),
          .row = static_cast<std::uint16_t>(out_row),
          .column = static_cast<std::uint16_t>(out_column)};
}

// Near the border elements are chosen by their rows and columns; else the row is a sum per element. Guarded by
// benchmarks/delivery_benchmark.cpp.
ConnectionRule::WeightedRow Convolution::weighted_row(const ConnectionContext& context, const RowRequest& request,
                                                      RowBuffer& buffer) const {
  const Place at = places_[request.source];
  const std::uint32_t patch = (at.patch & ~inside_bit) + (request.inhibitory ? 0 : 1);
  const std::uint32_t width = shape_.columns.out_size();
  const std::uint32_t base = std::uint32_t{at.row} * width + at.column;
  std::size_t begin = patch_begin_[patch], end = patch_begin_[patch + 1];
  if (request.first > 0 || request.end < context.targets) {
    const auto before = [&](std::int64_t limit) {
      const auto of_patch = std::span(offset_).subspan(begin, end - begin);
      return begin + static_cast<std::size_t>(
                         std::partition_point(of_patch.begin(), of_patch.end(),
                                              [&](std::uint32_t offset) {
                                                return std::int64_t{base} + static_cast<std::int32_t>(offset) < limit;
                                              }) -
                         of_patch.begin());
    };
    const std::size_t low = before(request.first), high = before(request.end);
    begin = low;
    end = high;
  }
  const std::size_t n = end - begin;
  buffer.targets.resize(std::max(buffer.targets.size(), n));
  std::uint32_t* const targets = buffer.targets.data();
  const std::uint32_t shifted = base + request.shift;
  if ((at.patch & inside_bit) != 0) {
    add_to_each(offset_.data() + begin, shifted, n, targets);
    return {{targets, n}, weight_.data() + begin};
  }
  buffer.weights.resize(std::max(buffer.weights.size(), n));
  double* const weights = buffer.weights.data();
  const std::uint32_t height = shape_.rows.out_size();
  std::size_t count = 0;
  for (std::size_t i = begin; i < end; ++i) {
    targets[count] = offset_[i] + shifted;
    weights[count] = weight_[i];
    const bool within = at.row + static_cast<std::uint32_t>(row_[i]) < height &&
                        at.column + static_cast<std::uint32_t>(column_[i]) < width;
    count += within ? 1 : 0;
  }
  return {{targets, count}, weights};
}

void Convolution::targets_of(const ConnectionContext& context, std::uint32_t source, std::uint32_t first,
                             std::uint32_t end, std::vector<std::uint32_t>& targets) const {
  RowBuffer inhibitory, excitatory;
  const auto of = [&](bool sign, RowBuffer& buffer) {
    return weighted_row(context, {source, sign, first, end, 0}, buffer).targets;
  };
  const auto a = of(true, inhibitory), b = of(false, excitatory);
  targets.resize(a.size() + b.size());
  std::merge(a.begin(), a.end(), b.begin(), b.end(), targets.begin());
}

// Those inputs within its window whose rows hold the target.
void Convolution::sources_of(const ConnectionContext& context, std::uint32_t target,
                             std::vector<std::uint32_t>& sources) const {
  sources.clear();
  const std::uint32_t column = target % shape_.columns.out_size();
  const std::uint32_t row = target / shape_.columns.out_size() % shape_.rows.out_size();
  const std::uint32_t out = target / shape_.columns.out_size() / shape_.rows.out_size();
  const std::uint32_t in_group = shape_.in_channels / shape_.groups;
  const std::uint32_t first = out / (shape_.out_channels / shape_.groups) * in_group;
  std::vector<std::uint32_t> targets;
  for (std::uint32_t channel = first; channel < first + in_group; ++channel)
    for (std::uint32_t i = 0; i < shape_.rows.kernel; ++i)
      for (std::uint32_t j = 0; j < shape_.columns.kernel; ++j) {
        std::uint32_t in_row = 0, in_column = 0;
        if (!is_met(shape_.rows, row, i, in_row) || !is_met(shape_.columns, column, j, in_column)) continue;
        const std::uint32_t pool = shape_.rows.pool * shape_.columns.pool;
        for (std::uint32_t k = 0; k < pool; ++k) {  // of the window
          const std::uint32_t y = in_row * shape_.rows.pool + k / shape_.columns.pool;
          const std::uint32_t x = in_column * shape_.columns.pool + k % shape_.columns.pool;
          const std::uint32_t source = (channel * shape_.rows.size + y) * shape_.columns.size + x;
          targets_of(context, source, target, target + 1, targets);
          if (!targets.empty()) sources.push_back(source);
        }
      }
}

}  // namespace synop
