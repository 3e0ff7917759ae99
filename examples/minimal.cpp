// A network built, run and read in memory: excitatory neurons driven by Poisson input.
#include <iostream>

#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"

int main() {
  using namespace synop;
  NetworkBuilder builder(/*seed=*/1);
  const PopulationId exc = builder.add_population("exc", 1000, IafPscDelta{.tau_m = 20.0});
  builder.connect(exc, exc, FixedIndegree(100), Synapse{.weight = constant(0.1), .delay = uniform(1.0, 2.0)});
  builder.drive(exc, PoissonGenerator(/*rate in Hz=*/9000.0), /*weight in mV=*/0.1);
  const Network network = builder.build();

  Simulation simulation(network, {.threads = 2});
  SpikeRecorder recorder(exc);
  simulation.attach(recorder);
  simulation.run(Delay::from_ms(1000.0));
  std::cout << recorder.spikes().size() << " spikes, the first at " << recorder.spikes().front().time.ms() << " ms\n";
}
