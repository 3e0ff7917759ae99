// Convolutions, whose synapses follow from the geometry, against the definition of a convolution and against the same
// synapses stored one by one.
#include "synop/synapses/connect/convolution.hpp"

#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synop/core/error.hpp"

namespace synop {
namespace {

using Weights = std::map<std::pair<std::uint32_t, std::uint32_t>, double>;  // of pairs of source and target

std::vector<double> random_kernel(const ConvolutionShape& shape, std::mt19937& random) {
  std::vector<double> kernel(shape.kernel_size());
  for (double& weight : kernel) weight = std::uniform_real_distribution(-1.0, 1.0)(random);
  for (double& weight : kernel)
    if (random() % 10 == 0) weight = 0.0;
  return kernel;
}

ConvolutionShape::Axis random_axis(std::mt19937& random) {
  const auto up_to = [&](std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(random()) % (high - low + 1);
  };
  ConvolutionShape::Axis axis;
  do {
    axis = {.size = up_to(1, 12),
            .kernel = up_to(1, 5),
            .stride = up_to(1, 4),
            .pad_before = up_to(0, 3),
            .pad_after = up_to(0, 3),
            .dilation = up_to(1, 3),
            .pool = up_to(1, 3)};
  } while (axis.pool > axis.size || axis.span() > axis.size / axis.pool + axis.pad_before + axis.pad_after);
  return axis;
}

ConvolutionShape random_shape(std::mt19937& random) {
  ConvolutionShape shape;
  shape.groups = 1 + random() % 3;
  shape.in_channels = shape.groups * (1 + random() % 3);
  shape.out_channels = shape.groups * (1 + random() % 3);
  shape.rows = random_axis(random);
  shape.columns = random_axis(random);
  return shape;
}

// out[o][r][c] = sum over i, j, k of kernel[o][i][j][k] * padded_in[i][r * stride + j * dilation][c * stride + k *
// dilation], where in[i][y][x] = sum of raw[i][y * pool + ...][x * pool + ...]
Weights definition(const ConvolutionShape& shape, const std::vector<double>& kernel) {
  Weights weights;
  const std::uint32_t in_group = shape.in_channels / shape.groups, out_group = shape.out_channels / shape.groups;
  const auto& r = shape.rows;
  const auto& c = shape.columns;
  std::uint32_t target = 0;
  for (std::uint32_t o = 0; o < shape.out_channels; ++o)
    for (std::uint32_t out_row = 0; out_row < r.out_size(); ++out_row)
      for (std::uint32_t out_column = 0; out_column < c.out_size(); ++out_column, ++target)
        for (std::uint32_t i = 0; i < in_group; ++i)
          for (std::uint32_t j = 0; j < r.kernel; ++j)
            for (std::uint32_t k = 0; k < c.kernel; ++k) {
              const int row = static_cast<int>(out_row * r.stride + j * r.dilation) - static_cast<int>(r.pad_before);
              const int column =
                  static_cast<int>(out_column * c.stride + k * c.dilation) - static_cast<int>(c.pad_before);
              if (row < 0 || row >= static_cast<int>(r.size / r.pool) || column < 0 || column >= static_cast<int>(c.size / c.pool))
                continue;
              const std::uint32_t channel = o / out_group * in_group + i;
              const double weight = kernel[((o * in_group + i) * r.kernel + j) * c.kernel + k];
              for (std::uint32_t y = 0; y < r.pool; ++y)
                for (std::uint32_t x = 0; x < c.pool; ++x) {
                  const std::uint32_t source = (channel * r.size + static_cast<std::uint32_t>(row) * r.pool + y) * c.size +
                                               static_cast<std::uint32_t>(column) * c.pool + x;
                  if (weight != 0.0) weights[{source, target}] = weight;
                }
            }
  return weights;
}

ConnectionContext context_of(const ConvolutionShape& shape) {
  return {.sources = static_cast<std::uint32_t>(shape.inputs()),
          .targets = static_cast<std::uint32_t>(shape.outputs())};
}

// All rows of a rule, its targets cut into blocks at `cuts`.
Weights rows_of(const Convolution& rule, const ConnectionContext& context, const std::vector<std::uint32_t>& cuts) {
  Weights weights;
  ConnectionRule::RowBuffer buffer;
  constexpr std::uint32_t shift = 0xffff'fff0;
  for (std::uint32_t source = 0; source < context.sources; ++source)
    for (std::size_t block = 0; block + 1 < cuts.size(); ++block)
      for (const bool inhibitory : {true, false}) {
        const auto row = rule.weighted_row(context, {source, inhibitory, cuts[block], cuts[block + 1], shift}, buffer);
        std::int64_t last = -1;
        for (std::size_t i = 0; i < row.targets.size(); ++i) {
          const std::uint32_t target = row.targets[i] - shift;
          EXPECT_GT(std::int64_t{target}, last) << "ascending";
          last = target;
          EXPECT_GE(target, cuts[block]);
          EXPECT_LT(target, cuts[block + 1]);
          EXPECT_EQ(row.weights[i] < 0.0, inhibitory);
          EXPECT_TRUE(weights.emplace(std::pair(source, target), row.weights[i]).second) << "once";
        }
      }
  return weights;
}

TEST(Convolution, HasTheSynapsesOfTheDefinition) {
  std::mt19937 random(5);
  std::uint64_t synapses = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const ConvolutionShape shape = random_shape(random);
    const std::vector<double> kernel = random_kernel(shape, random);
    const Convolution rule(shape, kernel);
    const ConnectionContext context = context_of(shape);
    const Weights expected = definition(shape, kernel);
    const std::uint32_t cut = static_cast<std::uint32_t>(random()) % (context.targets + 1);
    ASSERT_EQ(rows_of(rule, context, {0, context.targets}), expected) << trial;
    ASSERT_EQ(rows_of(rule, context, {0, cut, context.targets}), expected) << trial << ", cut at " << cut;
    ASSERT_EQ(rule.expected_synapses(context), static_cast<double>(expected.size())) << trial;
    Weights::size_type found = 0;
    std::vector<std::uint32_t> sources, targets;
    for (std::uint32_t target = 0; target < context.targets; ++target) {
      rule.sources_of(context, target, sources);
      for (const std::uint32_t source : sources) ASSERT_TRUE(expected.contains({source, target}));
      found += sources.size();
    }
    ASSERT_EQ(found, expected.size());
    for (std::uint32_t source = 0; source < context.sources; ++source) {
      rule.targets_of(context, source, 0, context.targets, targets);
      ASSERT_TRUE(std::is_sorted(targets.begin(), targets.end()));
      found -= targets.size();
    }
    ASSERT_EQ(found, 0u);
    synapses += expected.size();
  }
  EXPECT_GT(synapses, 100'000u);
}

TEST(Convolution, HasTheSizesThatPyTorchDocuments) {
  using Axis = ConvolutionShape::Axis;
  EXPECT_EQ((Axis{.size = 28, .kernel = 5}).out_size(), 24u);
  EXPECT_EQ((Axis{.size = 34, .kernel = 3, .stride = 2, .pad_before = 1, .pad_after = 1}).out_size(), 17u);
  EXPECT_EQ((Axis{.size = 50, .kernel = 3, .stride = 2, .pad_before = 4, .pad_after = 4, .dilation = 3}).out_size(),
            26u);
}

TEST(Convolution, PoolsEachChannelByItself) {
  const ConvolutionShape shape{.in_channels = 2,
                               .rows = {.size = 4, .kernel = 2, .stride = 2},
                               .columns = {.size = 4, .kernel = 2, .stride = 2}};
  const Convolution pool = Convolution::pooling(shape, 0.25);
  EXPECT_EQ(pool.shape().outputs(), 8u);
  const Weights weights = rows_of(pool, context_of(pool.shape()), {0, 8});
  EXPECT_EQ(weights.size(), 32u) << "every input belongs to one window";
  for (const auto& [pair, weight] : weights) {
    EXPECT_EQ(weight, 0.25);
    EXPECT_EQ(pair.first / 16, pair.second / 4) << "channel";
  }
}

TEST(Convolution, KeepsEveryElementOfTheKernelOnce) {
  ConvolutionShape shape{.in_channels = 8,
                         .out_channels = 16,
                         .rows = {.size = 200, .kernel = 5, .pad_before = 2, .pad_after = 2},
                         .columns = {.size = 200, .kernel = 5, .pad_before = 2, .pad_after = 2}};
  const Convolution rule(shape, std::vector<double>(shape.kernel_size(), 0.5));
  EXPECT_EQ(shape.kernel_size(), 3200u);
  EXPECT_GT(shape.synapses(), 120'000'000u);
  EXPECT_LE(rule.bytes(), 16 * shape.kernel_size() + 8 * shape.inputs() + 100);
}

std::string error_of(const ConvolutionShape& shape, const std::vector<double>& kernel, ConnectionContext context = {}) {
  try {
    Convolution(shape, kernel).check(context);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Convolution, RefusesWhatIsNone) {
  using testing::HasSubstr;
  ConvolutionShape shape{
      .in_channels = 2, .out_channels = 4, .rows = {.size = 6, .kernel = 3}, .columns = {.size = 5, .kernel = 3}};
  const std::vector<double> kernel(shape.kernel_size(), 1.0);
  EXPECT_THAT(
      error_of(shape, kernel, {.sources = 60, .targets = 47}),
      HasSubstr("from 2 x 6 x 5 = 60 inputs to 4 x 4 x 3 = 48 outputs cannot connect 60 sources and 47 targets"));
  EXPECT_EQ(error_of(shape, kernel, {.sources = 60, .targets = 48}), "no error");
  EXPECT_THAT(error_of(shape, {1.0, 2.0}), HasSubstr("2 weights are given for a kernel of 4 x 2 x 3 x 3 = 72"));
  std::vector<double> broken = kernel;
  broken[7] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(error_of(shape, broken), HasSubstr("weight 7 is nan"));
  const auto with = [&](auto change) {
    ConvolutionShape changed = shape;
    change(changed);
    return error_of(changed, kernel);
  };
  EXPECT_THAT(with([](auto& s) { s.groups = 3; }), HasSubstr("groups = 3; allowed: divisors of both 2 and 4 channels"));
  EXPECT_THAT(with([](auto& s) { s.rows.stride = 0; }), HasSubstr("stride of the rows = 0"));
  EXPECT_THAT(with([](auto& s) { s.columns.dilation = 3; }), HasSubstr("extent of the kernel over the columns = 7"));
  EXPECT_THAT(with([](auto& s) { s.rows.size = 40'000; }), HasSubstr("size of the rows = 40000"));
  EXPECT_THAT(with([](auto& s) { s.in_channels = 0; }), HasSubstr("in_channels = 0"));
}

}  // namespace
}  // namespace synop
