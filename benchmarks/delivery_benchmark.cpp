// What does a delivered synapse cost, and how far is that from the bound of the machine, a bare scatter-add over the
// same targets? The argument is the number of synapses of a group (one spike onto one block of 4096 neurons). Targets
// and weights of 4 million synapses stream from memory, group after group; the state stays in the private cache.

#include <algorithm>
#include <ctime>
#include <vector>

#include <benchmark/benchmark.h>

#include "synop/core/random.hpp"
#include "synop/neurons/iaf_cond_exp.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/iaf_psc_delta_varied.hpp"
#include "synop/neurons/iaf_psc_exp.hpp"

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

}  // namespace

BENCHMARK_MAIN();
