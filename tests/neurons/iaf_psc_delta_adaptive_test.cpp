#include "synop/neurons/iaf_psc_delta_adaptive.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/all_to_all.hpp"

namespace synop {
namespace {

constexpr PopulationId the_neuron{0};

std::vector<Time> spikes_of(Simulation& simulation, double end) {
  SpikeRecorder recorder(the_neuron);
  simulation.attach(recorder);
  simulation.run_until(Time::from_ms(end));
  simulation.detach(recorder);
  std::vector<Time> times;
  for (const Spike& spike : recorder.spikes()) times.push_back(spike.time);
  return times;
}

TEST(IafPscDeltaAdaptive, NeedsMoreInputAfterASpikeUntilTheThresholdHasDecayed) {
  IafPscDeltaAdaptive model;  // V_th - E_L = 15 mV
  model.theta_plus = 1.0;
  model.tau_theta = 100.0;
  const double inputs[] = {10.0, 310.0, 620.0};  // the second finds the threshold raised by exp(-3) = 0.0498 mV
  for (const double weight : {15.01, 15.0497, 15.0499, 15.2}) {
    NetworkBuilder builder;
    const auto neuron = builder.add_population("neuron", 1, model);
    std::vector<std::vector<Time>> train(1);
    for (const double t : inputs) train[0].push_back(Time::from_ms(t));
    const auto source = builder.add_population("source", 1, std::make_unique<SpikeGenerator>(train));
    builder.connect(source, neuron, AllToAll(),
                    {.weight = constant(weight), .delay = constant(0.0), .double_precision = true});
    const Network network = builder.build({.threads = 1});
    Simulation simulation(network);
    std::vector<Time> expected;
    double theta = 0.0;
    double last = 0.0;
    for (const double t : inputs) {
      theta *= std::exp(-(t - last) / 100.0);
      last = t;
      if (weight < 15.0 + theta) continue;
      expected.push_back(Time::from_ms(t));
      theta += 1.0;
    }
    EXPECT_EQ(spikes_of(simulation, 700.0), expected) << weight;
    EXPECT_NEAR(simulation.values(the_neuron, "theta")[0], theta * std::exp(-(700.0 - last) / 100.0), 1e-12);
  }
}

TEST(IafPscDeltaAdaptive, CrossesAFallingThresholdWhereBisectionDoes) {
  for (const double tau_theta : {5.0, 50.0, 500.0}) {  // faster and slower than the membrane
    IafPscDeltaAdaptive model;
    model.theta_plus = 3.0;
    model.tau_theta = tau_theta;
    model.I_e = 500.0;  // V_inf = E_L + 20 mV
    NetworkBuilder builder;
    builder.add_population("neuron", 1, model);
    const Network network = builder.build({.threads = 1});
    Simulation simulation(network);
    const std::vector<Time> spikes = spikes_of(simulation, 200.0);
    ASSERT_GT(spikes.size(), 2u);
    long double theta = 0.0L;
    for (std::size_t k = 0; k + 1 < spikes.size(); ++k) {
      const long double previous = k == 0 ? 0.0L : static_cast<long double>((spikes[k] - spikes[k - 1]).ticks) / ticks_per_ms;
      theta = theta * std::exp(-previous / tau_theta) + 3.0L;
      // `t` ms after the spike: the distance of V from the threshold
      const auto distance = [&](long double t) {
        return 20.0L * -std::expm1(-(t - 2.0L) / 10.0L) - 15.0L - theta * std::exp(-t / tau_theta);
      };
      long double above = 2.0L;
      while (distance(above) < 0.0L) above += 1e-3L;
      long double below = above - 1e-3L;
      for (int i = 0; i < 80; ++i) {
        const long double middle = (below + above) / 2;
        (distance(middle) < 0.0L ? below : above) = middle;
      }
      EXPECT_NEAR(static_cast<double>((spikes[k + 1] - spikes[k]).ticks),
                  static_cast<double>(std::ceil(above * ticks_per_ms)), 1.0)
          << tau_theta;
    }
  }
}

}  // namespace
}  // namespace synop
