// What does a delivered plastic synapse cost, without and with postsynaptic spikes to replay? And under each rule?

#include <benchmark/benchmark.h>

#include "synop/core/random.hpp"
#include "synop/io/plasticity_rules.hpp"
#include "synop/learning/plastic.hpp"
#include "synop/learning/short_term_plasticity.hpp"

namespace {

using namespace synop;

constexpr std::uint32_t targets = 4096;
constexpr std::uint32_t rows = 2000;

// Every synapse of a row has a delay of its own, in ascending order: groups of one.
void spread_delays(Shard& shard) {
  shard.grouped = true;
  shard.row_group_begin = shard.row_begin;
  for (std::uint32_t i = 0; i < shard.target.size(); ++i) shard.group_begin.push_back(i);
  shard.group_begin.push_back(static_cast<std::uint32_t>(shard.target.size()));
  for (std::uint32_t row = 0; row < rows; ++row)
    for (std::uint32_t i = shard.row_begin[row]; i < shard.row_begin[row + 1]; ++i) {
      const double part = (i - shard.row_begin[row] + 1.0) / (shard.row_begin[row + 1] - shard.row_begin[row]);
      shard.group_delay_sign.push_back(Delay::from_ms(3.0 * part).ticks * 2 + 1);
    }
}

Shard random_shard(std::uint32_t out_degree) {
  Shard shard;
  shard.sources = {0, rows};
  shard.constant_weight = 0.5;
  shard.uniform_delay = Delay::from_ms(1.5);
  RandomStream random(1, Purpose::task, 0);
  shard.row_begin.push_back(0);
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t k = 0; k < out_degree; ++k)
      shard.target.push_back(static_cast<std::uint16_t>(random.below(targets)));
    std::sort(shard.target.end() - out_degree, shard.target.end());
    shard.row_begin.push_back(static_cast<std::uint32_t>(shard.target.size()));
  }
  return shard;
}

// Arguments: synapses of a source onto the block; postsynaptic spikes per presynaptic one, in thousandths. Sources fire
// one after the other, at 10 Hz each.
template <class Plasticity>
void deliver_to(benchmark::State& state, const Shard& shard, Plasticity& plasticity) {
  const double per_delivery = static_cast<double>(state.range(1)) * 1e-3 * targets / rows;
  RandomStream random(2, Purpose::task, 0);
  Time now{};
  double due = 0.0;
  std::uint32_t row = 0;
  std::int64_t synapses = 0;
  for (auto _ : state) {
    for (due += per_delivery; due >= 1.0; due -= 1.0) plasticity.on_target_spike(random.below(targets), now);
    plasticity.on_source_spike(row, now);
    for (std::uint32_t g = 0; g < shard.group_count(row); ++g) plasticity.on_delivery(row, shard.group(row, g), now);
    now = now + Delay::from_ms(100.0 / rows);
    if (row % 20 == 0) plasticity.settle(now);
    synapses += shard.row_begin[row + 1] - shard.row_begin[row];
    row = (row + 1) % rows;
  }
  state.SetItemsProcessed(synapses);
  state.counters["ns/synapse"] = benchmark::Counter(static_cast<double>(synapses) * 1e-9,
                                                    benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["replays/synapse"] = static_cast<double>(plasticity.updates().post) / static_cast<double>(synapses);
}

void deliver(benchmark::State& state, const StdpSynapse& rule, bool one_delay = true) {
  Shard shard = random_shard(static_cast<std::uint32_t>(state.range(0)));
  if (!one_delay) spread_delays(shard);
  LazyPlasticity<StdpSynapse> plasticity(rule, shard, targets, {});
  deliver_to(state, shard, plasticity);
}
void multiplicative(benchmark::State& state) {
  deliver(state, {.Wmax = 1.0});
}
void additive(benchmark::State& state) {
  deliver(state, {.mu_plus = 0.0, .mu_minus = 0.0, .Wmax = 1.0});
}
void groups_of_one(benchmark::State& state) {
  deliver(state, {.Wmax = 1.0}, false);
}
void power_law(benchmark::State& state) {
  deliver(state, {.mu_plus = 0.4, .mu_minus = 0.4, .Wmax = 1.0});
}

void arguments(benchmark::internal::Benchmark* b) {
  for (const int out_degree : {1, 16, 100, 400})
    for (const int post_per_pre : {0, 20, 1000}) b->Args({out_degree, post_per_pre});
}
BENCHMARK(multiplicative)->Apply(arguments);
BENCHMARK(groups_of_one)->Args({100, 0})->Args({100, 20})->Args({100, 1000});
BENCHMARK(additive)->Args({100, 0})->Args({100, 20})->Args({100, 1000});
BENCHMARK(power_law)->Args({100, 0})->Args({100, 20})->Args({100, 1000});

// Each rule with its defaults, in groups of 100, with one postsynaptic spike for each presynaptic one and with none.
template <class Rule>
void add_rule() {
  const auto run = [](benchmark::State& state) {
    Shard shard = random_shard(static_cast<std::uint32_t>(state.range(0)));
    if constexpr (requires(Rule r) { r.Wmax; }) shard.constant_weight = 0.5 * Rule{}.Wmax;
    const auto plasticity = plastic(Rule{})->make_state(shard, targets, {}, false);
    deliver_to(state, shard, *plasticity);
  };
  benchmark::RegisterBenchmark(std::string(Rule::name).c_str(), run)->Args({100, 0})->Args({100, 1000});
}
const bool added = [] {
  const auto add = []<class Rule>() { add_rule<Rule>(); };
  LearningRules::for_each(add);
  ShortTermRules::for_each(add);
  return true;
}();

}  // namespace

BENCHMARK_MAIN();
