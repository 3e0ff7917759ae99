// Brunel's network of sparsely connected excitatory and inhibitory neurons (J. Comput. Neurosci. 8:183, 2000, model A),
// 12,500 neurons and 15.6 million synapses:
//
//   example_brunel [g [eta [seconds]]]       default: 5 2 1, asynchronous and irregular
//
// g: how much stronger inhibition is than excitation. eta: external rate, relative to the one that just suffices to
// reach threshold. Try 6 4 (fast oscillation), 4.5 0.9 (slow oscillation), 3 2 (regular firing, near saturation).
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <vector>

#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"

using namespace synop;

namespace {

// Mean over neurons of the coefficient of variation of their intervals: 0 for a clock, 1 for a Poisson process.
double interval_cv(const std::vector<Spike>& spikes, std::uint32_t neurons) {
  struct Sums {
    double last = -1.0, n = 0.0, sum = 0.0, squares = 0.0;
  };
  std::vector<Sums> of(neurons);
  for (const Spike& spike : spikes) {
    Sums& s = of[spike.neuron];
    if (s.last >= 0.0) {
      const double interval = spike.time.ms() - s.last;
      s.n += 1.0;
      s.sum += interval;
      s.squares += interval * interval;
    }
    s.last = spike.time.ms();
  }
  double total = 0.0;
  double counted = 0.0;
  for (const Sums& s : of) {
    if (s.n < 5.0) continue;  // too few to tell
    const double mean = s.sum / s.n;
    total += std::sqrt(std::max(0.0, s.squares / s.n - mean * mean)) / mean;
    counted += 1.0;
  }
  return total / counted;
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int i, double otherwise) { return argc > i ? std::atof(argv[i]) : otherwise; };
  const double g = argument(1, 5.0);
  const double eta = argument(2, 2.0);
  const double seconds = argument(3, 1.0);
  if (g < 0.0 || eta < 0.0 || !(seconds > 0.0)) {
    std::cerr << "usage: example_brunel [g [eta [seconds]]], g and eta >= 0, seconds > 0\n";
    return 2;
  }

  const double J = 0.1;                                   // mV
  const double threshold_rate = 20.0 / (J * 20.0) * 1e3;  // Hz: theta / (J tau)
  const IafPscDelta neuron{.tau_m = 20.0, .E_L = 0.0, .V_th = 20.0, .V_reset = 10.0, .t_ref = 2.0};
  NetworkBuilder builder(/*seed=*/1);
  const auto exc = builder.add_population("exc", 10000, neuron, uniform(0.0, 20.0));
  const auto inh = builder.add_population("inh", 2500, neuron, uniform(0.0, 20.0));
  for (const auto target : {exc, inh}) {
    builder.connect(exc, target, FixedIndegree(1000), {.weight = constant(J), .delay = constant(1.5)});
    builder.connect(inh, target, FixedIndegree(250), {.weight = constant(-g * J), .delay = constant(1.5)});
    builder.drive(target, PoissonGenerator(eta * threshold_rate), J);
  }
  const Network network = builder.build();

  // The first 200 ms forget the initial state and are not counted.
  Simulation simulation(network);
  simulation.run(Delay::from_ms(200.0));
  simulation.reset_counters();
  SpikeRecorder recorder(exc);
  simulation.attach(recorder);
  const std::clock_t start = std::clock();
  simulation.run(Delay::from_ms(seconds * 1e3));
  const double cpu = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;

  double recurrent = 0.0;
  double external = 0.0;
  for (std::uint32_t p = 0; p < network.projections().size(); ++p)
    recurrent += static_cast<double>(simulation.counters(ProjectionId{p}).deliveries);
  for (const auto population : {exc, inh})
    external += static_cast<double>(simulation.counters(population).drive_deliveries);
  std::cout << "g = " << g << ", eta = " << eta << ", " << seconds << " s\n"
            << "excitatory rate   " << static_cast<double>(recorder.spikes().size()) / (1e4 * seconds) << " Hz\n"
            << "CV of intervals   " << interval_cv(recorder.spikes(), 10000) << "\n"
            << "events            " << recurrent * 1e-6 << " million recurrent, " << external * 1e-6
            << " million external\n"
            << "processor time    " << cpu << " s, " << cpu * 1e9 / (recurrent + external) << " ns per event\n";
}
