#pragma once

#include <cstdint>
#include <vector>

#include "support/reference_simulator.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"

namespace synop::test {

// A random network of a few populations, described for the reference simulator, and how it divides into populations and
// projections for the engine.
struct RandomNetwork {
  struct Population {
    std::uint32_t first = 0;  // neuron of the description
    std::uint32_t size = 0;
  };
  struct Projection {
    std::uint32_t source = 0;
    std::uint32_t target = 0;
    std::size_t first = 0;  // synapse of the description
    std::size_t count = 0;
  };
  struct Current {
    std::uint32_t population = 0;
    Slice neurons;
    Time start;
    Time stop;
    double amplitude = 0.0;
  };

  reference::Network description;
  std::vector<Population> populations;
  std::vector<Projection> projections;
  std::vector<Current> currents;
  Time end;
  double largest_voltage = 0.0;  // mV, of the parameters
};

struct RandomNetworkOptions {
  std::vector<reference::Model> models;  // of which every population has one
  double duration = 100.0;               // ms
};

RandomNetwork random_network(std::uint32_t seed, const RandomNetworkOptions& options);

// Builds the network for the engine, with weights in double precision.
synop::Network build(const RandomNetwork& network);

struct GlobalSpike {
  Time time;
  std::uint32_t neuron = 0;  // of the description
  friend auto operator<=>(const GlobalSpike&, const GlobalSpike&) = default;
};

struct EngineRun {
  int threads = 1;
  int splits = 0;  // the run is split at so many random instants
  std::uint32_t seed = 0;
};
// All spikes, by time, then neuron.
std::vector<GlobalSpike> run_engine(const RandomNetwork& network, const EngineRun& run);

}  // namespace synop::test
