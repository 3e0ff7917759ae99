// What does an event cost where nearly all neurons are silent, and does that depend on how many there are?
//
//   ring      one spike goes round N neurons, from i to i + 1: one event per spike, one spike at a time
//   random    N neurons with as many targets each as the second argument says, each made to fire once a second; the
//             synapses are too weak to make others fire
//
// `ns/event` is processor time with everything included, events from outside too; `bound` a bare scatter-add over the
// targets of randomly chosen neurons of the same network, and `of_bound` the ratio.
//
//   sparse_benchmark [--neurons=10000,1000000] [--targets=100,1000] [options of Google Benchmark]
//
// Networks that do not fit into the memory available are reported as errors, with what they would need.

#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "scatter_add.hpp"
#include "synop/core/error.hpp"
#include "synop/core/graph.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/random.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"
#include "synop/synapses/connect/one_to_one.hpp"

namespace {

using namespace synop;

constexpr IafPscDelta neuron{.tau_m = 20.0, .E_L = 0.0, .V_th = 20.0, .V_reset = 0.0};
constexpr double firing_weight = 30.0;  // mV: fires a resting neuron
constexpr double events_wanted = 2e6;   // in an iteration of `random`

Network ring_network(std::uint32_t n) {
  NetworkBuilder builder(1);
  const auto cells = builder.add_population("cells", n, neuron);
  const auto first = builder.add_population(
      "first", 1, std::make_unique<SpikeGenerator>(std::vector<std::vector<Time>>{{Time::from_ms(1.0)}}));
  builder.connect({cells, Slice{0, n - 1}}, {cells, Slice{1, n - 1}}, OneToOne(), {.weight = constant(firing_weight)},
                  "on");
  builder.connect({cells, Slice{n - 1, 1}}, {cells, Slice{0, 1}}, OneToOne(), {.weight = constant(firing_weight)},
                  "back");
  builder.connect(first, {cells, Slice{0, 1}}, OneToOne(), {.weight = constant(firing_weight)});
  return builder.build();
}

Network random_network(std::uint32_t n, std::uint32_t targets) {
  NetworkBuilder builder(1);
  const auto cells = builder.add_population("cells", n, neuron);
  builder.connect(cells, cells, FixedIndegree(targets), {.weight = constant(1e-9), .delay = constant(1.5)});
  builder.drive(cells, PoissonGenerator(1.0), firing_weight);
  return builder.build();
}

// The targets of neurons chosen at random, about 4 million.
std::vector<std::uint32_t> targets_of_some(const Network& network, std::uint32_t n) {
  std::vector<std::uint32_t> targets;
  RandomStream random(1, Purpose::task, 0);
  for (int tries = 0; tries < 100'000 && targets.size() < (std::size_t{1} << 22); ++tries) {
    const auto [begin, end] = out_edges(static_cast<std::uint32_t>(random.below(n)), network);
    for (auto edge = begin; edge != end; ++edge) targets.push_back(target(*edge, network));
  }
  return targets;
}

double events_of(const Simulation& simulation) {
  const Network& network = simulation.network();
  std::uint64_t events = 0;
  for (std::uint32_t p = 0; p < network.projections().size(); ++p)
    events += simulation.counters(ProjectionId{p}).deliveries;
  for (std::uint32_t p = 0; p < network.populations().size(); ++p)
    events += simulation.counters(PopulationId{p}).drive_deliveries;
  return static_cast<double>(events);
}

void measure(benchmark::State& state, const Network& network, std::uint32_t n, Delay settle, Delay span) {
  Simulation simulation(network);
  simulation.run(settle);
  simulation.reset_counters();
  const double start = thread_seconds();
  for (auto _ : state) simulation.run(span);
  const double cpu = thread_seconds() - start;
  const double events = events_of(simulation);
  if (events == 0.0) return state.SkipWithError("nothing happened");
  const std::vector<std::uint32_t> targets = targets_of_some(network, n);
  const double bound = scatter_add_ns<std::uint32_t>(targets, network.neuron_count());
  state.counters["events"] = events;
  state.counters["ns/event"] = cpu * 1e9 / events;
  state.counters["bound"] = bound;
  state.counters["of_bound"] = cpu * 1e9 / events / bound;
  state.counters["bytes"] = static_cast<double>(network.bytes());
}

void ring(benchmark::State& state, std::uint32_t n) {
  try {
    measure(state, ring_network(n), n, Delay::from_ms(100.0), Delay::from_ms(1000.0));
  } catch (const Error& error) {
    state.SkipWithError(error.what());
  }
}

void random_targets(benchmark::State& state, std::uint32_t n, std::uint32_t targets) {
  try {
    const double ms = 1e3 * events_wanted / (static_cast<double>(n) * targets);
    measure(state, random_network(n, targets), n, Delay::from_ms(5.0), Delay::from_ms(std::max(3.0, ms)));
  } catch (const Error& error) {
    state.SkipWithError(error.what());
  }
}

// Removes "--name=a,b,c" from the arguments; nothing if it is not among them.
std::vector<std::uint32_t> take_list(int& argc, char** argv, const std::string& name) {
  std::vector<std::uint32_t> values;
  const std::string prefix = "--" + name + "=";
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (!argument.starts_with(prefix)) continue;
    std::istringstream list(argument.substr(prefix.size()));
    for (std::string value; std::getline(list, value, ',');)
      values.push_back(static_cast<std::uint32_t>(std::strtoul(value.c_str(), nullptr, 10)));
    for (int j = i; j + 1 < argc; ++j) argv[j] = argv[j + 1];
    --argc;
    --i;
  }
  return values;
}

void add_benchmarks(std::vector<std::uint32_t> sizes, std::vector<std::uint32_t> degrees) {
  const bool asked = !sizes.empty();
  if (!asked) sizes = {10'000, 100'000, 1'000'000, 10'000'000};
  if (degrees.empty()) degrees = {100, 1000};
  constexpr double most_by_default = 2e8;  // synapses: more take minutes to build
  for (const std::uint32_t n : sizes)
    benchmark::RegisterBenchmark(("ring/neurons:" + std::to_string(n)).c_str(), ring, n)
        ->Iterations(8)
        ->Unit(benchmark::kMillisecond);
  for (const std::uint32_t k : degrees)
    for (const std::uint32_t n : sizes) {
      if (!asked && static_cast<double>(n) * k > most_by_default) continue;
      const std::string name = "random/neurons:" + std::to_string(n) + "/targets:" + std::to_string(k);
      benchmark::RegisterBenchmark(name.c_str(), random_targets, n, k)->Iterations(4)->Unit(benchmark::kMillisecond);
    }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::uint32_t> sizes = take_list(argc, argv, "neurons");
  const std::vector<std::uint32_t> degrees = take_list(argc, argv, "targets");
  for (const std::uint32_t n : sizes)
    if (n < 2) {
      std::cerr << "sparse_benchmark: --neurons takes numbers of 2 and more\n";
      return 2;
    }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  add_benchmarks(sizes, degrees);
  benchmark::RunSpecifiedBenchmarks();
}
