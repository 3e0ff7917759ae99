#pragma once

#include <cstdint>
#include <vector>

#include "synop/core/connection_rule.hpp"
#include "synop/synapses/connect/convolution_shape.hpp"

namespace synop {

// A convolution, or a pooling: all inputs of a channel share one kernel. Nothing is expanded: the targets of a spike
// and their weights follow from the geometry, and every element of the kernel is kept once, as double (16 bytes, and 8
// for every input). Weights are in the target's unit. An element of 0 makes no synapse.
//
// The kernel is kept as the patches that an input sees: for each of its channels, phase with respect to the stride, and
// sign, the elements that meet it, with the offset of their output from the first neuron of the output's plane. An
// input away from the border adds a number to the offsets; one near the border leaves out those that fall beyond it.
class Convolution final : public ConnectionRule {
 public:
  // Throws Error(model) on an impossible shape, another number of weights, or one that is no finite number.
  Convolution(const ConvolutionShape& shape, const std::vector<double>& kernel);

  // The sum over a window of each channel, times `weight`: SumPool with 1, AvgPool with 1 / (window's elements), where
  // padding counts as zeros. Of `shape` channels and axes count; out_channels and groups are set to in_channels.
  static Convolution pooling(ConvolutionShape shape, double weight);

  // Throws Error(model) unless the shape joins so many neurons.
  static void check_sizes(const ConvolutionShape& shape, std::uint32_t sources, std::uint32_t targets);

  const ConvolutionShape& shape() const { return shape_; }

  std::string_view name() const override { return "convolution"; }
  void check(const ConnectionContext& context) const override { check_sizes(shape_, context.sources, context.targets); }
  double expected_synapses(const ConnectionContext&) const override { return static_cast<double>(synapses_); }
  void sources_of(const ConnectionContext& context, std::uint32_t target,
                  std::vector<std::uint32_t>& sources) const override;

  bool has_rows() const override { return true; }
  void targets_of(const ConnectionContext& context, std::uint32_t source, std::uint32_t first, std::uint32_t end,
                  std::vector<std::uint32_t>& targets) const override;
  bool has_weights() const override { return true; }
  std::uint64_t shared_weights() const override { return elements_; }
  std::uint64_t pooled_sources() const override { return std::uint64_t{shape_.rows.pool} * shape_.columns.pool; }
  std::uint64_t bytes() const override;
  WeightedRow weighted_row(const ConnectionContext& context, const RowRequest& request,
                           RowBuffer& buffer) const override;

 private:
  // How far the outputs that inputs of one phase of an axis meet lie from input / stride.
  struct Steps {
    std::int32_t least = 0;
    std::int32_t most = 0;
  };
  struct Place {
    std::uint32_t patch = 0;  // that of the inhibitory elements; plus inside_bit if no element falls beyond the border
    std::uint16_t row = 0;    // of the output that offset 0 stands for
    std::uint16_t column = 0;
  };

  void keep(std::uint32_t channel, std::uint32_t row_phase, std::uint32_t column_phase,
            const std::vector<double>& kernel);
  static constexpr std::uint32_t inside_bit = 0x8000'0000;
  Place place(std::uint32_t source) const;

  ConvolutionShape shape_;
  std::uint64_t synapses_ = 0;
  std::uint64_t elements_ = 0;  // of the kernel that are not 0
  std::vector<Place> places_;     // of the inputs
  std::vector<Steps> row_steps_;  // by phase
  std::vector<Steps> column_steps_;
  // By channel, row phase, column phase, sign (inhibitory first), and after them two that are empty; and the end.
  std::vector<std::uint32_t> patch_begin_;
  // Elements of the kernel by patch, in order of their output.
  std::vector<std::uint32_t> offset_;  // modulo 2^32
  std::vector<double> weight_;
  std::vector<std::int16_t> row_;  // offset of the output's row and column alone
  std::vector<std::int16_t> column_;
};

}  // namespace synop
