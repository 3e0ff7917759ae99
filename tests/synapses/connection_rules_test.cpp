#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/parrot_neuron.hpp"
#include "synop/synapses/connect/all_to_all.hpp"
#include "synop/synapses/connect/explicit_list.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"
#include "synop/synapses/connect/one_to_one.hpp"
#include "synop/synapses/connect/pairwise_bernoulli.hpp"

namespace synop {
namespace {

using Pairs = std::multiset<std::pair<std::uint32_t, std::uint32_t>>;

template <class Rule>
Simulation::SynapseView built(const Rule& rule, std::uint32_t size, Synapse synapse = {}, int threads = 1,
                              std::optional<Slice> sources = std::nullopt,
                              std::optional<Slice> targets = std::nullopt) {
  NetworkBuilder builder(5);
  const auto p = builder.add_population("p", size, ParrotNeuron{});
  Neurons from(p), onto(p);
  from.slice = sources;
  onto.slice = targets;
  builder.connect(from, onto, rule, std::move(synapse));
  const Network network = builder.build({.threads = threads});
  return Simulation(network).synapses({0});
}

Pairs pairs_of(const Simulation::SynapseView& view) {
  Pairs pairs;
  for (std::size_t k = 0; k < view.sources.size(); ++k) pairs.emplace(view.sources[k], view.targets[k]);
  return pairs;
}

TEST(ConnectionRules, AreTheSameForEveryNumberOfThreads) {
  const auto drawn = [](int threads) {
    return built(FixedIndegree(20), 10'000, {.weight = normal(0, 1), .delay = uniform(0.5, 2.0)}, threads);
  };
  const auto expected = drawn(1);
  EXPECT_EQ(expected.sources.size(), 200'000u);
  for (const int threads : {2, 3, 8}) {
    const auto other = drawn(threads);
    EXPECT_TRUE(other.sources == expected.sources && other.targets == expected.targets &&
                other.weights == expected.weights);
  }
}

TEST(ConnectionRules, FixedIndegreeGivesEveryTargetItsIndegree) {
  for (const std::uint32_t indegree : {1u, 30u, 48u, 49u})
    for (const bool autapses : {false, true})
      for (const bool multapses : {false, true}) {
        const Pairs pairs = pairs_of(built(FixedIndegree(indegree, autapses, multapses), 50));
        std::map<std::uint32_t, std::uint32_t> count;
        std::size_t own = 0;
        for (const auto& [source, target] : pairs) {
          ++count[target];
          own += source == target;
          if (!multapses) {
            EXPECT_EQ(pairs.count({source, target}), 1u);
          }
        }
        EXPECT_EQ(count.size(), 50u);
        for (const auto& [target, n] : count) EXPECT_EQ(n, indegree) << target;
        if (!autapses) {
          EXPECT_EQ(own, 0u);
        } else if (indegree >= 30) {
          EXPECT_GT(own, 0u);
        }
      }
}

TEST(ConnectionRules, FindAutapsesBetweenShiftedSlices) {
  for (const auto& [source, target] : pairs_of(built(AllToAll(false), 10, {}, 1, Slice{2, 5}, Slice{4, 6})))
    EXPECT_NE(source, target);
  EXPECT_EQ(built(AllToAll(false), 10, {}, 1, Slice{2, 5}, Slice{4, 6}).sources.size(), 30u - 3u);
  EXPECT_EQ(built(AllToAll(true), 10, {}, 1, Slice{2, 5}, Slice{4, 6}).sources.size(), 30u);
}

TEST(ConnectionRules, FixedIndegreeLeavesOutATargetOnlyWhereItIsASource) {
  const auto onto = [](std::uint32_t indegree, std::optional<Slice> targets) {
    std::map<std::uint32_t, std::uint32_t> count;
    for (const std::uint32_t t : built(FixedIndegree(indegree, false, false), 20, {}, 1, Slice{0, 10}, targets).targets)
      ++count[t];
    return count;
  };
  for (const std::uint32_t indegree : {1u, 5u, 6u, 9u, 10u})  // none of the targets is a source
    for (const auto& [target, n] : onto(indegree, Slice{10, 10})) EXPECT_EQ(n, indegree) << target;
  for (const std::uint32_t indegree : {1u, 5u, 6u, 9u})  // every second one is
    for (const auto& [target, n] : onto(indegree, std::nullopt)) EXPECT_EQ(n, indegree) << target;
  EXPECT_THROW(onto(10, std::nullopt), Error);
  EXPECT_THROW(onto(11, (Slice{10, 10})), Error);
  EXPECT_THROW(built(FixedIndegree(1, false), 2, {}, 1, Slice{0, 1}), Error) << "neuron 0 is its only source";
  EXPECT_EQ(built(FixedIndegree(3, false), 2, {}, 1, Slice{0, 1}, Slice{1, 1}).sources.size(), 3u);
}

TEST(ConnectionRules, PairwiseBernoulliConnectsWithItsProbability) {
  for (const double p : {0.0, 0.01, 0.3, 0.9, 1.0}) {
    const Pairs pairs = pairs_of(built(PairwiseBernoulli(p), 500));
    const double expected = p * 250'000;
    EXPECT_NEAR(static_cast<double>(pairs.size()), expected, 5.0 * std::sqrt(expected * (1 - p)) + 1e-9) << p;
    EXPECT_EQ(std::set(pairs.begin(), pairs.end()).size(), pairs.size()) << "no multapses";
  }
}

TEST(ConnectionRules, PairwiseBernoulliTakesTheSmallestProbabilities) {
  for (const double p : {1e-15, 5e-17, 1e-17, 1e-100, 4.9e-324})
    EXPECT_TRUE(built(PairwiseBernoulli(p), 200).sources.empty()) << p;
}

// Chi-square of how often each source is drawn: uniform over sources.
TEST(ConnectionRules, FixedIndegreeDrawsSourcesUniformly) {
  for (const bool multapses : {false, true}) {
    std::vector<double> count(100);
    for (const std::uint32_t source : built(FixedIndegree(20, true, multapses), 5000, {}, 1, Slice{0, 100}).sources)
      ++count[source];
    double chi2 = 0.0;
    for (const double n : count) chi2 += (n - 1000.0) * (n - 1000.0) / 1000.0;
    EXPECT_LT(chi2, 160.0);  // 99 degrees of freedom: p < 1e-4
    EXPECT_GT(chi2, 45.0);
  }
}

TEST(ConnectionRules, OneToOneConnectsEqualPositions) {
  const Pairs pairs = pairs_of(built(OneToOne(), 10, {}, 1, Slice{0, 4}, Slice{6, 4}));
  EXPECT_EQ(pairs, (Pairs{{0, 6}, {1, 7}, {2, 8}, {3, 9}}));
}

TEST(ConnectionRules, ListedWeightsFollowTheListsOrder) {
  const std::vector<ExplicitList::Connection> list = {{3, 1}, {0, 0}, {3, 1}, {2, 4}, {1, 0}, {4, 4}};
  const Distribution weights{.kind = Distribution::list, .values = {1.5, -2.5, 3.5, 4.5, -5.5, 6.5}};
  const auto view = built(ExplicitList(list), 5, {.weight = weights, .double_precision = true});
  std::multiset<std::tuple<std::uint32_t, std::uint32_t, double>> expected, actual;
  for (std::size_t k = 0; k < list.size(); ++k) expected.emplace(list[k].source, list[k].target, weights.values[k]);
  for (std::size_t k = 0; k < view.sources.size(); ++k)
    actual.emplace(view.sources[k], view.targets[k], view.weights[k]);
  EXPECT_EQ(actual, expected);

  Distribution all{.kind = Distribution::list};
  for (int k = 0; k < 12; ++k) all.values.push_back(k);
  const auto dense = built(AllToAll(), 7, {.weight = all, .double_precision = true}, 1, Slice{0, 4}, Slice{4, 3});
  for (std::size_t k = 0; k < dense.sources.size(); ++k)
    EXPECT_EQ(dense.weights[k], (dense.targets[k] - 4) * 4 + dense.sources[k]) << "by target, then source";
  Distribution without{.kind = Distribution::list};
  for (int k = 0; k < 12; ++k) without.values.push_back(k);
  const auto no_autapses = built(AllToAll(false), 4, {.weight = without, .double_precision = true});
  for (std::size_t k = 0; k < no_autapses.sources.size(); ++k) {
    const std::uint32_t s = no_autapses.sources[k], t = no_autapses.targets[k];
    EXPECT_EQ(no_autapses.weights[k], t * 3 + (s > t ? s - 1 : s));
  }
}

}  // namespace
}  // namespace synop
