// The window of spike-timing dependent plasticity, measured and in closed form: one presynaptic spike, and behind each
// of its synapses a neuron that fires dt later (or earlier).
#include <cmath>
#include <cstdio>
#include <vector>

#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/learning/lazy_plasticity.hpp"
#include "synop/learning/stdp_synapse.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/all_to_all.hpp"
#include "synop/synapses/connect/one_to_one.hpp"

int main() {
  using namespace synop;
  const std::vector<double> dt{-60, -40, -20, -10, -5, -1, 1, 5, 10, 20, 40, 60};  // ms
  const auto size = static_cast<std::uint32_t>(dt.size());
  std::vector<std::vector<Time>> teacher_times;
  for (const double d : dt) teacher_times.push_back({Time::from_ms(100.0 + d)});

  NetworkBuilder builder;
  const std::vector<std::vector<Time>> pre_times{{Time::from_ms(100.0)}};
  const auto pre = builder.add_population("pre", 1, std::make_unique<SpikeGenerator>(pre_times));
  const auto teacher = builder.add_population("teacher", size, std::make_unique<SpikeGenerator>(teacher_times));
  const auto post = builder.add_population("post", size, IafPscDelta{});
  builder.connect(teacher, post, OneToOne(), {.weight = constant(30.0), .delay = constant(0.0)});  // one spike each

  // The additive rule, so that the change does not depend on the weight.
  const StdpSynapse rule{
      .tau_plus = 20.0, .tau_minus = 40.0, .lambda = 0.01, .alpha = 0.5, .mu_plus = 0.0, .mu_minus = 0.0, .Wmax = 1.0};
  const double w = 0.5;  // mV: too weak to make a neuron fire
  const ProjectionId synapses = builder.connect(
      pre, post, AllToAll(), {.weight = constant(w), .delay = constant(0.0), .plasticity = plastic(rule)});

  const Network network = builder.build();
  Simulation simulation(network);
  simulation.run(Delay::from_ms(200.0));

  const auto measured = simulation.synapses(synapses);
  std::printf("dt (ms)   change (mV)   closed form\n");
  for (std::size_t k = 0; k < dt.size(); ++k) {
    const double d = dt[measured.targets[k]];
    const double expected = d > 0.0 ? rule.lambda * rule.Wmax * std::exp(-d / rule.tau_plus)
                                    : -rule.alpha * rule.lambda * rule.Wmax * std::exp(d / rule.tau_minus);
    std::printf("%7.0f   %11.7f   %11.7f\n", d, measured.weights[k] - w, expected);
  }
}
