// What does a delivered synapse cost, and how far is that from the bound of the machine, a bare scatter-add over the
// same targets? The argument is the number of synapses of a group (one spike onto one block of 4096 neurons). Targets
// and weights of 4 million synapses stream from memory, group after group; the state stays in the private cache.
//
// And what if the synapses are not stored? `procedural` generates groups, and then delivers them; `brunel` compares
// both in a whole network, where `ns/event` has everything in it, the external events too. `convolution` compares a layer whose
// synapses follow from the geometry with the same synapses stored.

#include <algorithm>
#include <ctime>
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "scatter_add.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/random.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/iaf_cond_exp.hpp"
#include "synop/neurons/iaf_psc_alpha_one_tau.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/iaf_psc_delta_varied.hpp"
#include "synop/neurons/iaf_psc_exp.hpp"
#include "synop/neurons/iaf_psc_exp_one_tau.hpp"
#include "synop/neurons/poisson_generator.hpp"
#include "synop/neurons/poisson_population.hpp"
#include "synop/synapses/connect/convolution.hpp"
#include "synop/synapses/connect/explicit_list.hpp"
#include "synop/synapses/connect/pairwise_bernoulli.hpp"

namespace {

using namespace synop;

constexpr std::uint32_t neurons = 4096;
constexpr std::size_t synapses = std::size_t{1} << 22;
constexpr double small_weight = 1e-12;  // nobody reaches threshold

struct Synapses {
  std::vector<std::uint16_t> target;
  std::vector<float> weight;
};

const Synapses& synapses_in_groups_of(std::size_t group) {
  static Synapses all;
  static std::size_t made_for = 0;
  if (made_for == group) return all;
  made_for = group;
  all.target.resize(synapses);
  all.weight.assign(synapses, static_cast<float>(small_weight));
  RandomStream random(1, Purpose::task, 0);
  for (std::uint16_t& target : all.target) target = static_cast<std::uint16_t>(random.below(neurons));
  for (std::size_t i = 0; i + group <= synapses; i += group)
    std::sort(all.target.begin() + static_cast<std::ptrdiff_t>(i),
              all.target.begin() + static_cast<std::ptrdiff_t>(i + group));
  return all;
}

// Calls deliver(targets, weights, n) for one group after the other, `float` or constant weights.
template <class Deliver>
void run_groups(benchmark::State& state, bool stored, Deliver deliver) {
  const auto n = static_cast<std::size_t>(state.range(0));
  const Synapses& all = synapses_in_groups_of(n);
  std::size_t position = 0;
  std::int64_t delivered = 0;
  const std::clock_t start = std::clock();
  for (auto _ : state) {
    if (stored)
      deliver(all.target.data() + position, StoredWeights<float>{all.weight.data() + position}, n);
    else
      deliver(all.target.data() + position, ConstantWeight{small_weight}, n);
    position += n;
    if (position + n > synapses) position = 0;
    delivered += static_cast<std::int64_t>(n);
  }
  state.SetItemsProcessed(delivered);
  const double cpu = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  state.counters["ns/synapse"] = cpu * 1e9 / static_cast<double>(delivered);
}

void scatter_add(benchmark::State& state, bool stored) {
  std::vector<double> u(neurons);
  run_groups(state, stored, [&](const std::uint16_t* targets, auto weights, std::size_t n) {
    double* const x = u.data();
    for (std::size_t j = 0; j < n; ++j) x[targets[j]] += weights[j];
    benchmark::ClobberMemory();
  });
}

// Instants 10 us apart, as in an active network: the factors of an instant are part of the cost of a group.
template <class Model>
void excite(benchmark::State& state, bool stored, const Model& model = {}) {
  typename Model::Dynamics dynamics(model, neurons);
  Alerts alerts;
  Time now{};
  run_groups(state, stored, [&](const std::uint16_t* targets, auto weights, std::size_t n) {
    now = now + Delay::from_ms(0.01);
    const auto instant = dynamics.instant(now, now + Delay::from_ms(1.5));
    dynamics.excite(instant, targets, weights, n, alerts);
    benchmark::ClobberMemory();
  });
  if (!alerts.empty()) state.SkipWithError("a neuron has reached its threshold");
}

void iaf_psc_delta(benchmark::State& state, bool stored) {
  excite<IafPscDelta>(state, stored);
}
void iaf_psc_exp(benchmark::State& state, bool stored) {
  excite<IafPscExp>(state, stored);
}

void iaf_psc_exp_one_tau(benchmark::State& state, bool stored) {
  excite(state, stored, IafPscExpOneTau(IafPscExp{}));
}
void iaf_psc_alpha_one_tau(benchmark::State& state, bool stored) {
  excite(state, stored, IafPscAlphaOneTau({IafPscAlpha{}}));
}
// Any time constants.
void iaf_psc_alpha(benchmark::State& state, bool stored) {
  excite(state, stored, IafPscAlpha{.tau_syn_in = 5.0});
}

// Every neuron has a time constant of its own.
void iaf_psc_delta_varied(benchmark::State& state, bool stored) {
  IafPscDeltaVaried model;
  for (std::uint32_t i = 0; i < neurons; ++i) model.neurons.push_back({.tau_m = 10.0 + 0.001 * i});
  excite(state, stored, model);
}

// Every input moves its neuron from the last one, a Taylor polynomial as long as the time between makes it: neurons of
// the COBA network, whose conductances never fade here, with a threshold out of reach.
void iaf_cond_exp(benchmark::State& state) {
  const IafCondExp model{.V_th = -1.0, .V_reset = -60.0, .g_L = 10.0, .C_m = 200.0, .E_in = -80.0, .E_L = -60.0,
                         .tau_syn_ex = 5.0, .tau_syn_in = 10.0};
  IafCondExp::Dynamics dynamics(model, neurons);
  Alerts alerts;
  Time now{};
  run_groups(state, false, [&](const std::uint16_t* targets, auto, std::size_t n) {
    now = now + Delay::from_ms(0.01);
    dynamics.excite(dynamics.instant(now, now), targets, ConstantWeight{0.5}, n, alerts);
    benchmark::ClobberMemory();
  });
  if (!alerts.empty()) state.SkipWithError("a neuron may reach its threshold");
}

// Groups of about as many synapses as the argument says, from one source after the other.
template <class Model>
void generate(benchmark::State& state, bool deliver) {
  const PairwiseBernoulli rule(static_cast<double>(state.range(0)) / neurons);
  const ConnectionContext context{.sources = ~0u, .targets = neurons, .seed = 1};
  typename Model::Dynamics dynamics(Model{}, neurons);
  Alerts alerts;
  Time now{};
  std::vector<std::uint32_t> targets;
  std::uint32_t source = 0;
  std::int64_t delivered = 0;
  const double start = thread_seconds();
  for (auto _ : state) {
    rule.targets_of(context, source++, 0, neurons, targets);
    now = now + Delay::from_ms(0.01);
    const auto instant = dynamics.instant(now, now + Delay::from_ms(1.5));
    if (deliver) dynamics.excite(instant, targets.data(), ConstantWeight{small_weight}, targets.size(), alerts);
    benchmark::ClobberMemory();
    delivered += static_cast<std::int64_t>(targets.size());
  }
  state.SetItemsProcessed(delivered);
  state.counters["ns/synapse"] = (thread_seconds() - start) * 1e9 / static_cast<double>(delivered);
  if (!alerts.empty()) state.SkipWithError("a neuron has reached its threshold");
}

void procedural(benchmark::State& state) { generate<IafPscDelta>(state, false); }
void procedural_iaf_psc_delta(benchmark::State& state) { generate<IafPscDelta>(state, true); }
void procedural_iaf_psc_exp(benchmark::State& state) { generate<IafPscExp>(state, true); }

// Brunel's network (12,500 neurons, g = 5, eta = 2), its pairs connected with probability 0.1.
Network brunel_network(bool procedural) {
  NetworkBuilder builder(1);
  const IafPscDelta neuron{.tau_m = 20.0, .E_L = 0.0, .V_th = 20.0, .V_reset = 10.0, .t_ref = 2.0};
  const auto excitatory = builder.add_population("excitatory", 10'000, neuron);
  const auto inhibitory = builder.add_population("inhibitory", 2'500, neuron);
  for (const auto target : {excitatory, inhibitory}) {
    for (const auto& [source, weight] : {std::pair(excitatory, 0.1), std::pair(inhibitory, -0.5)})
      builder.connect(source, target, PairwiseBernoulli(0.1),
                      {.weight = constant(weight), .delay = constant(1.5), .procedural = procedural});
    builder.drive(target, PoissonGenerator(20'000.0), 0.1);
  }
  return builder.build({.threads = 1});
}

void brunel(benchmark::State& state, bool procedural) {
  const Network network = brunel_network(procedural);
  Simulation simulation(network);
  simulation.run(Delay::from_ms(100.0));
  simulation.reset_counters();
  const double start = thread_seconds();
  for (auto _ : state) simulation.run(Delay::from_ms(500.0));
  const double seconds = thread_seconds() - start;
  double recurrent = 0.0, external = 0.0;
  for (std::uint32_t p = 0; p < 4; ++p) recurrent += static_cast<double>(simulation.counters(ProjectionId{p}).deliveries);
  for (std::uint32_t p = 0; p < 2; ++p)
    external += static_cast<double>(simulation.counters(PopulationId{p}).drive_deliveries);
  state.counters["recurrent"] = recurrent;
  state.counters["external"] = external;
  state.counters["cpu_s"] = seconds;
  state.counters["ns/event"] = seconds * 1e9 / (recurrent + external);
  state.counters["bytes"] = static_cast<double>(network.bytes());
}

// A layer of `channels` x `size` x `size` neurons that never fire, behind as many inputs of 10 Hz.
Network convolution_network(std::uint32_t channels, std::uint32_t size, std::uint32_t kernel, bool stored) {
  const std::uint32_t pad = kernel / 2;
  const ConvolutionShape shape{.in_channels = channels, .out_channels = channels, .rows = {size, kernel, 1, pad, pad, 1},
                               .columns = {size, kernel, 1, pad, pad, 1}};
  RandomStream random(1, Purpose::task, 0);
  std::vector<double> weights(shape.kernel_size());
  for (double& weight : weights) weight = (random.uniform() - 0.5) * small_weight;
  const auto n = static_cast<std::uint32_t>(shape.inputs());
  const auto build = [&](auto connect) {
    NetworkBuilder builder(1);
    const auto events = builder.add_population("events", n, std::make_unique<PoissonPopulationModel>(PoissonPopulation{.rate = 10.0}));
    const auto layer = builder.add_population("layer", n, IafPscDelta{});
    connect(builder, events, layer);
    return builder.build({.threads = 1});
  };
  Network computed = build([&](NetworkBuilder& builder, PopulationId from, PopulationId onto) {
    builder.connect(from, onto, Convolution(shape, weights), {});
  });
  if (!stored) return computed;
  const auto view = Simulation(computed).synapses({0});
  std::vector<ExplicitList::Connection> list;
  for (std::size_t i = 0; i < view.sources.size(); ++i) list.push_back({view.sources[i], view.targets[i]});
  return build([&](NetworkBuilder& builder, PopulationId from, PopulationId onto) {
    builder.connect(from, onto, ExplicitList(list), {.weight = {.kind = Distribution::Kind::list, .values = view.weights}});
  });
}

void convolution(benchmark::State& state, bool stored) {
  const Network network =
      convolution_network(static_cast<std::uint32_t>(state.range(0)), static_cast<std::uint32_t>(state.range(1)),
                          static_cast<std::uint32_t>(state.range(2)), stored);
  Simulation simulation(network);
  simulation.run(Delay::from_ms(20.0));
  simulation.reset_counters();
  const double start = thread_seconds();
  for (auto _ : state) simulation.run(Delay::from_ms(100.0));
  const double seconds = thread_seconds() - start;
  const auto deliveries = static_cast<double>(simulation.counters(ProjectionId{0}).deliveries);
  state.counters["synapses"] = static_cast<double>(network.projections()[0].synapses);
  state.counters["ns/synapse"] = seconds * 1e9 / deliveries;
  state.counters["bytes"] = static_cast<double>(network.bytes());
}

void groups(benchmark::internal::Benchmark* b) {
  for (const int n : {1, 16, 100, 400, 1600}) b->Arg(n);
}
BENCHMARK_CAPTURE(scatter_add, constant_weight, false)->Apply(groups);
BENCHMARK_CAPTURE(scatter_add, float_weight, true)->Apply(groups);
BENCHMARK_CAPTURE(iaf_psc_delta, constant_weight, false)->Apply(groups);
BENCHMARK_CAPTURE(iaf_psc_delta, float_weight, true)->Apply(groups);
BENCHMARK_CAPTURE(iaf_psc_delta_varied, constant_weight, false)->Apply(groups);
BENCHMARK_CAPTURE(iaf_psc_delta_varied, float_weight, true)->Apply(groups);
BENCHMARK(iaf_cond_exp)->Apply(groups);
BENCHMARK_CAPTURE(iaf_psc_exp, constant_weight, false)->Apply(groups);
BENCHMARK_CAPTURE(iaf_psc_exp, float_weight, true)->Apply(groups);
BENCHMARK_CAPTURE(iaf_psc_exp_one_tau, constant_weight, false)->Apply(groups);
BENCHMARK_CAPTURE(iaf_psc_exp_one_tau, float_weight, true)->Apply(groups);
BENCHMARK_CAPTURE(iaf_psc_alpha_one_tau, constant_weight, false)->Apply(groups);
BENCHMARK_CAPTURE(iaf_psc_alpha_one_tau, float_weight, true)->Apply(groups);
BENCHMARK_CAPTURE(iaf_psc_alpha, constant_weight, false)->Apply(groups);
BENCHMARK_CAPTURE(iaf_psc_alpha, float_weight, true)->Apply(groups);
BENCHMARK(procedural)->Arg(16)->Arg(100)->Arg(1000);
BENCHMARK(procedural_iaf_psc_delta)->Arg(16)->Arg(100)->Arg(1000);
BENCHMARK(procedural_iaf_psc_exp)->Arg(16)->Arg(100)->Arg(1000);
BENCHMARK_CAPTURE(brunel, stored, false)->Unit(benchmark::kMillisecond)->Iterations(2);
BENCHMARK_CAPTURE(brunel, procedural, true)->Unit(benchmark::kMillisecond)->Iterations(2);
void layers(benchmark::internal::Benchmark* b) {
  b->ArgNames({"channels", "size", "kernel"})->Unit(benchmark::kMillisecond)->Iterations(5);
  for (const auto& layer : {std::vector<std::int64_t>{2, 34, 5}, {16, 16, 3}, {16, 32, 5}, {32, 32, 5}}) b->Args(layer);
}
BENCHMARK_CAPTURE(convolution, stored, true)->Apply(layers);
BENCHMARK_CAPTURE(convolution, computed, false)->Apply(layers);

}  // namespace

BENCHMARK_MAIN();
