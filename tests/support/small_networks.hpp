#pragma once

#include "synop/core/network_builder.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/iaf_psc_exp.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/neurons/poisson_population.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"

namespace synop::test {

// An active network of several blocks, models, signs and delay distributions: 9000 + 3000 neurons, two loops, a chain.
inline Network balanced_network(std::uint64_t seed = 1) {
  NetworkBuilder builder(seed);
  IafPscDelta neuron{.tau_m = 20.0, .C_m = 250.0, .E_L = 0.0, .V_th = 20.0, .V_reset = 10.0, .t_ref = 2.0};
  const auto excitatory = builder.add_population("excitatory", 9000, neuron, uniform(0.0, 20.0));
  const auto inhibitory = builder.add_population("inhibitory", 3000, neuron, uniform(0.0, 20.0));
  const auto readout = builder.add_population("readout", 200, IafPscExp{.t_ref = 0.0, .I_e = 300.0});
  const auto noise =
      builder.add_population("noise", 500, std::make_unique<PoissonPopulationModel>(PoissonPopulation{20.0}));
  for (const auto target : {excitatory, inhibitory}) {
    builder.connect(excitatory, target, FixedIndegree(40), {.weight = normal(0.6, 0.06), .delay = uniform(0.8, 3.0)});
    builder.connect(inhibitory, target, FixedIndegree(10), {.weight = constant(-3.0), .delay = constant(1.5)});
    builder.drive(target, PoissonGenerator(1500.0), 0.6);
  }
  builder.connect(noise, readout, FixedIndegree(20), {.weight = normal(20.0, 40.0), .delay = uniform(0.0, 2.0)});
  builder.connect(excitatory, readout, FixedIndegree(50), {.weight = constant(10.0), .delay = constant(0.0)});
  return builder.build();
}

}  // namespace synop::test
