#include "synop/neurons/parrot_neuron.hpp"

#include <gtest/gtest.h>

#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/explicit_list.hpp"

namespace synop {
namespace {

TEST(ParrotNeuron, RepeatsEverySpikeOncePerSynapse) {
  NetworkBuilder builder;
  const std::vector<std::vector<Time>> trains = {{Time::from_ms(1.0), Time::from_ms(1.0), Time::from_ms(4.0)}, {}};
  const auto source = builder.add_population("source", 2, std::make_unique<SpikeGenerator>(trains));
  const auto parrots = builder.add_population("parrots", 2, ParrotNeuron{});
  // Three synapses onto parrot 0, of which one is inhibitory and one has no weight; the source of parrot 1 is silent.
  builder.connect(source, parrots, ExplicitList({{0, 0}, {0, 0}, {0, 0}, {1, 1}}),
                  {.weight = {.kind = Distribution::list, .values = {1.0, -2.0, 0.0, 1.0}}, .delay = constant(0.5)});
  const Network network = builder.build({.threads = 1});
  Simulation simulation(network);
  SpikeRecorder recorder(parrots);
  simulation.attach(recorder);
  simulation.run_until(Time::from_ms(10.0));
  std::vector<Spike> expected(6, {Time::from_ms(1.5), 0});
  expected.insert(expected.end(), 3, {Time::from_ms(4.5), 0});
  EXPECT_EQ(std::vector<Spike>(recorder.spikes().begin(), recorder.spikes().end()), expected);
}

}  // namespace
}  // namespace synop
