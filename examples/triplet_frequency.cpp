// The frequency dependence of plasticity: 60 pairs of spikes at each of five rates, the pre 10 ms before or after the
// post, under the triplet rules with their published parameters and under a rule of pairs, beside what Sjoestrom,
// Turrigiano & Nelson (2001) Neuron 32:1149 measured (as listed by Pfister & Gerstner 2006, J. Neurosci. 26:9673).
// Changes are relative.
#include <cstdio>
#include <vector>

#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/learning/plastic.hpp"
#include "synop/learning/stdp_synapse.hpp"
#include "synop/learning/stdp_triplet_synapse.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/one_to_one.hpp"

namespace {

using namespace synop;

constexpr double rates[] = {0.1, 10.0, 20.0, 40.0, 50.0};  // Hz
constexpr int pairs = 60;

// One synapse of 1 mV for each rate; a teacher makes its target fire, the synapse itself is too weak for that.
template <class Rule>
std::vector<double> changes(const Rule& rule, double lag_ms) {
  std::vector<std::vector<Time>> pre;
  std::vector<std::vector<Time>> post;
  for (const double rate : rates) {
    pre.emplace_back();
    post.emplace_back();
    for (int k = 0; k < pairs; ++k) {
      const double at = 100.0 + 1000.0 / rate * k;
      pre.back().push_back(Time::from_ms(at));
      post.back().push_back(Time::from_ms(at + lag_ms));
    }
  }
  NetworkBuilder builder;
  const auto size = static_cast<std::uint32_t>(pre.size());
  const auto sources = builder.add_population("sources", size, std::make_unique<SpikeGenerator>(pre));
  const auto teachers = builder.add_population("teachers", size, std::make_unique<SpikeGenerator>(post));
  const auto targets = builder.add_population("targets", size, IafPscDelta{.t_ref = 0.0});
  builder.connect(teachers, targets, OneToOne(), {.weight = constant(1000.0), .delay = constant(0.0)});
  const ProjectionId synapses = builder.connect(
      sources, targets, OneToOne(), {.weight = constant(1.0), .delay = constant(0.0), .plasticity = plastic(rule)});
  const Network network = builder.build();
  Simulation simulation(network);
  simulation.run(Delay::from_ms(1e3 * pairs / rates[0] + 1000.0));
  std::vector<double> weights = simulation.synapses(synapses).weights;
  for (double& w : weights) w -= 1.0;
  return weights;
}

void print(double lag_ms, const std::vector<double>& measured, const std::vector<double>& error) {
  const auto all = changes(StdpTripletSynapse{}, lag_ms);
  const auto minimal = changes(
      StdpTripletSynapse{
          .tau_minus_triplet = 114.0, .Aplus = 0.0, .Aplus_triplet = 6.5e-3, .Aminus = 7.1e-3, .Aminus_triplet = 0.0},
      lag_ms);
  const auto nearest = changes(StdpTripletNnSynapse{}, lag_ms);
  const auto pair = changes(
      StdpSynapse{.tau_plus = 16.8, .tau_minus = 33.7, .lambda = 7e-5, .mu_plus = 0.0, .mu_minus = 0.0, .Wmax = 100.0},
      lag_ms);
  for (std::size_t k = 0; k < all.size(); ++k)
    std::printf("%+8.0f %9.1f %9.2f %9.2f %9.2f %9.2f %9.2f +- %.2f\n", lag_ms, rates[k], all[k], minimal[k],
                nearest[k], pair[k], measured[k], error[k]);
}

}  // namespace

int main() {
  std::printf("lag (ms) rate (Hz)  triplet   minimal   nearest   pairs     measured\n");
  print(10.0, {-0.04, 0.14, 0.29, 0.53, 0.56}, {0.05, 0.10, 0.14, 0.11, 0.26});
  print(-10.0, {-0.29, -0.41, -0.34, 0.56, 0.75}, {0.08, 0.11, 0.10, 0.32, 0.19});
}
