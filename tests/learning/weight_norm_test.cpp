// Normalising the incoming weights of targets: their sum or their Euclidean length.
#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/learning/plastic.hpp"
#include "synop/learning/stdp_synapse.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/all_to_all.hpp"
#include "synop/synapses/connect/pairwise_bernoulli.hpp"

namespace synop {
namespace {

constexpr std::uint32_t sources = 30, targets = 20;

struct Case {
  bool dense;
  WeightNorm norm;
  double size, largest;
};

class Normalising : public testing::TestWithParam<Case> {};

// By the definition, from the weights before.
std::vector<double> expected(const Simulation::SynapseView& before, const Case& c) {
  std::vector<double> sizes(targets), weights;
  for (std::size_t i = 0; i < before.weights.size(); ++i)
    sizes[before.targets[i]] +=
        c.norm == WeightNorm::sum ? before.weights[i] : before.weights[i] * before.weights[i];
  if (c.norm == WeightNorm::length)
    for (double& size : sizes) size = std::sqrt(size);
  for (std::size_t i = 0; i < before.weights.size(); ++i)
    weights.push_back(std::min(before.weights[i] * c.size / sizes[before.targets[i]], c.largest));
  return weights;
}

TEST_P(Normalising, ScalesTheWeightsOfEachTargetWithinTheirBound) {
  const Case& c = GetParam();
  NetworkBuilder builder(3);
  const PopulationId from = 
      builder.add_population("from", sources, std::make_unique<SpikeGenerator>(std::vector<std::vector<Time>>(sources)));
  const PopulationId onto = builder.add_population("onto", targets, IafPscDelta{});
  Synapse synapse;
  synapse.weight = {.kind = Distribution::uniform, .a = 0.1, .b = 0.9};
  synapse.plasticity = plastic(StdpSynapse{.Wmax = c.largest});
  const ProjectionId projection = c.dense ? builder.connect(from, onto, AllToAll{}, std::move(synapse), "plastic")
                                          : builder.connect(from, onto, PairwiseBernoulli{0.5}, std::move(synapse), "plastic");
  const Network network = builder.build();
  Simulation simulation(network);
  const std::vector<double> want = expected(simulation.synapses(projection), c);
  simulation.normalize_weights(projection, c.size, c.norm);
  const std::vector<double> got = simulation.synapses(projection).weights;
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], want[i], 1e-6 * want[i]) << i;
}

INSTANTIATE_TEST_SUITE_P(All, Normalising,
                         testing::Values(Case{true, WeightNorm::sum, 7.0, 1.0}, Case{false, WeightNorm::sum, 3.0, 1.0},
                                         Case{true, WeightNorm::length, 1.0, 1.0},
                                         Case{false, WeightNorm::length, 2.0, 1.0},
                                         Case{true, WeightNorm::length, 5.0, 1.0}));

}  // namespace
}  // namespace synop
