#pragma once

#include <cstdint>
#include <utility>

namespace synop::nir {

// A convolution over two dimensions (cross-correlation, as trained networks have it), or over one with height 1, or a
// pool, which is one with a group for each channel. Neurons are counted (channel, row, column), row-major, and the taps
// of the kernel (channel out, channel in within the group, row, column).
struct ConvolutionGeometry {
  struct Axis {
    std::uint64_t in = 1;
    std::uint64_t out = 1;
    std::uint64_t kernel = 1;
    std::uint64_t stride = 1;
    std::uint64_t dilation = 1;
    std::uint64_t padding = 0;  // before the first; what is after the last follows from `out`
  };
  std::uint64_t channels_in = 1;
  std::uint64_t channels_out = 1;
  std::uint64_t groups = 1;
  Axis rows;
  Axis columns;

  std::uint64_t sources() const { return channels_in * rows.in * columns.in; }
  std::uint64_t targets() const { return channels_out * rows.out * columns.out; }
  std::uint64_t taps() const { return channels_out * (channels_in / groups) * rows.kernel * columns.kernel; }

  // Calls visit(target, tap) for every synapse of a source, by kernel row, kernel column and channel.
  template <class Visit>
  void for_each_target(std::uint64_t source, Visit visit) const {
    const std::uint64_t channel = source / (rows.in * columns.in);
    const std::uint64_t row = source / columns.in % rows.in;
    const std::uint64_t column = source % columns.in;
    const std::uint64_t in_group = channels_in / groups, out_group = channels_out / groups;
    const std::uint64_t group = channel / in_group;
    for (std::uint64_t ky = 0; ky < rows.kernel; ++ky) {
      const auto [y, has_y] = place(rows, row, ky);
      if (!has_y) continue;
      for (std::uint64_t kx = 0; kx < columns.kernel; ++kx) {
        const auto [x, has_x] = place(columns, column, kx);
        if (!has_x) continue;
        for (std::uint64_t c = group * out_group; c < (group + 1) * out_group; ++c)
          visit((c * rows.out + y) * columns.out + x,
                ((c * in_group + channel % in_group) * rows.kernel + ky) * columns.kernel + kx);
      }
    }
  }

 private:
  // Where along an axis the output lies that sees input `at` through tap k; whether there is one.
  static std::pair<std::uint64_t, bool> place(const Axis& axis, std::uint64_t at, std::uint64_t k) {
    const std::uint64_t padded = at + axis.padding, offset = k * axis.dilation;
    if (padded < offset || (padded - offset) % axis.stride != 0) return {0, false};
    const std::uint64_t out = (padded - offset) / axis.stride;
    return {out, out < axis.out};
  }
};

}  // namespace synop::nir
