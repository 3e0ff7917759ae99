// Rules between neurons that have positions, against every pair looked at one by one.
#include "synop/synapses/connect/spatial_rules.hpp"

#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "support/connections.hpp"
#include "synop/core/error.hpp"

namespace synop {
namespace {

using namespace test;

// A population with positions, connected with itself.
Synapses spatial(const Positions& positions, auto rule, Synapse synapse = {}, BuildOptions options = {},
                 std::optional<Slice> sources = {}, std::optional<Slice> targets = {}) {
  NetworkBuilder builder(7);
  const auto p = builder.add_population("p", static_cast<std::uint32_t>(positions.points.size()), ParrotNeuron{});
  builder.set_positions(p, positions);
  Neurons from(p), onto(p);
  from.slice = sources;
  onto.slice = targets;
  builder.connect(from, onto, rule, std::move(synapse));
  Synapses all = synapses_of(builder.build(options));
  std::sort(all.begin(), all.end());
  return all;
}

Positions scattered(std::uint32_t size, int dimensions, bool edge_wrap) {
  return uniform_positions(size, dimensions, {2.0, 1.0, 1.5}, {0.5, 0.0, 0.0}, edge_wrap, 3, 0);
}

const DistanceFunction gaussian{.kind = DistanceFunction::gaussian, .a = 0.9, .std = 0.15};

// With probability 1 within the mask the synapses are exactly the pairs within the mask.
TEST(SpatialRules, FindEveryPairOfTheMask) {
  const Mask masks[] = {{.shape = Mask::ball, .radius = 0.3},
                        {.shape = Mask::ball, .radius = 0.4, .inner_radius = 0.2},
                        {.shape = Mask::ball, .radius = 0.2, .anchor = {0.3, 0.0, 0.0}},
                        {.shape = Mask::box, .lower_left = {-0.2, -0.1, -0.3}, .upper_right = {0.5, 0.3, 0.2}},
                        {.shape = Mask::ellipsoid, .axes = {0.9, 0.3, 0.5}, .azimuth_angle = 30.0}};
  for (int dimensions = 1; dimensions <= 3; ++dimensions)
    for (const bool edge_wrap : {false, true}) {
      const Positions positions = scattered(700, dimensions, edge_wrap);
      for (Mask mask : masks) {
        if (dimensions == 1) mask.azimuth_angle = 0.0;
        for (auto k = static_cast<std::size_t>(dimensions); k < 3; ++k) mask.lower_left[k] = mask.upper_right[k] = 0.0;
        std::set<std::pair<std::uint32_t, std::uint32_t>> expected, found;
        for (std::uint32_t s = 0; s < 700; ++s)
          for (std::uint32_t t = 0; t < 700; ++t)
            if (mask.contains(positions.displacement(positions.points[t], positions.points[s]))) expected.emplace(s, t);
        const auto synapses = spatial(positions, SpatialBernoulli(Neighbourhood{.mask = mask}));
        for (const auto& [source, target, weight, delay] : synapses) found.emplace(source, target);
        EXPECT_EQ(found.size(), synapses.size());
        EXPECT_TRUE(found == expected) << dimensions << " dimensions, shape " << mask.shape;
      }
    }
}

// Wrap-around by hand: eight neurons on a ring, each reaching its two neighbours.
TEST(SpatialRules, ReachAroundAPeriodicBox) {
  const Positions ring = grid_positions({8}, {8.0, 1.0, 1.0}, {}, true);
  const Mask mask{.shape = Mask::ball, .radius = 1.1};
  Pairs expected;
  for (std::uint32_t i = 0; i < 8; ++i) expected.emplace_back(i, (i + 7) % 8), expected.emplace_back(i, (i + 1) % 8);
  std::sort(expected.begin(), expected.end());
  Pairs pairs;
  for (const auto& [s, t, w, d] : spatial(ring, SpatialBernoulli(Neighbourhood{.mask = mask}, false)))
    pairs.emplace_back(s, t);
  EXPECT_EQ(pairs, expected);
  const Positions line = grid_positions({8}, {8.0, 1.0, 1.0}, {}, false);
  EXPECT_EQ(spatial(line, SpatialBernoulli(Neighbourhood{.mask = mask}, false)).size(), 14u);
}

// The number of synapses per bin of distance, against the sum of the probabilities of its pairs.
TEST(SpatialBernoulli, ConnectsWithTheProbabilityOfTheDistance) {
  const DistanceFunction functions[] = {gaussian,
                                        {.kind = DistanceFunction::exponential, .a = 0.5, .beta = 0.2},
                                        {.kind = DistanceFunction::linear, .a = -1.0, .c = 0.6},
                                        {.kind = DistanceFunction::gaussian, .a = 0.7, .mean = 0.4, .std = 0.1},
                                        {.kind = DistanceFunction::gamma, .a = 0.2, .kappa = 3.0, .theta = 0.1}};
  for (const bool edge_wrap : {false, true})
    for (const DistanceFunction& function : functions) {
      const Positions positions = scattered(2000, 2, edge_wrap);
      const Neighbourhood near{.function = function};
      constexpr int bins = 20;
      std::vector<double> expected(bins + 1), variance(bins + 1), count(bins + 1);
      const auto bin_of = [&](std::uint32_t s, std::uint32_t t) {
        const double d = length(positions.displacement(positions.points[t], positions.points[s]));
        return std::pair(static_cast<std::size_t>(std::min<double>(bins, d / 0.05)), near.probability(d));
      };
      for (std::uint32_t s = 0; s < 2000; ++s)
        for (std::uint32_t t = 0; t < 2000; ++t) {
          const auto [bin, p] = bin_of(s, t);
          expected[bin] += p, variance[bin] += p * (1.0 - p);
        }
      for (const auto& [s, t, w, d] : spatial(positions, SpatialBernoulli(near))) ++count[bin_of(s, t).first];
      double chi2 = 0.0;
      int degrees = 0;
      for (std::size_t bin = 0; bin <= bins; ++bin)
        if (variance[bin] > 5.0)
          chi2 += (count[bin] - expected[bin]) * (count[bin] - expected[bin]) / variance[bin], ++degrees;
      EXPECT_LT(chi2, degrees + 4.0 * std::sqrt(2.0 * degrees)) << function.kind;
      EXPECT_GT(chi2, degrees - 3.0 * std::sqrt(2.0 * degrees)) << function.kind;
    }
}

TEST(SpatialBernoulli, KnowsHowManySynapsesToExpect) {
  const Positions positions = scattered(3000, 2, true);
  NetworkBuilder builder(7);
  const auto p = builder.add_population("p", 3000, ParrotNeuron{});
  builder.set_positions(p, positions);
  builder.connect(p, p, SpatialBernoulli(Neighbourhood{.function = gaussian}), {});
  const double expected = builder.estimate().parts.back().synapses;
  const auto actual = static_cast<double>(builder.build().synapse_count());
  EXPECT_NEAR(actual, expected, 0.05 * expected);
}

TEST(SpatialRules, DependNeitherOnThreadsNorOnBlocks) {
  const Positions positions = scattered(5000, 2, true);
  const Mask mask{.shape = Mask::ball, .radius = 0.12};
  const auto check = [&](auto rule) {
    const auto drawn = [&](int threads, std::uint32_t block) {
      return spatial(positions, rule, {.weight = normal(0, 1), .delay = uniform(0.5, 2.0)},
                     {.threads = threads, .block_size = block});
    };
    const Synapses expected = drawn(1, 5000);
    EXPECT_GT(expected.size(), 40'000u);
    for (const int threads : {1, 2, 3, 8}) EXPECT_TRUE(drawn(threads, 2048) == expected) << threads;
  };
  check(SpatialBernoulli({.mask = mask, .function = gaussian}));
  check(SpatialIndegree({.mask = mask, .function = gaussian}, 20));
  check(SpatialOutdegree({.mask = mask, .function = gaussian}, 20, false, false));
}

TEST(SpatialDegrees, AreKeptWithinTheMask) {
  const Positions positions = scattered(1500, 2, true);
  const Mask mask{.shape = Mask::ball, .radius = 0.25, .anchor = {0.1, 0.0, 0.0}};
  for (const bool autapses : {false, true})
    for (const bool multapses : {false, true})
      for (const bool in : {false, true}) {
        const Neighbourhood near{.mask = mask};
        const Synapses synapses = in ? spatial(positions, SpatialIndegree(near, 30, autapses, multapses))
                                     : spatial(positions, SpatialOutdegree(near, 30, autapses, multapses));
        std::map<std::uint32_t, int> degree;
        std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
        for (const auto& [s, t, w, d] : synapses) {
          ++degree[in ? t : s];
          pairs.emplace(s, t);
          const Point& driver = positions.points[in ? t : s];
          ASSERT_TRUE(mask.contains(positions.displacement(driver, positions.points[in ? s : t])));
          if (!autapses) {
            ASSERT_NE(s, t);
          }
        }
        EXPECT_EQ(degree.size(), 1500u);
        for (const auto& [neuron, n] : degree) ASSERT_EQ(n, 30);
        if (!multapses) {
          EXPECT_EQ(pairs.size(), synapses.size());
        }
      }
}

// How often each source is drawn for one place: in proportion to its probability. Without multapses and with few draws
// among many candidates, very nearly.
TEST(SpatialDegrees, AreDrawnInProportionToTheProbability) {
  for (const bool multapses : {false, true}) {
    Positions positions = scattered(400, 2, false);
    constexpr std::uint32_t targets = 4000;
    for (std::uint32_t k = 0; k < targets; ++k) positions.points.push_back({0.5, 0.0, 0.0});
    const Neighbourhood near{.function = gaussian};
    std::vector<double> count(400), p(400);
    for (const auto& [s, t, w, d] :
         spatial(positions, SpatialIndegree(near, 2, true, multapses), {}, {}, Slice{0, 400}, Slice{400, targets}))
      ++count[s];
    double sum = 0.0;
    for (std::size_t s = 0; s < 400; ++s)
      sum += p[s] = near.probability(length(positions.displacement(positions.points[s], {0.5, 0.0, 0.0})));
    double chi2 = 0.0;
    int degrees = -1;
    for (std::size_t s = 0; s < 400; ++s) {
      const double expected = 2.0 * targets * p[s] / sum;
      if (expected > 5.0) chi2 += (count[s] - expected) * (count[s] - expected) / expected, ++degrees;
    }
    EXPECT_GT(degrees, 50);
    EXPECT_LT(chi2, degrees + 4.0 * std::sqrt(2.0 * degrees));
  }
}

TEST(SpatialDegrees, RefuseTooFewNeuronsAround) {
  const Positions positions = grid_positions({10}, {10.0, 1.0, 1.0}, {}, false);
  const Mask mask{.shape = Mask::ball, .radius = 1.1};
  try {
    spatial(positions, SpatialIndegree({.mask = mask}, 3, true, false));
    ADD_FAILURE() << "not refused";
  } catch (const Error& error) {
    EXPECT_NE(
        std::string(error.what()).find("projection 'p_p': fixed_indegree: neuron 0 has 2 neurons within the mask"),
        std::string::npos)
        << error.what();
  }
}

TEST(SpatialRules, RefuseAMaskThatWrapsAround) {
  const Mask mask{.shape = Mask::ball, .radius = 0.3, .anchor = {0.0, 0.3, 0.0}};  // the box is 1 high
  EXPECT_THROW(spatial(scattered(50, 2, true), SpatialBernoulli({.mask = mask})), Error);
  EXPECT_NO_THROW(spatial(scattered(50, 2, false), SpatialBernoulli({.mask = mask})));
}

TEST(SpatialRules, RefuseMissingAndForeignPositions) {
  NetworkBuilder builder(1);
  const auto a = builder.add_population("a", 4, ParrotNeuron{});
  const auto b = builder.add_population("b", 4, ParrotNeuron{});
  const auto c = builder.add_population("c", 4, ParrotNeuron{});
  builder.set_positions(a, grid_positions({4}, {1, 1, 1}, {}, false));
  builder.set_positions(b, grid_positions({2, 2}, {1, 1, 1}, {}, false));
  const SpatialBernoulli rule(Neighbourhood{.function = gaussian});
  EXPECT_THROW(builder.connect(a, c, rule, {}), Error);
  EXPECT_THROW(builder.connect(a, b, rule, {}), Error);
  EXPECT_NO_THROW(builder.connect(a, a, rule, {}));
  EXPECT_THROW(builder.set_positions(a, grid_positions({4}, {1, 1, 1}, {}, false)), Error);
  Synapse synapse;
  synapse.weight_of_distance = DistanceFunction{};
  EXPECT_THROW(builder.connect(a, c, SpatialBernoulli({}), std::move(synapse)), Error);
}

TEST(SpatialSynapses, HaveWeightsAndDelaysOfTheirDistance) {
  const Positions positions = scattered(500, 3, true);
  const DistanceFunction weight{.kind = DistanceFunction::exponential, .a = -2.0, .c = 0.5, .beta = 0.4};
  const DistanceFunction delay{.kind = DistanceFunction::linear, .a = 0.25, .c = 1.0};
  Synapse synapse;
  synapse.weight_of_distance = weight;
  synapse.delay_of_distance = delay;
  synapse.double_precision = true;
  const Synapses synapses = spatial(positions, SpatialIndegree({.function = gaussian}, 10), std::move(synapse));
  EXPECT_EQ(synapses.size(), 5000u);
  for (const auto& [s, t, w, d] : synapses) {
    const double distance = length(positions.displacement(positions.points[s], positions.points[t]));
    ASSERT_EQ(w, weight.at(distance));
    ASSERT_EQ(d, Delay::from_ms(delay.at(distance)).ticks);
  }
  Synapse negative;
  negative.delay_of_distance = DistanceFunction{.kind = DistanceFunction::linear, .a = -1.0, .c = 0.5};
  EXPECT_THROW(spatial(positions, SpatialIndegree({.function = gaussian}, 10), std::move(negative)), Error);
}

}  // namespace
}  // namespace synop
