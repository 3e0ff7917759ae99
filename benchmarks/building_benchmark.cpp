// How fast are networks built, and how large do they get? Brunel's 12,500 neurons and 15.6 million synapses by rule,
// and with weights and delays that are drawn. The argument is the number of threads. `of_bound` is the ratio of the
// processor time of all threads to a bare scatter-add over random targets, as many as there are synapses.

#include <ctime>
#include <optional>
#include <vector>

#include "scatter_add.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/random.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/synapses/connect/fixed_indegree.hpp"
#include "synop/synapses/connect/pairwise_bernoulli.hpp"

namespace {

using namespace synop;

constexpr std::uint32_t excitatory = 10'000;
constexpr std::uint32_t inhibitory = 2'500;

double process_seconds() {  // of all threads
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

struct Drawn {
  Distribution weight = constant(0.1);
  Distribution delay = constant(1.5);
  std::optional<Delay> resolution;  // of drawn delays
};

template <class Rule>
Network build(const Rule& from_exc, const Rule& from_inh, const Drawn& drawn, int threads) {
  NetworkBuilder builder(1);
  const IafPscDelta neuron{.tau_m = 20.0, .E_L = 0.0, .V_th = 20.0, .V_reset = 10.0};
  const auto exc = builder.add_population("exc", excitatory, neuron);
  const auto inh = builder.add_population("inh", inhibitory, neuron);
  for (const auto target : {exc, inh}) {
    builder.connect(exc, target, from_exc, {.weight = drawn.weight, .delay = drawn.delay});
    builder.connect(inh, target, from_inh, {.weight = constant(-0.5), .delay = drawn.delay});
  }
  return builder.build({.threads = threads, .delay_resolution = drawn.resolution});
}

// Of 2 million targets in one block: what a synapse costs in the best of cases.
double bound() {
  static const double ns = [] {
    std::vector<std::uint16_t> targets(std::size_t{1} << 21);
    RandomStream random(1, Purpose::task, 0);
    for (std::uint16_t& target : targets) target = static_cast<std::uint16_t>(random.below(4096));
    return scatter_add_ns<std::uint16_t>(targets, 4096);
  }();
  return ns;
}

template <class Rule>
void run(benchmark::State& state, const Rule& from_exc, const Rule& from_inh, const Drawn& drawn) {
  double synapses = 0.0;
  double bytes = 0.0;
  double cpu = 0.0;
  for (auto _ : state) {
    const double start = process_seconds();
    const Network network = build(from_exc, from_inh, drawn, static_cast<int>(state.range(0)));
    cpu += process_seconds() - start;
    synapses = static_cast<double>(network.synapse_count());
    bytes = static_cast<double>(network.bytes());
  }
  const double built = synapses * static_cast<double>(state.iterations());
  state.counters["synapses"] = synapses;
  state.counters["synapses/s"] = benchmark::Counter(built, benchmark::Counter::kIsRate);  // by the clock
  state.counters["cpu_ns/synapse"] = cpu * 1e9 / built;
  state.counters["bytes/synapse"] = bytes / synapses;
  state.counters["of_bound"] = cpu * 1e9 / built / bound();
}

void fixed_indegree(benchmark::State& state) {
  run(state, FixedIndegree(1000), FixedIndegree(250), {});
}
void fixed_indegree_no_multapses(benchmark::State& state) {
  run(state, FixedIndegree(1000, true, false), FixedIndegree(250, true, false), {});
}
void pairwise_bernoulli(benchmark::State& state) {
  run(state, PairwiseBernoulli(0.1), PairwiseBernoulli(0.1), {});
}
void drawn_weights(benchmark::State& state) {
  run(state, FixedIndegree(1000), FixedIndegree(250), {.weight = uniform(0.05, 0.15)});
}
void drawn_delays(benchmark::State& state) {
  run(state, FixedIndegree(1000), FixedIndegree(250), {.delay = uniform(1.0, 2.0)});
}
void drawn_delays_on_a_grid(benchmark::State& state) {
  run(state, FixedIndegree(1000), FixedIndegree(250), {.delay = uniform(1.0, 2.0), .resolution = Delay::from_ms(0.1)});
}

void settings(benchmark::internal::Benchmark* b) {
  b->Arg(1)->Arg(2)->ArgName("threads")->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
}
BENCHMARK(fixed_indegree)->Apply(settings);
BENCHMARK(fixed_indegree_no_multapses)->Apply(settings);
BENCHMARK(pairwise_bernoulli)->Apply(settings);
BENCHMARK(drawn_weights)->Apply(settings);
BENCHMARK(drawn_delays)->Apply(settings);
BENCHMARK(drawn_delays_on_a_grid)->Apply(settings);

}  // namespace

BENCHMARK_MAIN();
