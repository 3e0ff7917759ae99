// Input that is given while a simulation runs: spikes of a spike_train_injector, currents into neurons.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/neuron_population.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/iaf_cond_exp.hpp"
#include "synop/neurons/iaf_psc_alpha.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/iaf_psc_delta_adaptive.hpp"
#include "synop/neurons/iaf_psc_exp.hpp"
#include "synop/neurons/if_psc_delta.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/neurons/spike_train_injector.hpp"
#include "synop/synapses/connect/all_to_all.hpp"

namespace synop {
namespace {

using namespace literals;
using testing::HasSubstr;

class Keep final : public Observer {
 public:
  void on_spikes(PopulationId population, std::span<const Spike> spikes) override {
    if (population.index == 1) kept.insert(kept.end(), spikes.begin(), spikes.end());
  }
  std::vector<Spike> kept;
};

constexpr std::uint32_t inputs = 9000;  // three blocks

Network network_of(std::unique_ptr<PopulationModel> source) {
  NetworkBuilder builder(1);
  const PopulationId in = builder.add_population("in", inputs, std::move(source));
  const PopulationId out = builder.add_population(
      "out", 3, std::make_unique<NeuronPopulation<IafPscDelta>>(IafPscDelta{.E_L = 0, .V_th = 1, .V_reset = 0}));
  builder.connect(in, out, std::make_unique<AllToAll>(), Synapse{.weight = {.a = 0.3}, .delay = {.a = 1.5}});
  return builder.build();
}

std::vector<Spike> some_spikes() {
  std::vector<Spike> spikes;
  for (std::uint32_t i = 0; i < 400; ++i)
    spikes.push_back({Time{} + Delay{std::int64_t{i} * i * 375'000}, i * 7919 % inputs});
  std::sort(spikes.begin(), spikes.end());
  return spikes;
}

// The second method: the generator of spikes that are known when the network is built.
TEST(SpikeTrainInjector, SendsWhatASpikeGeneratorWouldAndAgainAfterARestart) {
  const std::vector<Spike> spikes = some_spikes();
  std::vector<std::vector<Time>> trains(inputs);
  for (const Spike& spike : spikes) trains[spike.neuron].push_back(spike.time);
  const Network fixed = network_of(std::make_unique<SpikeGenerator>(trains));
  const Network given = network_of(std::make_unique<SpikeTrainInjector>());
  Keep expected, found;
  Simulation known(fixed), told(given);
  known.attach(expected);
  told.attach(found);
  known.run(100_ms);
  ASSERT_GT(expected.kept.size(), 50u);
  for (int trial = 0; trial < 2; ++trial) {
    found.kept.clear();
    told.set_spikes({0}, spikes);
    told.run(33_ms);
    told.run(67_ms);
    EXPECT_EQ(found.kept, expected.kept);
    EXPECT_EQ(told.counters(PopulationId{0}).spikes, (trial + 1) * known.counters(PopulationId{0}).spikes);
    told.restart();
    found.kept.clear();
    told.run(100_ms);
    EXPECT_TRUE(found.kept.empty()) << "a restart forgets them";
    told.restart();
  }
}

TEST(SpikeTrainInjector, ReplacesWhatItHasNotSentAndSavesIt) {
  const Network network = network_of(std::make_unique<SpikeTrainInjector>());
  Simulation simulation(network);
  simulation.set_spikes({0}, std::vector<Spike>{{Time{} + 1_ms, 5}, {Time{} + 20_ms, 5}, {Time{} + 30_ms, 6}});
  simulation.run(10_ms);
  const auto state = simulation.save_state();
  simulation.set_spikes({0}, std::vector<Spike>{{Time{} + 15_ms, 1}});
  simulation.run(50_ms);
  EXPECT_EQ(simulation.counters(PopulationId{0}).spikes, 2u);
  simulation.load_state(state);
  simulation.run(50_ms);
  EXPECT_EQ(simulation.counters(PopulationId{0}).spikes, 3u);
}

template <class Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(GivenInput, IsRefusedWhereItCannotBeMeant) {
  const Network network = network_of(std::make_unique<SpikeTrainInjector>());
  Simulation simulation(network);
  simulation.run(10_ms);
  const auto give = [&](std::uint32_t population, std::vector<Spike> spikes) {
    return refusal([&] { simulation.set_spikes({population}, spikes); });
  };
  EXPECT_THAT(give(0, {{Time{} + 9_ms, 0}}), HasSubstr("times from 10 ms on"));
  EXPECT_THAT(give(0, {{Time{} + 11_ms, inputs}}), HasSubstr("neuron 9000"));
  EXPECT_THAT(give(0, {{Time{} + 12_ms, 0}, {Time{} + 11_ms, 0}}), HasSubstr("spike 1 given to 'in'"));
  EXPECT_THAT(give(1, {}), HasSubstr("spike_train_injector only"));
  EXPECT_THAT(refusal([&] { simulation.add_currents({1}, std::vector<double>{1.0}); }),
              HasSubstr("1 currents are given for the 3 neurons"));
  EXPECT_THAT(refusal([&] {
                simulation.add_currents({1}, std::vector<double>{1.0, 0.0 / 0.0, 1.0});
              }),
              HasSubstr("neuron 1 of 'out'"));
  EXPECT_THAT(refusal([&] { simulation.add_currents({0}, std::vector<double>(inputs)); }),
              HasSubstr("not to a source"));
}

// The second method: a current that is a parameter of the neurons.
template <class M>
void expect_currents_like_I_e(M model) {
  const auto spikes_with = [&](double I_e, double given) {
    M with = model;
    with.I_e = I_e;
    NetworkBuilder builder(1);
    builder.add_population("none", 1, std::make_unique<SpikeTrainInjector>());
    builder.add_population("p", 4, std::make_unique<NeuronPopulation<M>>(with));
    const Network network = builder.build();
    Simulation simulation(network);
    Keep keep;
    simulation.attach(keep);
    std::vector<Spike> all;
    for (int trial = 0; trial < 2; ++trial) {
      keep.kept.clear();
      if (given != 0.0) simulation.add_currents({1}, std::vector<double>{given, 0.0, given, 1.25 * given});
      simulation.run(41_ms);
      simulation.run(59_ms);
      EXPECT_TRUE(trial == 0 || all == keep.kept) << M::name;
      all = keep.kept;
      simulation.restart();
    }
    return all;
  };
  const auto of = [](const std::vector<Spike>& spikes, std::uint32_t neuron) {
    std::vector<double> times;
    for (const Spike& spike : spikes)
      if (spike.neuron == neuron) times.push_back(spike.time.ms());
    return times;
  };
  const auto given = spikes_with(0.0, 600.0);
  const auto fixed = spikes_with(600.0, 0.0);
  ASSERT_GT(of(fixed, 0).size(), 2u) << M::name;
  EXPECT_TRUE(of(given, 1).empty()) << M::name;
  for (const std::uint32_t neuron : {0u, 2u}) {
    ASSERT_EQ(of(given, neuron).size(), of(fixed, 0).size()) << M::name;
    for (std::size_t i = 0; i < of(fixed, 0).size(); ++i)
      EXPECT_NEAR(of(given, neuron)[i], of(fixed, 0)[i], 1e-6) << M::name;
  }
  EXPECT_GT(of(given, 3).size(), of(given, 0).size()) << M::name;
}

TEST(GivenCurrents, DriveNeuronsAsTheirOwnConstantCurrentWould) {
  expect_currents_like_I_e(IafPscDelta{});
  expect_currents_like_I_e(IafPscDeltaAdaptive{.theta_plus = 0.0});  // thresholds would be kept
  expect_currents_like_I_e(IfPscDelta{});
  expect_currents_like_I_e(IafPscExp{});
  expect_currents_like_I_e(IafPscAlpha{});
  expect_currents_like_I_e(IafCondExp{});
}

TEST(GivenCurrents, CanBeTakenBack) {
  NetworkBuilder builder(1);
  builder.add_population("none", 1, std::make_unique<SpikeTrainInjector>());
  builder.add_population("p", 1, std::make_unique<NeuronPopulation<IafPscDelta>>(IafPscDelta{}));
  const Network network = builder.build();
  Simulation simulation(network);
  Keep keep;
  simulation.attach(keep);
  simulation.add_currents({1}, std::vector<double>{600.0});
  simulation.run(50_ms);
  const std::size_t driven = keep.kept.size();
  EXPECT_GT(driven, 1u);
  simulation.add_currents({1}, std::vector<double>{-600.0});
  simulation.run(500_ms);
  EXPECT_EQ(keep.kept.size(), driven);
}

}  // namespace
}  // namespace synop
