// What does a synaptic event cost in whole networks, everything included? The networks are those of examples/; the
// argument is the number of threads. Processor time is that of all threads.

#include <ctime>
#include <string>

#include <benchmark/benchmark.h>

#include "synop/core/simulation.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/model_catalogue.hpp"

namespace {

using namespace synop;

struct Counts {
  double spikes = 0.0;
  double recurrent = 0.0;
  double external = 0.0;
  double events() const { return recurrent + external; }
};

Counts counts_of(const Simulation& simulation) {
  Counts counts;
  const Network& network = simulation.network();
  for (std::uint32_t p = 0; p < network.projections().size(); ++p)
    counts.recurrent += static_cast<double>(simulation.counters(ProjectionId{p}).deliveries);
  for (std::uint32_t p = 0; p < network.populations().size(); ++p) {
    const PopulationCounters population = simulation.counters(PopulationId{p});
    counts.spikes += static_cast<double>(population.spikes);
    counts.external += static_cast<double>(population.drive_deliveries);
  }
  return counts;
}

// An iteration advances the network by `span`; the first 200 ms are not timed.
void run_network(benchmark::State& state, const std::string& name, const std::vector<std::string>& overrides,
                 Delay span) {
  const int threads = static_cast<int>(state.range(0));
  const Experiment experiment =
      read_experiment(std::string(SYNOP_SOURCE_DIR) + "/examples/" + name + ".toml", overrides, model_catalogue());
  const Network network = compose(experiment).build(build_options(experiment, threads));
  Simulation simulation(network, {.threads = threads});
  simulation.run(Delay::from_ms(200.0));
  simulation.reset_counters();
  const Time begin = simulation.now();
  const std::clock_t start = std::clock();
  for (auto _ : state) simulation.run(span);
  const double cpu = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  const double seconds = (simulation.now() - begin).ms() * 1e-3;
  const Counts counts = counts_of(simulation);
  state.counters["rate_Hz"] = counts.spikes / network.neuron_count() / seconds;
  state.counters["recurrent/s"] = counts.recurrent / seconds;  // per second of biology
  state.counters["external/s"] = counts.external / seconds;
  state.counters["cpu_s/s"] = cpu / seconds;
  state.counters["events/cpu_s"] = counts.events() / cpu;
  state.counters["ns/event"] = cpu * 1e9 / counts.events();
}

std::vector<std::string> with_delay(const std::string& ms) {
  std::vector<std::string> overrides;
  for (const char* projection : {"ee", "ei", "ie", "ii"})
    overrides.push_back(std::string("projection.") + projection + ".delay=" + ms);
  return overrides;
}

void brunel(benchmark::State& state) {
  run_network(state, "brunel", {}, Delay::from_ms(250.0));
}
// Pair STDP, additive, at the 10 million synapses among the excitatory neurons. Weights begin in the middle of their
// range and move slowly, so that the network stays in its asynchronous irregular state while every replay has its full
// cost.
void brunel_stdp(benchmark::State& state) {
  run_network(state, "brunel",
              {"projection.ee.synapse=stdp_synapse",
               "projection.ee.params={ tau_plus = \"20 ms\", tau_minus = \"20 ms\", lambda = 0.0001, alpha = 1.05, "
               "mu_plus = 0, mu_minus = 0, Wmax = 0.2 }"},
              Delay::from_ms(250.0));
}
void cuba_delay_800us(benchmark::State& state) {
  run_network(state, "vogels_abbott_cuba", {}, Delay::from_ms(5000.0));
}
void cuba_delay_100us(benchmark::State& state) {
  run_network(state, "vogels_abbott_cuba", with_delay("0.1 ms"), Delay::from_ms(5000.0));
}
void coba_delay_800us(benchmark::State& state) {
  run_network(state, "vogels_abbott_coba", {}, Delay::from_ms(1000.0));
}
void benchmark4_delay_800us(benchmark::State& state) {
  run_network(state, "brette_benchmark4", with_delay("0.8 ms"), Delay::from_ms(5000.0));
}
void benchmark4_delay_100us(benchmark::State& state) {
  run_network(state, "brette_benchmark4", {}, Delay::from_ms(5000.0));
}

void settings(benchmark::internal::Benchmark* b) {
  b->Arg(1)->Arg(2)->ArgName("threads")->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
}
BENCHMARK(brunel)->Apply(settings)->Iterations(4);
BENCHMARK(brunel_stdp)->Apply(settings)->Iterations(4);
BENCHMARK(cuba_delay_800us)->Apply(settings)->Iterations(2);
BENCHMARK(cuba_delay_100us)->Apply(settings)->Iterations(2);
BENCHMARK(coba_delay_800us)->Apply(settings)->Iterations(2);
BENCHMARK(benchmark4_delay_800us)->Apply(settings)->Iterations(2);
BENCHMARK(benchmark4_delay_100us)->Apply(settings)->Iterations(2);

}  // namespace

BENCHMARK_MAIN();
