#pragma once

#include <cstdint>
#include <string>

namespace synop {

// The geometry of a convolution or pooling, as PyTorch has it (a cross-correlation, out = floor((n + before + after -
// dilation (kernel - 1) - 1) / stride) + 1). Neurons are numbered as [channel][row][column], a kernel as
// [out channel][in channel of the group][row][column]. One dimension is a height of 1. Inputs may be summed before, over
// windows that do not overlap (a pooling whose stride is its size); what is left over at the end is not used.
struct ConvolutionShape {
  struct Axis {
    std::uint32_t size = 1;  // of the input, before it is pooled
    std::uint32_t kernel = 1;
    std::uint32_t stride = 1;
    std::uint32_t pad_before = 0;
    std::uint32_t pad_after = 0;
    std::uint32_t dilation = 1;
    std::uint32_t pool = 1;  // inputs in a window that is summed before; 1: none is

    std::uint32_t span() const { return dilation * (kernel - 1) + 1; }
    std::uint32_t pooled_size() const { return size / pool; }
    std::uint32_t out_size() const { return (pooled_size() + pad_before + pad_after - span()) / stride + 1; }
    // Pairs of a kernel element and an output position that read an input and not the padding, once for each input read.
    std::uint64_t connected_pairs() const;
    std::uint64_t connected_outputs(std::uint32_t k) const;  // the same of kernel element k alone
  };

  std::uint32_t in_channels = 1;
  std::uint32_t out_channels = 1;
  std::uint32_t groups = 1;
  Axis rows;
  Axis columns;

  std::uint64_t inputs() const { return std::uint64_t{in_channels} * rows.size * columns.size; }
  std::uint64_t outputs() const { return std::uint64_t{out_channels} * rows.out_size() * columns.out_size(); }
  std::uint64_t kernel_size() const {
    return std::uint64_t{out_channels} * (in_channels / groups) * rows.kernel * columns.kernel;
  }
  // If no element of the kernel is 0. Borders included: what is multiplied with padding is no synapse.
  std::uint64_t synapses() const {
    return std::uint64_t{out_channels} * (in_channels / groups) * rows.connected_pairs() * columns.connected_pairs();
  }

  // Throws Error(model) that names `what`, the value and what is allowed.
  void validate(const std::string& what) const;
};

}  // namespace synop
