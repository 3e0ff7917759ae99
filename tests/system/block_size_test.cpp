// Spikes do not depend on how populations are cut into blocks: neither on 16- or 32-bit targets, nor on rescaling large
// blocks page by page, nor on what a group is.
#include <gtest/gtest.h>

#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/iaf_psc_exp.hpp"
#include "synop/neurons/poisson_population.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"

namespace synop {
namespace {

constexpr std::uint32_t neurons = 70'000;  // more than 16 bits can number

struct Outcome {
  std::uint64_t hash = 0;
  std::uint64_t spikes = 0;
  std::size_t blocks = 0;
  bool wide = false;
};

template <class Model>
Outcome outcome(const Model& model, double weight, const Distribution& delay, std::optional<Delay> resolution,
                std::uint32_t block_size) {
  NetworkBuilder builder(7);
  const PopulationId input =
      builder.add_population("input", 500, std::make_unique<PoissonPopulationModel>(PoissonPopulation{20.0}));
  const PopulationId cells = builder.add_population("cells", neurons, model);
  builder.connect(input, cells, FixedIndegree(3), {.weight = normal(weight, 0.2 * weight), .delay = delay}, "in");
  builder.connect(cells, cells, FixedIndegree(4), {.weight = normal(0.0, 0.5 * weight), .delay = delay}, "loop");
  const Network network = builder.build({.threads = 2, .delay_resolution = resolution, .block_size = block_size});
  Simulation simulation(network);
  SpikeHash hash;
  simulation.attach(hash);
  simulation.run_until(Time::from_ms(150.0));
  const std::vector<double> v = simulation.values(cells, "V_m");  // of neurons that were never touched, too
  simulation.run_until(Time::from_ms(300.0));
  std::uint64_t bits = hash.value();
  for (const double x : v) bits = bits * 31 + std::bit_cast<std::uint64_t>(x);
  return {bits, hash.count(), network.blocks().size(), !network.shards().back().target32.empty()};
}

template <class Model>
void expect_same_spikes(const Model& model, double weight, const Distribution& delay, std::optional<Delay> resolution) {
  const Outcome one = outcome(model, weight, delay, resolution, neurons);
  const Outcome many = outcome(model, weight, delay, resolution, 4096);
  const Outcome chosen = outcome(model, weight, delay, resolution, 0);
  EXPECT_TRUE(one.wide);
  EXPECT_FALSE(many.wide);
  EXPECT_GT(many.blocks, 17u);
  EXPECT_GT(one.spikes, 10'000u);
  EXPECT_EQ(one.spikes, many.spikes);
  EXPECT_EQ(one.hash, many.hash);
  EXPECT_EQ(one.hash, chosen.hash);
}

TEST(BlockSize, DoesNotChangeSpikesOfDeltaNeurons) {
  expect_same_spikes(IafPscDelta{.tau_m = 10.0}, 9.0, uniform(0.5, 3.0), Delay::from_ms(0.1));
}

TEST(BlockSize, DoesNotChangeSpikesOfNeuronsWithCurrents) {
  expect_same_spikes(IafPscExp{.tau_syn_ex = 0.5, .tau_syn_in = 0.5}, 9000.0, uniform(0.5, 3.0), std::nullopt);
}

TEST(BlockSize, DoesNotChangeSpikesOfDrivenNeurons) {
  expect_same_spikes(IafPscDelta{.tau_m = 20.0, .I_e = 200.0}, 3.0, constant(1.5), std::nullopt);
}

}  // namespace
}  // namespace synop
