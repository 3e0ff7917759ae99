#include "synop/core/simulation.hpp"

#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/neurons/parrot_neuron.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/all_to_all.hpp"

namespace synop {
namespace {

TEST(Simulation, RefusesAnEndWhoseSpikesWouldArriveBeyondTheRangeOfTime) {
  NetworkBuilder builder;
  const std::vector<std::vector<Time>> train = {{Time::from_ms(9.1e9)}};
  const auto source = builder.add_population("source", 1, std::make_unique<SpikeGenerator>(train));
  const auto parrot = builder.add_population("parrot", 1, ParrotNeuron{});
  builder.connect(source, parrot, AllToAll(), {.delay = constant(2e8)});
  const Network network = builder.build({.threads = 1});
  Simulation simulation(network);
  SpikeRecorder recorder(parrot);
  simulation.attach(recorder);
  simulation.run_until(Time::from_ms(9.0e9));
  try {
    simulation.run_until(Time::from_ms(9.2e9));
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    EXPECT_NE(std::string(error.what()).find("200000000 ms"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(recorder.spikes().empty());
}

TEST(Simulation, LeavesOutEventsOfADriveThatWouldArriveBeyondTheRangeOfTime) {
  NetworkBuilder builder;
  const auto parrot = builder.add_population("parrot", 1, ParrotNeuron{});
  PoissonGenerator late(1e-3);  // one event in 1e6 ms
  late.start = 9.1e9;
  builder.drive(parrot, late, 1.0, Delay::from_ms(1.2e8));
  const Network network = builder.build({.threads = 1});
  Simulation simulation(network);
  SpikeRecorder recorder(parrot);
  simulation.attach(recorder);
  simulation.run_until(Time::from_ms(9.222e9 - 23e6));
  EXPECT_TRUE(recorder.spikes().empty());
}

}  // namespace
}  // namespace synop
