#include "synop/learning/short_term_plasticity.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "learning/plastic_protocol.hpp"
#include "synop/core/error.hpp"
#include "synop/learning/tsodyks2_synapse.hpp"

namespace synop::test {
namespace {

struct OneSynapse {
  Network network;
  PopulationId target;
  ProjectionId projection;
};

// tau_m is so long that the potential is the sum of what arrived.
OneSynapse build(const Tsodyks2Synapse& rule, const std::vector<double>& times, double weight, double delay = 1.5) {
  NetworkBuilder builder;
  const auto source = builder.add_population("source", 1, std::make_unique<SpikeGenerator>(times_of({times})));
  const auto target = builder.add_population("target", 1, IafPscDelta{.tau_m = 1e6, .V_th = 1e5});
  const auto projection =
      builder.connect(source, target, OneToOne{},
                      Synapse{.weight = constant(weight), .delay = constant(delay), .plasticity = plastic(rule)});
  return {builder.build(), target, projection};
}

double jump_at(Simulation& simulation, PopulationId target, double ms) {
  simulation.run_until(Time::from_ms(ms));
  const double before = simulation.values(target, "V_m")[0];
  simulation.run_until(Time::from_ms(ms) + tick);
  return simulation.values(target, "V_m")[0] - before;
}

// The differential equations in steps of 0.001 ms: x recovers, u decays to U; a spike uses u x, then u += U (1 - u) of
// the value that it found.
std::vector<double> by_small_steps(const Tsodyks2Synapse& rule, const std::vector<double>& times) {
  std::vector<double> used;
  double x = 1.0, rest = 0.0;  // rest: u = U + rest before a spike
  constexpr double dt = 0.001;
  double t = 0.0;
  for (const double spike : times) {
    for (; t < spike - dt / 2; t += dt) {
      x += dt * (1.0 - (x + 0.5 * dt * (1.0 - x) / rule.tau_rec)) / rule.tau_rec;
      if (rule.tau_fac > 0.0) rest -= dt * (rest - 0.5 * dt * rest / rule.tau_fac) / rule.tau_fac;
    }
    const double u = rule.U + rest;
    used.push_back(x * u);
    x -= x * u;
    rest = rule.tau_fac > 0.0 ? u * (1.0 - rule.U) : 0.0;
  }
  return used;
}

TEST(ShortTermPlasticity, TransmitsWhatTheEquationsInSmallStepsGive) {
  const std::vector<double> times{20.0, 40.0, 60.0, 61.0, 90.0, 300.0};
  for (const Tsodyks2Synapse& rule : {Tsodyks2Synapse{}, Tsodyks2Synapse{.U = 0.1, .tau_rec = 50.0, .tau_fac = 400.0},
                                      Tsodyks2Synapse{.U = 0.6, .tau_rec = 5.0, .tau_fac = 20.0}})
    for (const double weight : {10.0, -10.0}) {
      const OneSynapse built = build(rule, times, weight);
      Simulation simulation(built.network);
      const std::vector<double> used = by_small_steps(rule, times);
      for (std::size_t k = 0; k < times.size(); ++k)
        EXPECT_NEAR(jump_at(simulation, built.target, times[k] + 1.5), weight * used[k], 2e-5) << times[k];
      EXPECT_EQ(simulation.synapses(built.projection).weights[0], weight) << "the weight itself stays";
      EXPECT_EQ(simulation.counters(built.projection).plastic_pre, times.size());
    }
}

TEST(ShortTermPlasticity, DepressesAtRegularSpikesToItsFixedPoint) {
  // x* = (1 - e) / (1 - (1 - U) e) for depression alone.
  std::vector<double> times;
  for (int k = 0; k < 100; ++k) times.push_back(10.0 + 20.0 * k);
  const OneSynapse built = build({.U = 0.4, .tau_rec = 200.0}, times, 1.0);
  Simulation simulation(built.network);
  const double e = std::exp(-20.0 / 200.0);
  EXPECT_NEAR(jump_at(simulation, built.target, times.back() + 1.5), 0.4 * (1 - e) / (1 - 0.6 * e), 1e-6);
}

TEST(ShortTermPlasticity, CountsEachOfSeveralSpikesAtOneInstant) {
  const OneSynapse built = build({.U = 0.5, .tau_rec = 800.0}, {10.0, 10.0, 10.0}, 8.0);
  Simulation simulation(built.network);
  EXPECT_NEAR(jump_at(simulation, built.target, 11.5), 8.0 * (0.5 + 0.25 + 0.125), 1e-5);
}

TEST(ShortTermPlasticity, GoesOnWhileLearningIsFrozenAndBeginsAnewWithARestart) {
  const OneSynapse built = build({.U = 0.5, .tau_rec = 100.0}, {10.0, 20.0, 30.0}, 1.0);
  Simulation simulation(built.network);
  const double e = std::exp(-0.1);
  EXPECT_NEAR(jump_at(simulation, built.target, 11.5), 0.5, 1e-6);
  simulation.freeze_plasticity(true);
  EXPECT_NEAR(jump_at(simulation, built.target, 21.5), 0.5 * (1.0 - 0.5 * e), 1e-6);
  simulation.restart();
  EXPECT_NEAR(jump_at(simulation, built.target, 11.5), 0.5, 1e-6);
  EXPECT_EQ(simulation.synapses(built.projection).weights[0], 1.0);
}

TEST(ShortTermPlasticity, LeavesEachSynapseTheSignOfItsWeight) {
  NetworkBuilder builder;
  const auto source = builder.add_population("source", 1, std::make_unique<SpikeGenerator>(times_of({{5.0}})));
  const auto target = builder.add_population("target", 2, IafPscDelta{.tau_m = 1e6, .V_th = 1e5});
  builder.connect(source, target, ExplicitList({{0, 0}, {0, 1}}),
                  Synapse{.weight = {.kind = Distribution::list, .values = {2.0, -3.0}},
                          .delay = constant(1.0),
                          .plasticity = plastic(Tsodyks2Synapse{.U = 0.5})});
  const Network network = builder.build();
  EXPECT_EQ(network.shards()[0].group_count(0), 2u);
  Simulation simulation(network);
  simulation.run_until(Time::from_ms(7.0));
  EXPECT_NEAR(simulation.values(target, "V_m")[0] - simulation.values(target, "V_m")[1], 2.5, 1e-4);
}

TEST(ShortTermPlasticity, RefusesParametersWithoutMeaning) {
  EXPECT_THROW(plastic(Tsodyks2Synapse{.U = 1.1}), Error);
  EXPECT_THROW(plastic(Tsodyks2Synapse{.tau_rec = 0.0}), Error);
  EXPECT_THROW(plastic(Tsodyks2Synapse{.tau_fac = -1.0}), Error);
}

}  // namespace
}  // namespace synop::test
