// What do the verbs of a neuron model cost, beside the delivery loops of delivery_benchmark? A block of 4096 neurons is
// visited in random order, as spikes come:
//
//   attend, below threshold     a neuron that passed a bound and turns out not to cross
//   attend, crossing            the exact time of its crossing is found
//   fire, release               a spike and the end of its refractoriness
//   scan                        all neurons once, per neuron, as at the opening of a window
//
// `of_bound` is the ratio to a bare scatter-add over the same neurons.

#include <vector>

#include "scatter_add.hpp"
#include "synop/core/random.hpp"
#include "synop/neurons/iaf_psc_alpha_one_tau.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/iaf_psc_delta_adaptive.hpp"
#include "synop/neurons/iaf_psc_exp.hpp"

namespace {

using namespace synop;

constexpr std::uint32_t neurons = 4096;
constexpr std::size_t visits = 1 << 16;

const std::vector<std::uint16_t>& random_neurons() {
  static const std::vector<std::uint16_t> order = [] {
    std::vector<std::uint16_t> made(visits);
    RandomStream random(1, Purpose::task, 0);
    for (std::uint16_t& neuron : made) neuron = static_cast<std::uint16_t>(random.below(neurons));
    return made;
  }();
  return order;
}

// Parameters that all models with a threshold share. `above`: they rest above threshold and cross by themselves.
template <class Model>
Model model_resting(bool above) {
  Model model;
  model.tau_m = 20.0;
  model.E_L = above ? -49.0 : -60.0;
  model.V_th = -50.0;
  model.V_reset = -60.0;
  return model;
}

// iaf_psc_alpha with one synaptic time constant, as a simulation chooses it.
struct AlphaOneTau : IafPscAlpha {
  struct Dynamics : IafPscAlphaOneTau::Dynamics {
    Dynamics(const IafPscAlpha& model, std::uint32_t n) : IafPscAlphaOneTau::Dynamics(IafPscAlphaOneTau({model}), n) {}
  };
};

template <class Model>
typename Model::Dynamics block_of(bool above) {
  typename Model::Dynamics dynamics(model_resting<Model>(above), neurons);
  RandomStream random(2, Purpose::task, 0);
  for (std::uint32_t i = 0; i < neurons; ++i)
    dynamics.set_value("V_m", i, -60.0 + 9.999 * static_cast<double>(random.below(1u << 30)) / (1u << 30), Time{});
  return dynamics;
}

// Calls visit(neuron) in random order.
template <class Visit>
void run_visits(benchmark::State& state, Visit visit) {
  const std::vector<std::uint16_t>& order = random_neurons();
  std::size_t position = 0;
  std::int64_t visited = 0;
  const double start = thread_seconds();
  for (auto _ : state) {
    for (int k = 0; k < 64; ++k) visit(order[position + k]);
    position = (position + 64) % visits;
    visited += 64;
  }
  const double ns = (thread_seconds() - start) * 1e9 / static_cast<double>(visited);
  state.SetItemsProcessed(visited);
  state.counters["ns/visit"] = ns;
  state.counters["of_bound"] = ns / scatter_add_ns<std::uint16_t>(order, neurons);
}

constexpr Time now{1'000'000'000};  // 1 ms

template <class Model>
void attend_below_threshold(benchmark::State& state) {
  auto dynamics = block_of<Model>(false);
  std::int64_t crossings = 0;
  run_visits(state,
             [&](std::uint32_t i) { crossings += dynamics.attend(i, now, now + Delay::from_ms(1.5)) < Time::never(); });
  if (crossings != 0) state.SkipWithError("a neuron below threshold crosses it");
}

// Every neuron crosses within 100 ms, so that the time is searched each time.
template <class Model>
void attend_crossing(benchmark::State& state) {
  auto dynamics = block_of<Model>(true);
  std::int64_t silent = 0;
  run_visits(state,
             [&](std::uint32_t i) { silent += dynamics.attend(i, now, now + Delay::from_ms(100.0)) == Time::never(); });
  if (silent != 0) state.SkipWithError("a neuron that rests above threshold does not cross it");
}

// The crossing is that of a decaying current, so the search begins with its extremum.
template <class Model>
void attend_crossing_by_current(benchmark::State& state) {
  auto dynamics = block_of<Model>(false);
  std::vector<std::uint16_t> all(neurons);
  for (std::uint16_t i = 0; i < neurons; ++i) all[i] = i;
  Alerts alerts;
  const auto instant = dynamics.instant(now, now + Delay::from_ms(1.5));
  dynamics.excite(instant, all.data(), ConstantWeight{5000.0}, neurons, alerts);
  std::int64_t silent = 0;
  run_visits(state,
             [&](std::uint32_t i) { silent += dynamics.attend(i, now, now + Delay::from_ms(100.0)) == Time::never(); });
  state.counters["silent"] = static_cast<double>(silent);
}

template <class Model>
void fire_and_release(benchmark::State& state) {
  auto dynamics = block_of<Model>(false);
  run_visits(state, [&](std::uint32_t i) {
    dynamics.fire(i, now);
    dynamics.release(i, now);
  });
}

template <class Model>
void scan(benchmark::State& state) {
  auto dynamics = block_of<Model>(state.range(0) != 0);
  Alerts alerts;
  Time t = now;
  const double start = thread_seconds();
  for (auto _ : state) {
    alerts.clear();
    dynamics.scan(t, t + Delay::from_ms(0.1), alerts);
    benchmark::DoNotOptimize(alerts.data());
  }
  const double scanned = static_cast<double>(state.iterations()) * neurons;
  const double ns = (thread_seconds() - start) * 1e9 / scanned;
  std::vector<std::uint16_t> in_order(neurons);
  for (std::uint16_t i = 0; i < neurons; ++i) in_order[i] = i;
  state.counters["ns/neuron"] = ns;
  state.counters["alerts"] = static_cast<double>(alerts.size());
  state.counters["of_bound"] = ns / scatter_add_ns<std::uint16_t>(in_order, neurons);
}

BENCHMARK(attend_below_threshold<IafPscDelta>);
BENCHMARK(attend_below_threshold<IafPscExp>);
BENCHMARK(attend_below_threshold<AlphaOneTau>);
BENCHMARK(attend_below_threshold<IafPscAlpha>);
BENCHMARK(attend_below_threshold<IafPscDeltaAdaptive>);
BENCHMARK(attend_crossing<IafPscDelta>);
BENCHMARK(attend_crossing<IafPscExp>);
BENCHMARK(attend_crossing<AlphaOneTau>);
BENCHMARK(attend_crossing<IafPscAlpha>);
BENCHMARK(attend_crossing<IafPscDeltaAdaptive>);
BENCHMARK(attend_crossing_by_current<IafPscExp>);
BENCHMARK(attend_crossing_by_current<AlphaOneTau>);
BENCHMARK(attend_crossing_by_current<IafPscAlpha>);
BENCHMARK(fire_and_release<IafPscDelta>);
BENCHMARK(fire_and_release<IafPscExp>);
BENCHMARK(fire_and_release<AlphaOneTau>);
BENCHMARK(fire_and_release<IafPscAlpha>);
BENCHMARK(fire_and_release<IafPscDeltaAdaptive>);
BENCHMARK(scan<IafPscDelta>)->Arg(0)->Arg(1)->ArgName("above_threshold");
BENCHMARK(scan<IafPscExp>)->Arg(0)->Arg(1)->ArgName("above_threshold");
BENCHMARK(scan<AlphaOneTau>)->Arg(0)->Arg(1)->ArgName("above_threshold");
BENCHMARK(scan<IafPscAlpha>)->Arg(0)->Arg(1)->ArgName("above_threshold");
BENCHMARK(scan<IafPscDeltaAdaptive>)->Arg(0)->Arg(1)->ArgName("above_threshold");

}  // namespace

BENCHMARK_MAIN();
