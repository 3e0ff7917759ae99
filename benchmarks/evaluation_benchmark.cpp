// Is it cheaper to replay spikes of targets when their sources fire next (LazyPlasticity), or to apply each at once to
// all synapses of its target (ImmediatePlasticity), and up to which size?

#include <benchmark/benchmark.h>

#include <algorithm>
#include <deque>
#include <string>

#include "immediate_pairs.hpp"
#include "synop/core/random.hpp"
#include "synop/io/plasticity_rules.hpp"
#include "synop/learning/immediate_plasticity.hpp"
#include "synop/learning/lazy_plasticity.hpp"

namespace {

using namespace synop;

struct Case {
  const char* name;
  std::uint32_t rows, targets, out_degree;
  double post_per_pre;     // spikes of a target for one of a source
  double dendritic = 0.0;  // delay, ms
};
// Random synapses, 49 onto a target, then about 1000 as in Brunel's network; and the digits of examples/digits.toml,
// where all 400 neurons together fire ten times while 784 pixels fire 3800 times. Weights take 0.8, 4, 16 and 1.25 MB,
// the index of immediate evaluation twice that. dendritic_1 is sparse_1 with delays.
constexpr Case cases[] = {{"sparse_0.02", 2000, 4096, 100, 0.02},     {"sparse_1", 2000, 4096, 100, 1.0},
                          {"sparse_20", 2000, 4096, 100, 20.0},       {"medium_0.02", 4000, 4096, 250, 0.02},
                          {"medium_1", 4000, 4096, 250, 1.0},         {"large_0.02", 10'000, 4096, 400, 0.02},
                          {"large_1", 10'000, 4096, 400, 1.0},        {"dense_1", 784, 400, 400, 1.0},
                          {"dendritic_1", 2000, 4096, 100, 1.0, 1.5}, {"digits", 784, 400, 400, 0.005}};

Shard make_shard(const Case& c, double weight) {
  Shard shard;
  shard.sources = {0, c.rows};
  shard.constant_weight = weight;
  shard.uniform_delay = Delay::from_ms(c.dendritic);
  shard.contiguous = c.out_degree == c.targets;
  RandomStream random(1, Purpose::task, 0);
  shard.row_begin.push_back(0);
  for (std::uint32_t row = 0; row < c.rows; ++row) {
    for (std::uint32_t k = 0; k < c.out_degree; ++k)
      shard.target.push_back(static_cast<std::uint16_t>(shard.contiguous ? k : random.below(c.targets)));
    std::sort(shard.target.end() - c.out_degree, shard.target.end());
    shard.row_begin.push_back(static_cast<std::uint32_t>(shard.target.size()));
  }
  return shard;
}

struct Emission {
  std::uint32_t row;
  Time time;
};

// Sources fire in random order, at 10 Hz on average, random targets in between. A step is a delivery.
void run(benchmark::State& state, const Case& c, const Shard& shard, ShardPlasticity& plasticity) {
  const double per_delivery = c.post_per_pre * c.targets / c.rows;
  RandomStream random(2, Purpose::task, 0);
  Time now{};
  double due = 0.0;
  std::int64_t synapses = 0;
  std::uint32_t since_settled = 0;
  std::deque<Emission> on_their_way;
  const auto deliver = [&] {
    for (due += per_delivery; due >= 1.0; due -= 1.0) plasticity.on_target_spike(random.below(c.targets), now);
    now = now + Delay::from_ms(100.0 / c.rows);
    on_their_way.push_back({random.below(c.rows), now});
    plasticity.on_source_spike(on_their_way.back().row, now);
    const Emission& first = on_their_way.front();
    if (first.time + shard.uniform_delay > now) return;
    plasticity.on_delivery(first.row, shard.group(first.row, 0), first.time);
    on_their_way.pop_front();
    if (++since_settled % 20 == 0) plasticity.settle(now);
  };
  for (std::uint32_t n = 0; n < 3 * c.rows; ++n) deliver();  // until nearly all have fired
  for (auto _ : state) {
    deliver();
    synapses += c.out_degree;
  }
  state.counters["ns/synapse"] = benchmark::Counter(static_cast<double>(synapses) * 1e-9,
                                                    benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

template <class Rule>
void add_rule() {
  for (const Case& c : cases)
    for (const bool lazy : {true, false}) {
      if (PairRule<Rule> && !lazy && c.dendritic > 0.0) continue;  // not built
      const std::string name = std::string(Rule::name) + "/" + c.name + (lazy ? "/lazy" : "/immediate");
      benchmark::RegisterBenchmark(name.c_str(), [&c, lazy](benchmark::State& state) {
        double weight = 0.5;
        if constexpr (requires(Rule r) { r.Wmax; }) weight = 0.5 * Rule{}.Wmax;
        const Shard shard = make_shard(c, weight);
        const DelaySplit split{c.dendritic > 0.0 ? 1.0 : 0.0};
        const auto plasticity = [&]() -> std::unique_ptr<ShardPlasticity> {
          if (lazy) return std::make_unique<LazyPlasticity<Rule>>(Rule{}, shard, c.targets, split);
          if constexpr (PairRule<Rule>)
            return std::make_unique<reference::ImmediatePairs<Rule>>(Rule{}, shard, c.targets);
          else
            return std::make_unique<ImmediatePlasticity<Rule>>(Rule{}, shard, c.targets, split);
        }();
        run(state, c, shard, *plasticity);
      });
    }
}
const bool added = [] {
  LearningRules::for_each([]<class Rule>() { add_rule<Rule>(); });
  return true;
}();

}  // namespace

BENCHMARK_MAIN();
