// What a project that finds the installed package can do: a network in memory, a model and a rule of its own, an experiment.
#include <iostream>

#include "iaf_perfect.hpp"
#include "window_rule.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/cli.hpp"
#include "synop/learning/plastic.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"

int main() {
  using namespace synop;
  NetworkBuilder builder(/*seed=*/1);
  const PopulationId exc = builder.add_population("exc", 200, IafPscDelta{.tau_m = 20.0});
  const PopulationId own = builder.add_population("own", 10, IafPerfect{});
  builder.connect(exc, own, FixedIndegree(20),
                  Synapse{.weight = constant(1.0), .delay = uniform(1.0, 2.0), .plasticity = plastic(WindowRule{})});
  builder.drive(exc, PoissonGenerator(/*rate in Hz=*/9000.0), /*weight in mV=*/0.1);
  const Network network = builder.build();

  Simulation simulation(network, {.threads = 2});
  SpikeRecorder recorder(own);
  simulation.attach(recorder);
  simulation.run(Delay::from_ms(200.0));
  std::cout << recorder.spikes().size() << " spikes\n";
  const std::string version[] = {"--version"};
  return recorder.spikes().empty() ? 1 : run_cli(version, std::cout, std::cerr);
}
