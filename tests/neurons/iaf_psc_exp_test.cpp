#include "synop/neurons/iaf_psc_exp.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/all_to_all.hpp"

namespace synop {
namespace {

constexpr double arrival = 5.0;  // ms

// One neuron at rest that gets one current of `weight` pA at `arrival`.
Network one_input(const IafPscExp& model, double weight) {
  NetworkBuilder builder;
  const std::vector<std::vector<Time>> train = {{Time::from_ms(arrival)}};
  const auto source = builder.add_population("source", 1, std::make_unique<SpikeGenerator>(train));
  const auto neuron = builder.add_population("neuron", 1, model);
  builder.connect(source, neuron, AllToAll(),
                  {.weight = constant(weight), .delay = constant(0.0), .double_precision = true});
  return builder.build({.threads = 1});
}

constexpr PopulationId the_neuron{1};

// V - E_L at `t` ms after the input.
long double response(const IafPscExp& m, double tau_syn, double weight, long double t) {
  const long double R = static_cast<long double>(m.tau_m) / m.C_m;
  if (tau_syn == m.tau_m) return R * weight * t / m.tau_m * std::exp(-t / m.tau_m);
  const long double amplitude = R * weight * tau_syn / (static_cast<long double>(m.tau_m) - tau_syn);
  return amplitude * (std::exp(-t / m.tau_m) - std::exp(-t / tau_syn));
}

TEST(IafPscExp, AnswersOneInputWithTheClosedForm) {
  for (const double tau_syn : {0.5, 2.0, 10.0, 30.0})
    for (const double weight : {200.0, -200.0}) {
      IafPscExp model;
      model.tau_syn_ex = weight > 0.0 ? tau_syn : 3.0;
      model.tau_syn_in = weight < 0.0 ? tau_syn : 3.0;
      const Network network = one_input(model, weight);
      Simulation simulation(network);
      for (double t = 0.25; t < 200.0; t *= 1.5) {
        simulation.run_until(Time::from_ms(arrival + t));
        const auto expected = static_cast<double>(model.E_L + response(model, tau_syn, weight, t));
        EXPECT_NEAR(simulation.values(the_neuron, "V_m")[0], expected, 1e-9) << tau_syn << " " << t;
      }
    }
}

TEST(IafPscExp, PeaksWhereTheDerivativeOfTheClosedFormVanishes) {
  const IafPscExp model;  // tau_m = 10 ms, tau_syn = 2 ms, C_m = 250 pF
  const double peak = 2.5 * std::log(5.0);
  const Network network = one_input(model, 100.0);
  Simulation simulation(network);
  std::vector<double> V;
  for (const double t : {peak - 0.01, peak, peak + 0.01}) {
    simulation.run_until(Time::from_ms(arrival + t));
    V.push_back(simulation.values(the_neuron, "V_m")[0]);
  }
  EXPECT_LT(V[0], V[1]);
  EXPECT_GT(V[1], V[2]);
  EXPECT_NEAR(V[1] - model.E_L, 100.0 * 10.0 / 250.0 * std::pow(5.0, -1.25), 1e-9);  // R w (tau_syn / tau_m)^(5/4)
}

TEST(IafPscExp, CrossesWhereBisectionFindsTheClosedFormAtThreshold) {
  for (const double tau_syn : {0.5, 2.0, 10.0, 30.0})
    for (const double weight : {3000.0, 10'000.0, 300'000.0}) {
      IafPscExp model;
      model.tau_syn_ex = tau_syn;
      long double below = 0.0L;
      long double above = 1e-3L;  // the rise, step by step, then bisected
      while (above < 50.0L && response(model, tau_syn, weight, above) < 15.0L) below = above, above += 1e-3L;
      if (above >= 50.0L) continue;
      for (int k = 0; k < 80; ++k) {
        const long double middle = (below + above) / 2;
        (response(model, tau_syn, weight, middle) < 15.0L ? below : above) = middle;
      }
      const Network network = one_input(model, weight);
      Simulation simulation(network);
      SpikeRecorder recorder(the_neuron);
      simulation.attach(recorder);
      simulation.run_until(Time::from_ms(arrival + 50.0));
      ASSERT_FALSE(recorder.spikes().empty());
      const auto ticks = static_cast<double>((recorder.spikes()[0].time - Time::from_ms(arrival)).ticks);
      EXPECT_NEAR(ticks, static_cast<double>(std::ceil(above * ticks_per_ms)), 1.0) << tau_syn << " " << weight;
    }
}

TEST(IafPscExp, ApproachesTheLimitOfEqualTimeConstants) {
  std::vector<double> V;
  for (const double tau_syn : {10.0, 10.002, 9.998}) {
    IafPscExp model;
    model.tau_syn_ex = tau_syn;
    const Network network = one_input(model, 300.0);
    Simulation simulation(network);
    simulation.run_until(Time::from_ms(arrival + 12.0));
    V.push_back(simulation.values(the_neuron, "V_m")[0]);
  }
  EXPECT_NEAR((V[1] + V[2]) / 2, V[0], 1e-6);  // the first order cancels
  EXPECT_LT(V[2], V[0]);
  EXPECT_GT(V[1], V[0]);
}

}  // namespace
}  // namespace synop
