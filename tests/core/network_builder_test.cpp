#include "synop/core/network_builder.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/all_to_all.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"
#include "synop/synapses/connect/one_to_one.hpp"
#include "synop/synapses/connect/pairwise_bernoulli.hpp"

namespace synop {
namespace {

using namespace synop::literals;

class Builder : public testing::Test {
 protected:
  Builder()
      : neurons(builder.add_population("neurons", 10, IafPscDelta{})),
        source(
            builder.add_population("source", 2, std::make_unique<SpikeGenerator>(std::vector<std::vector<Time>>(2)))) {}

  // The message of the error that `call` must throw contains every one of `parts`.
  template <class Call>
  void expect_refused(Call call, std::initializer_list<std::string_view> parts) {
    try {
      call();
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      for (const auto part : parts)
        EXPECT_NE(std::string_view(error.what()).find(part), std::string_view::npos)
            << error.what() << " lacks " << part;
    }
  }
  Synapse synapse(Distribution weight, Distribution delay) { return {.weight = weight, .delay = delay}; }

  NetworkBuilder builder;
  PopulationId neurons;
  PopulationId source;
};

TEST_F(Builder, RefusesPopulationsThatCannotBe) {
  expect_refused([&] { builder.add_population("none", 0, IafPscDelta{}); }, {"none", "size = 0"});
  expect_refused([&] { builder.add_population("neurons", 1, IafPscDelta{}); }, {"neurons", "two"});
  expect_refused([&] { builder.add_population("huge", 4'294'967'290u, IafPscDelta{}); }, {"huge", "2^32"});
  expect_refused([&] { builder.add_population("bad", 1, IafPscDelta{.tau_m = std::nan("")}); }, {"tau_m"});
  expect_refused([&] { builder.add_population("bad", 1, IafPscDelta{.tau_m = -1.0}); }, {"tau_m", "-1"});
  expect_refused(
      [&] {
        builder.add_population("bad", 3, IafPscDelta{}, Distribution{.kind = Distribution::list, .values = {1.0}});
      },
      {"bad", "1", "3"});
  expect_refused(
      [&] { builder.add_population("bad", 3, std::make_unique<SpikeGenerator>(std::vector<std::vector<Time>>(2))); },
      {"2", "3"});
  expect_refused([&] { SpikeGenerator({{Time{2}, Time{1}}}); }, {"spike_generator", "decrease"});
}

TEST_F(Builder, RefusesProjectionsThatCannotBe) {
  expect_refused([&] { builder.connect(neurons, source, AllToAll(), {}); }, {"source", "accepts no input"});
  expect_refused([&] { builder.connect(PopulationId{7}, neurons, AllToAll(), {}); }, {"7"});
  expect_refused([&] { builder.connect(neurons, Neurons(neurons, {5, 6}), AllToAll(), {}); }, {"[5, 11)", "[0, 10)"});
  expect_refused([&] { builder.connect(neurons, neurons, AllToAll(), synapse(constant(1), constant(-0.1))); },
                 {"delay", "-0.1"});
  expect_refused([&] { builder.connect(neurons, neurons, AllToAll(), synapse(constant(1), normal(1, 1))); },
                 {"delay", "-inf"});
  expect_refused([&] { builder.connect(neurons, neurons, AllToAll(), synapse(constant(std::nan("")), constant(1))); },
                 {"weight"});
  expect_refused([&] { builder.connect(source, neurons, OneToOne(), {}); }, {"2 sources", "10 targets"});
  expect_refused([&] { builder.connect(neurons, neurons, PairwiseBernoulli(1.5), {}); }, {"1.5", "[0, 1]"});
  expect_refused([&] { builder.connect(source, neurons, FixedIndegree(3, true, false), {}); },
                 {"indegree = 3", "[0, 2]"});
  expect_refused(
      [&] {
        builder.connect(neurons, neurons, AllToAll(),
                        synapse({.kind = Distribution::list, .values = {1, 2}}, constant(1)));
      },
      {"2 values", "100 synapses"});
  expect_refused(
      [&] {
        builder.connect(neurons, neurons, PairwiseBernoulli(0.5),
                        synapse({.kind = Distribution::list, .values = {1}}, constant(1)));
      },
      {"listed", "pairwise_bernoulli"});
  builder.connect(neurons, neurons, AllToAll(), {}, "twice");
  expect_refused([&] { builder.connect(neurons, neurons, AllToAll(), {}, "twice"); }, {"twice"});
}

TEST_F(Builder, RefusesWeightsThatNoFloatCanHold) {
  const Distribution listed{.kind = Distribution::list, .values = std::vector<double>(100, -1e39)};
  for (const Distribution& weight : {constant(-1e39), listed, uniform(-1e39, 0.0)})
    expect_refused([&] { builder.connect(neurons, neurons, AllToAll(), synapse(weight, constant(1))); },
                   {"neurons_neurons", "weight", "-1e+39", "[-1e+30, 1e+30]"});
  expect_refused([&] { builder.drive(neurons, PoissonGenerator(5.0), 1e31); }, {"weight", "1e+31", "1e+30"});
  expect_refused([&] { builder.add_current(neurons, -1e13); }, {"current", "-10000000000000", "1000000000000"});
  builder.connect(neurons, neurons, AllToAll(), synapse(normal(0.0, 1e33), constant(1)));
  expect_refused([&] { builder.build(); }, {"weight", "1e+30"});
}

TEST_F(Builder, RefusesADelayThatIsShorterThanATick) {
  const Distribution listed{.kind = Distribution::list, .values = std::vector<double>(100, 4e-10)};
  for (const Distribution& delay : {constant(4e-10), listed, uniform(4e-10, 1.0), uniform(0.0, 4e-10)})
    expect_refused([&] { builder.connect(neurons, neurons, AllToAll(), synapse(constant(1), delay)); },
                   {"neurons_neurons", "delay", "4e-10 ms", "1 ps"});
  builder.connect(neurons, neurons, AllToAll(), synapse(constant(1), constant(6e-10)));
}

TEST_F(Builder, ForgetsAProjectionItHasRefused) {
  EXPECT_THROW(builder.connect(source, neurons, OneToOne(), {}, "p"), Error);
  builder.connect(source, neurons, AllToAll(), {}, "p");
  const Network network = builder.build();
  ASSERT_EQ(network.projections().size(), 1u);
  EXPECT_EQ(network.synapse_count(), 20u);
}

TEST_F(Builder, RefusesDrivesAndCurrentsThatCannotBe) {
  expect_refused([&] { builder.drive(source, PoissonGenerator(5.0), 1.0); }, {"source", "accepts no input"});
  expect_refused([&] { builder.drive(neurons, PoissonGenerator(5.0), std::nan("")); }, {"weight"});
  expect_refused([&] { builder.drive(neurons, PoissonGenerator(5.0), 1.0, Delay{-1}); }, {"delay"});
  expect_refused([&] { builder.add_current(neurons, std::nan("")); }, {"current"});
  expect_refused([&] { builder.add_current(neurons, 1.0, Time{5}, Time{4}); }, {"start <= stop"});
}

TEST_F(Builder, RefusesANetworkLargerThanTheMemory) {
  builder.connect(neurons, neurons, AllToAll(), {}, "dense");
  try {
    builder.build({.memory_limit = 100});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::memory);
  }
}

TEST_F(Builder, RoundsDelaysToAResolutionButNeverToZero) {
  builder.connect(neurons, neurons, AllToAll(), synapse(constant(1.0), uniform(0.001, 2.0)), "loop");
  const Network network = builder.build({.delay_resolution = 100_us});
  const Shard& shard = network.shards()[0];
  std::uint32_t groups = 0;
  for (std::uint32_t row = 0; row < 10; ++row)
    for (std::uint32_t g = 0; g < shard.group_count(row); ++g, ++groups) {
      EXPECT_EQ(shard.group(row, g).delay.ticks % 100'000'000, 0);
      EXPECT_GT(shard.group(row, g).delay.ticks, 0);
    }
  EXPECT_EQ(groups, network.projections()[0].groups);
}

}  // namespace
}  // namespace synop
