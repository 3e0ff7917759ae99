// What holds for every rule of the list: evaluated lazily, immediately or event by event, its weights and the spikes
// they cause are the same bits, whatever the delays, their split, the threads, and the places where a run stops, is
// looked at or saved.
#include <gtest/gtest.h>

#include <cmath>

#include "learning/event_by_event.hpp"
#include "learning/plastic_protocol.hpp"
#include "synop/core/error.hpp"
#include "synop/io/plasticity_rules.hpp"
#include "synop/learning/short_term_plasticity.hpp"

namespace synop::test {
namespace {

// Parameters that move weights of 1.5 mV at most within a second, whatever the rule calls them.
template <class Rule>
Rule random_rule(RandomStream& random) {
  const double exponents[] = {0.0, 1.0, 0.4};
  Rule rule;
  double Wmax = 1.5;
  for (const auto& parameter : Rule::parameter_table()) {
    const std::string_view name = parameter.info.name;
    double& value = rule.*parameter.field;
    if (name.starts_with("tau_")) value = 5.0 + 60.0 * random.uniform();
    if (name.starts_with("mu")) value = exponents[random.below(3)];
    if (name.starts_with("A") || name.starts_with("nu_") || name == "eta") value = 0.1 * random.uniform();
    if (name == "lambda") value = 0.1 * random.uniform();
    if (name == "alpha") value = 0.5 + random.uniform();
    if (name == "Wmax") value = Wmax = parameter.info.range.contains(-1.5) && random.below(3) == 0 ? -1.5 : 1.5;
  }
  if constexpr (requires { rule.w_rest; }) rule.w_rest = 0.3 * Wmax;
  return rule;
}

template <class Rule>
double largest_start(const Rule& rule) {
  if constexpr (requires { rule.Wmax; })
    return rule.Wmax;
  else
    return 1.5;
}

struct Circuit {
  Network network;
  PopulationId neurons;
  ProjectionId forward;
  ProjectionId recurrent;
};

std::vector<std::vector<double>> trains(RandomStream& random, std::uint32_t neurons, bool on_grid) {
  std::vector<std::vector<double>> times(neurons);
  for (auto& train : times) {
    for (std::uint32_t k = 0; k < 30; ++k) train.push_back(on_grid ? random.below(800) : 800.0 * random.uniform());
    std::sort(train.begin(), train.end());
  }
  return times;
}

// With delays of their own, or one of all.
Synapse plastic_synapse(RandomStream& random, std::size_t n, double largest, bool on_grid, bool one_delay,
                        std::unique_ptr<PlasticityModel> model) {
  Synapse synapse{.weight = {.kind = Distribution::list}, .delay = {.kind = Distribution::list}};
  for (std::size_t k = 0; k < n; ++k) {
    synapse.weight.values.push_back(largest * random.uniform());
    synapse.delay.values.push_back(on_grid ? 1.0 + random.below(4) : 0.5 + 12.0 * random.uniform());
  }
  if (one_delay) synapse.delay = constant(synapse.delay.values.front());
  synapse.plasticity = std::move(model);
  synapse.split = {0.25 * random.below(5)};
  return synapse;
}

// Neurons that fire on their own inputs and drive each other through plastic synapses, which are evaluated immediately in
// two of five.
bool has_one_delay(std::uint32_t seed) { return seed % 5 < 2; }
template <class Make>
Circuit build_circuit(std::uint32_t seed, double largest, Make make) {
  constexpr std::uint32_t size = 9;
  RandomStream random(31, Purpose::task, seed);
  const bool on_grid = seed % 2 == 0;
  NetworkBuilder builder(seed);
  const auto outside = builder.add_population(
      "outside", size, std::make_unique<SpikeGenerator>(times_of(trains(random, size, on_grid))));
  const auto inputs =
      builder.add_population("inputs", 6, std::make_unique<SpikeGenerator>(times_of(trains(random, 6, on_grid))));
  const auto neurons = builder.add_population("neurons", size, IafPscDelta{.t_ref = seed % 3 == 0 ? 0.0 : 1.0});
  builder.connect(outside, neurons, OneToOne{}, Synapse{.weight = constant(16.0), .delay = constant(0.0)}, "drive");
  std::vector<ExplicitList::Connection> forward;
  std::vector<ExplicitList::Connection> recurrent;
  for (std::uint32_t s = 0; s < size; ++s)
    for (std::uint32_t t = 0; t < size; ++t) {
      if (s < 6) forward.push_back({s, t});
      if (s != t && random.below(3) > 0) recurrent.push_back({s, t});
    }
  const auto f = builder.connect(inputs, neurons, ExplicitList(forward),
                                 plastic_synapse(random, forward.size(), largest, on_grid, has_one_delay(seed), make()), "forward");
  const auto r = builder.connect(neurons, neurons, ExplicitList(recurrent),
                                 plastic_synapse(random, recurrent.size(), largest, on_grid, has_one_delay(seed), make()), "recurrent");
  return {builder.build({.block_size = 4}), neurons, f, r};
}

struct Outcome {
  std::uint64_t hash = 0;
  std::uint64_t spikes = 0;
  std::vector<std::vector<double>> weights;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

struct Plan {
  int threads = 1;
  std::vector<double> stops;  // ms, beside those at which something happens
  bool look = false;
  bool save = false;
};

// Rewards, a frozen while and weights that are looked at, always at the same instants.
Outcome run(const Circuit& circuit, const Plan& plan) {
  auto simulation = std::make_unique<Simulation>(circuit.network, SimulationOptions{.threads = plan.threads});
  SpikeHash hash;
  simulation->attach(hash);
  Outcome outcome;
  const auto weights = [&](ProjectionId p) { return simulation->synapses(p).weights; };
  const bool rewarded = circuit.network.projection(circuit.forward).plasticity->takes_reward();
  std::vector<double> stops{100.0, 250.0, 251.5, 400.0, 430.0, 600.0, 900.0};
  stops.insert(stops.end(), plan.stops.begin(), plan.stops.end());
  std::sort(stops.begin(), stops.end());
  for (const double stop : stops) {
    simulation->run_until(Time::from_ms(stop));
    if (plan.save) {
      const auto state = simulation->save_state();
      auto other = std::make_unique<Simulation>(circuit.network, SimulationOptions{.threads = plan.threads});
      other->load_state(state);
      simulation->detach(hash);
      other->attach(hash);
      simulation = std::move(other);
    }
    if (plan.look) weights(circuit.recurrent);
    if (rewarded && (stop == 100.0 || stop == 251.5 || stop == 600.0))
      for (const ProjectionId p : {circuit.forward, circuit.recurrent})
        simulation->reward(p, stop == 600.0 ? -30.0 : 50.0);
    if (stop == 400.0 || stop == 430.0) simulation->freeze_plasticity(stop == 400.0);
    if (std::find(plan.stops.begin(), plan.stops.end(), stop) == plan.stops.end())
      for (const ProjectionId p : {circuit.forward, circuit.recurrent}) outcome.weights.push_back(weights(p));
  }
  outcome.hash = hash.value();
  outcome.spikes = hash.count();
  return outcome;
}

double largest_move(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) most = std::max(most, std::abs(a[k] - b[k]));
  return most;
}

template <class Rule>
void expect_like_event_by_event() {
  double moved = 0.0;
  std::uint64_t spikes = 0;
  for (std::uint32_t seed = 0; seed < 24; ++seed) {
    RandomStream random(77, Purpose::task, seed);
    const Rule rule = random_rule<Rule>(random);
    const Circuit circuit = build_circuit(seed, largest_start(rule), [&] { return plastic(rule); });
    const Circuit event_by_event =
        build_circuit(seed, largest_start(rule), [&] { return std::make_unique<EventByEventModel<Rule>>(rule); });
    const Outcome expected = run(event_by_event, {});
    const Outcome actual = run(circuit, {});
    ASSERT_EQ(actual.hash, expected.hash) << Rule::name << ", seed " << seed;
    for (std::size_t k = 0; k < expected.weights.size(); ++k)
      ASSERT_EQ(actual.weights[k], expected.weights[k]) << Rule::name << ", seed " << seed << ", look " << k;
    for (const std::size_t k : {6u, 7u})  // at 400 and at 430 ms, between which learning is frozen
      ASSERT_EQ(actual.weights[k], actual.weights[k + 2]) << Rule::name << ", frozen";
    moved = std::max(moved, largest_move(actual.weights.front(), actual.weights.back()));
    spikes += actual.spikes;
  }
  EXPECT_GT(moved, 0.3) << Rule::name;
  EXPECT_GT(spikes, 24U * 200U) << Rule::name;
}

TEST(AllRules, LearnTheSameBitsLazilyImmediatelyAndEventByEvent) {
  LearningRules::for_each([]<class Rule>() { expect_like_event_by_event<Rule>(); });
}

template <class Rule>
void expect_independent() {
  for (std::uint32_t seed = 0; seed < 4; ++seed) {
    RandomStream random(78, Purpose::task, seed);
    const Rule rule = random_rule<Rule>(random);
    const Circuit circuit = build_circuit(seed, largest_start(rule), [&] { return plastic(rule); });
    const Outcome whole = run(circuit, {});
    const std::vector<double> stops{0.1, 17.3, 17.31, 222.2, 333.3, 700.0};
    EXPECT_EQ(run(circuit, {.threads = 3}), whole) << Rule::name << ", threads";
    EXPECT_EQ(run(circuit, {.threads = 8, .stops = stops}), whole) << Rule::name << ", split";
    EXPECT_EQ(run(circuit, {.stops = stops, .look = true}), whole) << Rule::name << ", looked at";
    EXPECT_EQ(run(circuit, {.stops = stops, .save = true}), whole) << Rule::name << ", saved";
  }
}

TEST(AllRules, DoNotDependOnThreadsSplitsLooksAndSavedStates) {
  LearningRules::for_each([]<class Rule>() { expect_independent<Rule>(); });
  ShortTermRules::for_each([]<class Rule>() {
    const Circuit circuit = build_circuit(1, 1.5, [] { return plastic(Rule{}); });
    const Outcome whole = run(circuit, {});
    const std::vector<double> stops{0.1, 17.3, 17.31, 222.2, 333.3, 700.0};
    for (const Plan& plan :
         {Plan{.threads = 3}, Plan{.stops = stops, .look = true}, Plan{.stops = stops, .save = true}})
      EXPECT_EQ(run(circuit, plan), whole) << Rule::name;
  });
}

// A shard by itself, with so many spikes of targets between two of a source that they are replayed ahead of time.
template <class Rule>
void expect_settling_changes_nothing() {
  Shard shard;
  shard.sources = {0, 3};
  shard.constant_weight = 0.5 * largest_start(Rule{});
  shard.uniform_delay = Delay::from_ms(7.0);
  for (std::uint32_t row = 0; row <= 3; ++row) shard.row_begin.push_back(2 * row);
  for (std::uint32_t row = 0; row < 3; ++row)
    shard.target.insert(shard.target.end(), {std::uint16_t{0}, std::uint16_t{1}});
  for (const double fraction : {0.0, 0.3, 1.0}) {
    RandomStream random(5, Purpose::task, 2);
    const Rule rule = random_rule<Rule>(random);
    shard.constant_weight = 0.5 * largest_start(rule);
    LazyPlasticity<Rule> never(rule, shard, 2, {fraction});
    LazyPlasticity<Rule> often(rule, shard, 2, {fraction});
    Time now{};
    std::uint64_t largest = 0;
    for (int n = 0; n < 3000; ++n) {
      now = now + Delay::from_ms(20.0 * random.uniform());
      often.settle(now);
      if (random.below(50) == 0) {
        const std::uint32_t row = random.below(3);
        for (LazyPlasticity<Rule>* each : {&never, &often}) {
          each->on_source_spike(row, now);
          each->on_delivery(row, shard.group(row, 0), now);
        }
      } else if (n % 500 == 250) {
        for (LazyPlasticity<Rule>* each : {&never, &often}) each->on_reward(now, 1.0);
      } else {
        const std::uint32_t target = random.below(2);
        for (LazyPlasticity<Rule>* each : {&never, &often}) each->on_target_spike(target, now);
      }
      now = now + Delay::from_ms(8.0);
      std::vector<float> a(6), b(6);
      never.weights_at(now, a);
      often.weights_at(now, b);
      ASSERT_EQ(a, b) << Rule::name << " at " << now.ms() << " ms";
      largest = std::max(largest, often.bytes());
    }
    EXPECT_GT(never.bytes(), 4 * largest) << Rule::name << ": memory stays bounded";
  }
}

TEST(AllRules, SettleWithoutChangingABit) {
  LearningRules::for_each([]<class Rule>() { expect_settling_changes_nothing<Rule>(); });
}

TEST(Rewards, ReachOnlySynapsesThatTakeThemAndNothingWhileFrozen) {
  const Circuit pairs = build_circuit(1, 1.5, [] { return plastic(StdpSynapse{.Wmax = 1.5}); });
  Simulation without(pairs.network);
  EXPECT_THROW(without.reward(pairs.forward, 1.0), Error);
  const Circuit circuit = build_circuit(1, 1.5, [] { return plastic(StdpDopamineSynapse{.Wmax = 1.5}); });
  const auto weights_with = [&](double before, double while_frozen) {
    Simulation simulation(circuit.network);
    EXPECT_THROW(simulation.reward(circuit.forward, std::nan("")), Error);
    simulation.run_until(Time::from_ms(200.0));
    if (before != 0.0) simulation.reward(circuit.forward, before);
    simulation.freeze_plasticity(true);
    simulation.reward(circuit.forward, while_frozen);
    simulation.run_until(Time::from_ms(400.0));
    simulation.freeze_plasticity(false);
    simulation.run_until(Time::from_ms(600.0));
    return simulation.synapses(circuit.forward).weights;
  };
  const std::vector<double> untouched = weights_with(0.0, 5.0);
  Simulation start(circuit.network);
  EXPECT_EQ(untouched, start.synapses(circuit.forward).weights) << "without reward nothing is learnt";
  EXPECT_EQ(weights_with(5.0, 0.0), untouched) << "a thaw forgets rewards";
}

template <class Rule>
void expect_bounded() {
  RandomStream random(9, Purpose::task, 0);
  for (int n = 0; n < 300; ++n) {
    const Rule rule = random_rule<Rule>(random);
    if constexpr (SynapseRule<Rule>) {
      AtSynapse<Rule> at;
      for (double& x : at.pre) x = 5.0 * random.uniform();
      for (double& y : at.post) y = 5.0 * random.uniform();
      for (double& c : at.own) c = 5.0 * random.uniform();
      at.alternates = true;
      auto w = static_cast<float>(largest_start(rule) * random.uniform());
      for (int k = 0; k < 200; ++k) {
        w = random.below(2) == 0 ? rule.on_pre(w, at) : rule.on_post(w, at);
        ASSERT_NO_THROW(rule.check_weight(static_cast<double>(w))) << Rule::name;
      }
    }
  }
}

TEST(AllRules, KeepTheirWeightsWithinTheBounds) {
  LearningRules::for_each([]<class Rule>() { expect_bounded<Rule>(); });
}

}  // namespace
}  // namespace synop::test
