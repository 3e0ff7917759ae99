#include "synop/io/nir/detail/datasets.hpp"

namespace synop::nir::detail {

namespace {

constexpr Range count{.low = 1.0, .high = 1e15};
constexpr Range index{.low = 0.0, .high = 1e15};
constexpr Range dimension{.low = -32.0, .high = 32.0};

constexpr DatasetRule shape{"shape", Content::shape, count};
constexpr DatasetRule matrix{"weight", Content::weights, any_value, 2};
constexpr DatasetRule bias{"bias", Content::weights, any_value, 1};
constexpr DatasetRule r{"r", Content::each};
constexpr DatasetRule tau{"tau", Content::each, positive};
constexpr DatasetRule tau_syn{"tau_syn", Content::each, positive};
constexpr DatasetRule tau_mem{"tau_mem", Content::each, positive};
constexpr DatasetRule v_leak{"v_leak", Content::each};
constexpr DatasetRule w_in{"w_in", Content::each};
constexpr DatasetRule v_threshold{"v_threshold", Content::each};
constexpr DatasetRule v_reset{"v_reset", Content::each, any_value, 0, false};
constexpr DatasetRule kernel_size{"kernel_size", Content::integers, count, 2};
constexpr DatasetRule pool_stride{"stride", Content::integers, count, 2};
constexpr DatasetRule pool_padding{"padding", Content::integers, index, 2};

constexpr DatasetRule of_markers[] = {shape};
constexpr DatasetRule of_affine[] = {matrix, bias};
constexpr DatasetRule of_linear[] = {matrix};
constexpr DatasetRule of_scale[] = {{"scale", Content::each}};
constexpr DatasetRule of_conv1d[] = {{"weight", Content::weights, any_value, 3},
                                     bias,
                                     {"stride", Content::integers, count, 1},
                                     {"padding", Content::padding, index, 1},
                                     {"dilation", Content::integers, count, 1},
                                     {"groups", Content::integers, count, 1},
                                     {"input_shape", Content::integers, count, 1, false}};
constexpr DatasetRule of_conv2d[] = {{"weight", Content::weights, any_value, 4},
                                     bias,
                                     {"stride", Content::integers, count, 2},
                                     {"padding", Content::padding, index, 2},
                                     {"dilation", Content::integers, count, 2},
                                     {"groups", Content::integers, count, 1},
                                     {"input_shape", Content::integers, count, 2, false}};
constexpr DatasetRule of_flatten[] = {{"start_dim", Content::integers, dimension, 1, false},
                                      {"end_dim", Content::integers, dimension, 1, false},
                                      {"input_type", Content::shape, count, 0, false}};
constexpr DatasetRule of_pools[] = {kernel_size, pool_stride, pool_padding};
constexpr DatasetRule of_i[] = {r};
constexpr DatasetRule of_if[] = {r, v_threshold, v_reset};
constexpr DatasetRule of_li[] = {tau, r, v_leak};
constexpr DatasetRule of_lif[] = {tau, r, v_leak, v_threshold, v_reset};
constexpr DatasetRule of_cuba_li[] = {tau_syn, tau_mem, r, v_leak, w_in};
constexpr DatasetRule of_cuba_lif[] = {tau_syn, tau_mem, r, v_leak, w_in, v_threshold, v_reset};
constexpr DatasetRule of_threshold[] = {{"threshold", Content::each}};
constexpr DatasetRule of_delay[] = {{"delay", Content::each, non_negative}};

}  // namespace

std::span<const DatasetRule> datasets_of(NodeKind kind) {
  switch (kind) {
    case NodeKind::input:
    case NodeKind::output:
      return of_markers;
    case NodeKind::affine:
      return of_affine;
    case NodeKind::linear:
      return of_linear;
    case NodeKind::scale:
      return of_scale;
    case NodeKind::conv1d:
      return of_conv1d;
    case NodeKind::conv2d:
      return of_conv2d;
    case NodeKind::flatten:
      return of_flatten;
    case NodeKind::sum_pool2d:
    case NodeKind::avg_pool2d:
      return of_pools;
    case NodeKind::i:
      return of_i;
    case NodeKind::if_:
      return of_if;
    case NodeKind::li:
      return of_li;
    case NodeKind::lif:
      return of_lif;
    case NodeKind::cuba_li:
      return of_cuba_li;
    case NodeKind::cuba_lif:
      return of_cuba_lif;
    case NodeKind::threshold:
      return of_threshold;
    case NodeKind::delay:
      break;
  }
  return of_delay;
}

}  // namespace synop::nir::detail
