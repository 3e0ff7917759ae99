#include "synop/synapses/connect/fixed_total_number.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/parrot_neuron.hpp"

namespace synop {
namespace {

using Sources = std::vector<std::vector<std::uint32_t>>;  // of each target, in the order of the draws

Sources sources_by_target(const FixedTotalNumber& rule, const ConnectionContext& context) {
  Sources all(context.targets);
  for (std::uint32_t t = 0; t < context.targets; ++t) rule.sources_of(context, t, all[t]);
  return all;
}

std::size_t total(const Sources& sources) {
  std::size_t n = 0;
  for (const auto& of_target : sources) n += of_target.size();
  return n;
}

double chi_square(const std::vector<double>& counts, double expected) {
  double sum = 0.0;
  for (const double n : counts) sum += (n - expected) * (n - expected) / expected;
  return sum;
}

TEST(FixedTotalNumber, MakesExactlyNSynapses) {
  for (const std::uint64_t N : {0u, 1u, 2u, 17u, 1000u, 123'457u})
    for (const std::uint32_t targets : {1u, 2u, 3u, 64u, 1000u})
      for (const bool autapses : {false, true})
        for (const std::int64_t shift : {std::int64_t{0}, std::int64_t{-3}, std::int64_t{5}}) {
          const ConnectionContext context{
              .sources = 7, .targets = targets, .seed = 3, .same_population = true, .autapse_shift = shift};
          const Sources sources = sources_by_target(FixedTotalNumber(N, autapses), context);
          EXPECT_EQ(total(sources), N) << targets << " targets, shift " << shift;
          if (autapses) continue;
          for (std::uint32_t t = 0; t < targets; ++t)
            for (const std::uint32_t source : sources[t]) ASSERT_FALSE(context.is_autapse(source, t));
        }
}

// 200 targets, 90 sources: the counts of targets, of sources and of pairs each pass a chi-square test.
TEST(FixedTotalNumber, DrawsPairsUniformly) {
  const ConnectionContext context{.sources = 90, .targets = 200, .seed = 11};
  constexpr std::uint64_t N = 360'000;
  std::vector<double> of_target(200), of_source(90), of_pair(90 * 200);
  const Sources sources = sources_by_target(FixedTotalNumber(N), context);
  for (std::uint32_t t = 0; t < 200; ++t)
    for (const std::uint32_t source : sources[t]) ++of_target[t], ++of_source[source], ++of_pair[t * 90 + source];
  const auto expect_uniform = [](const std::vector<double>& counts) {
    const double degrees = static_cast<double>(counts.size()) - 1.0;
    const double chi2 = chi_square(counts, static_cast<double>(N) / static_cast<double>(counts.size()));
    EXPECT_NEAR(chi2, degrees, 3.7 * std::sqrt(2.0 * degrees));
  };
  expect_uniform(of_target);  // would fail for equal in-degrees too: chi-square 0
  expect_uniform(of_source);
  expect_uniform(of_pair);
}

// Half of the targets have one allowed source fewer, so they get fewer synapses in proportion.
TEST(FixedTotalNumber, DrawsAllowedPairsUniformlyWithoutAutapses) {
  const ConnectionContext context{.sources = 4, .targets = 8, .seed = 2, .same_population = true};
  constexpr std::uint64_t N = 280'000;
  const Sources sources = sources_by_target(FixedTotalNumber(N, false), context);
  std::vector<double> of_pair;
  for (std::uint32_t t = 0; t < 8; ++t)
    for (std::uint32_t s = 0; s < 4; ++s)
      if (!context.is_autapse(s, t))
        of_pair.push_back(static_cast<double>(std::count(sources[t].begin(), sources[t].end(), s)));
  ASSERT_EQ(of_pair.size(), 28u);
  EXPECT_LT(chi_square(of_pair, 10'000.0), 66.0);  // 27 degrees of freedom: p < 1e-4
  EXPECT_GT(chi_square(of_pair, 10'000.0), 7.0);
}

TEST(FixedTotalNumber, DiffersBetweenSeedsAndProjections) {
  ConnectionContext context{.sources = 50, .targets = 50, .seed = 1, .projection = 0};
  const Sources first = sources_by_target(FixedTotalNumber(1000), context);
  context.projection = 1;
  const Sources second = sources_by_target(FixedTotalNumber(1000), context);
  context.seed = 2;
  const Sources third = sources_by_target(FixedTotalNumber(1000), context);
  EXPECT_NE(first, second);
  EXPECT_NE(second, third);
  EXPECT_NE(first[0].size(), second[0].size());
}

// A network of several blocks has the synapses that the rule gives target by target, whatever the threads.
TEST(FixedTotalNumber, DependsNeitherOnThreadsNorOnBlocks) {
  constexpr std::uint32_t targets = 10'000;
  constexpr std::uint64_t N = 250'000;
  using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
  Pairs expected;
  const ConnectionContext context{
      .sources = 500, .targets = targets - 100, .seed = 5, .same_population = true, .autapse_shift = -100};
  for (std::uint32_t t = 0; t < context.targets; ++t) {
    std::vector<std::uint32_t> sources;
    FixedTotalNumber(N).sources_of(context, t, sources);
    for (const std::uint32_t source : sources) expected.emplace_back(source, t + 100);
  }
  std::sort(expected.begin(), expected.end());
  for (const int threads : {1, 2, 3, 8}) {
    NetworkBuilder builder(5);
    const auto p = builder.add_population("p", targets, ParrotNeuron{});
    builder.connect({p, {0, 500}}, {p, {100, targets - 100}}, FixedTotalNumber(N), {});
    const Network network = builder.build({.threads = threads});
    const auto view = Simulation(network).synapses({0});
    Pairs pairs;
    for (std::size_t k = 0; k < view.sources.size(); ++k) pairs.emplace_back(view.sources[k], view.targets[k]);
    std::sort(pairs.begin(), pairs.end());
    EXPECT_TRUE(pairs == expected) << threads << " threads";
  }
}

TEST(FixedTotalNumber, GivesEverySynapseAPlaceInAList) {
  const ConnectionContext context{.sources = 5, .targets = 33, .seed = 4};
  const FixedTotalNumber rule(777);
  std::uint64_t position = 0;
  const Sources sources = sources_by_target(rule, context);
  for (std::uint32_t t = 0; t < context.targets; ++t)
    for (std::uint32_t k = 0; k < sources[t].size(); ++k) ASSERT_EQ(rule.list_position(context, t, k), position++);
  EXPECT_EQ(position, 777u);
}

TEST(FixedTotalNumber, RefusesWhatItCannotMake) {
  const ConnectionContext only_itself{.sources = 1, .targets = 1, .same_population = true};
  EXPECT_THROW(FixedTotalNumber(1, false).check(only_itself), Error);
  EXPECT_NO_THROW(FixedTotalNumber(0, false).check(only_itself));
  EXPECT_NO_THROW(FixedTotalNumber(1, true).check(only_itself));
  const ConnectionContext some{.sources = 10, .targets = 10};
  EXPECT_NO_THROW(FixedTotalNumber(FixedTotalNumber::largest_N).check(some));
  try {
    FixedTotalNumber(FixedTotalNumber::largest_N + 1).check(some);
    ADD_FAILURE() << "not refused";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("N = 9007199254740993 is outside the allowed range [0, 9007199254740992]"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace synop
