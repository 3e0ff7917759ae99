// Event-driven counts against a second method: the same network on a grid, step by step, with counters of its own.
#include <algorithm>
#include <random>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/core/work.hpp"
#include "synop/io/run/ledger_of.hpp"
#include "synop/neurons/if_psc_delta.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/explicit_list.hpp"

namespace synop {
namespace {

constexpr std::uint32_t inputs = 30, neurons = 40, steps = 300;
constexpr double threshold = 2.0, refractory_steps = 2;

struct Wiring {
  bool from_input = true;
  double weight = 0.0;      // a multiple of 1/8: sums are exact in any order
  std::uint32_t delay = 1;  // steps of 1 ms
  std::vector<ExplicitList::Connection> connections;
};

struct Plan {
  std::vector<std::vector<std::uint32_t>> input_steps;
  std::vector<Wiring> wirings;
};

Plan random_plan(unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  Plan plan;
  plan.input_steps.resize(inputs);
  for (auto& times : plan.input_steps)
    for (std::uint32_t t = 1; t < steps; ++t)
      if (below(12) == 0) times.push_back(t);
  for (const auto& [from_input, weight, delay] :
       {std::tuple{true, 0.5, 1u}, {true, -0.25, 3u}, {false, 0.375, 2u}, {false, -0.5, 1u}, {false, 0.0, 4u}}) {
    Wiring wiring{from_input, weight, delay, {}};
    for (int i = 0; i < 250; ++i) wiring.connections.push_back({below(from_input ? inputs : neurons), below(neurons)});
    plan.wirings.push_back(std::move(wiring));
  }
  return plan;
}

struct Counts {
  std::uint64_t spikes = 0;
  std::vector<std::uint64_t> deliveries, sent;
  bool operator==(const Counts&) const = default;
};

// All neurons in every step: deliver what is due, compare, fire, send.
Counts clocked(const Plan& plan) {
  Counts counts{0, std::vector<std::uint64_t>(plan.wirings.size()), std::vector<std::uint64_t>(plan.wirings.size())};
  std::vector<std::vector<double>> arriving(steps + 8, std::vector<double>(neurons, 0.0));
  std::vector<std::vector<std::uint64_t>> due(steps + 8, std::vector<std::uint64_t>(plan.wirings.size()));
  std::vector<double> potential(neurons, 0.0);
  std::vector<std::uint32_t> silent_until(neurons, 0);
  for (std::uint32_t t = 0; t < steps; ++t) {
    const auto send = [&](bool from_input, std::uint32_t source) {
      for (std::size_t w = 0; w < plan.wirings.size(); ++w)
        for (const auto& c : plan.wirings[w].connections) {
          if (plan.wirings[w].from_input != from_input || c.source != source) continue;
          arriving[t + plan.wirings[w].delay][c.target] += plan.wirings[w].weight;
          ++due[t + plan.wirings[w].delay][w];
          ++counts.sent[w];
        }
    };
    for (std::uint32_t i = 0; i < inputs; ++i)
      if (std::find(plan.input_steps[i].begin(), plan.input_steps[i].end(), t) != plan.input_steps[i].end())
        send(true, i);
    for (std::size_t w = 0; w < plan.wirings.size(); ++w) counts.deliveries[w] += due[t][w];
    for (std::uint32_t n = 0; n < neurons; ++n) {
      if (t < silent_until[n]) continue;
      potential[n] += arriving[t][n];
      if (potential[n] < threshold || arriving[t][n] == 0.0) continue;
      potential[n] = 0.0;
      silent_until[n] = t + static_cast<std::uint32_t>(refractory_steps);
      ++counts.spikes;
      send(false, n);
    }
  }
  return counts;
}

// `early`: inputs come so much before their step, and are rounded to the grid.
Ledger event_driven(const Plan& plan, int threads, Delay early = {}, Delay grid = Delay::from_ms(1.0)) {
  NetworkBuilder builder(1);
  std::vector<std::vector<Time>> times(inputs);
  for (std::uint32_t i = 0; i < inputs; ++i)
    for (const std::uint32_t t : plan.input_steps[i])
      times[i].push_back(Time{} + Delay{Delay::from_ms(t).ticks - early.ticks});
  const PopulationId in = builder.add_population("in", inputs, std::make_unique<SpikeGenerator>(times));
  const PopulationId out = builder.add_population(
      "out", neurons,
      IfPscDelta{.C_m = 250.0, .V_th = threshold, .V_reset = 0.0, .t_ref = refractory_steps, .I_e = 0.0});
  for (std::size_t i = 0; i < plan.wirings.size(); ++i) {
    const Wiring& w = plan.wirings[i];
    builder.connect(w.from_input ? in : out, out, ExplicitList(w.connections),
                    {.weight = constant(w.weight), .delay = constant(w.delay)}, "wiring " + std::to_string(i));
  }
  const Network network = builder.build();
  Simulation simulation(network, {.threads = threads});
  if (early.ticks > 0) simulation.round_spikes(grid);
  SpikeTally tally(network);
  simulation.attach(tally);
  simulation.run_until(Time{} + Delay::from_ms(steps));
  tally.end_inference();
  Ledger ledger = ledger_of(simulation, tally);
  ledger.simulated = Delay::from_ms(steps);
  return ledger;
}

TEST(Counts, OfEventsAreThoseOfAClockedSimulation) {
  for (const unsigned seed : {1u, 2u, 3u, 4u}) {
    const Plan plan = random_plan(seed);
    const Counts expected = clocked(plan);
    ASSERT_GT(expected.spikes, 100u);
    const Ledger ledger = event_driven(plan, 1);
    Counts found{ledger.population("out").spikes, {}, {}};
    for (const ProjectionLedger& p : ledger.projections) {
      found.deliveries.push_back(p.deliveries);
      found.sent.push_back(p.sent);
      EXPECT_TRUE(p.balanced());
    }
    EXPECT_EQ(found, expected) << "seed " << seed;
    EXPECT_EQ(event_driven(plan, 3), ledger);
  }
}

// With spikes on a grid an exact simulation of inputs at any time is the clocked one of inputs that were rounded up:
// neurons without leak do nothing between events.
TEST(Counts, OfRoundedSpikesAreThoseOfAClockedSimulation) {
  Plan early = random_plan(7);
  const Counts expected = clocked(early);
  const Ledger ledger = event_driven(early, 2, /*early=*/Delay::from_ms(0.7));
  EXPECT_EQ(ledger.population("out").spikes, expected.spikes);
  for (std::size_t w = 0; w < early.wirings.size(); ++w)
    EXPECT_EQ(ledger.projections[w].deliveries, expected.deliveries[w]);
  EXPECT_THROW(event_driven(early, 1, Delay::from_ms(0.7), Delay::from_ms(-1.0)), Error);
}

// What both kinds of chips have in common costs the same operations.
TEST(Counts, ThatDoNotDependOnAClockAreEqual) {
  const Ledger ledger = event_driven(random_plan(5), 1);
  const OperationCounts events = total(spiking_work(ledger, {}).inference);
  const OperationCounts steps_of_a_chip = total(spiking_work(ledger, {.clocked = true}).inference);
  for (const Operation same : {Operation::synaptic_add, Operation::weight_read, Operation::index_read,
                               Operation::spike_emitted, Operation::spike_routed, Operation::reset})
    EXPECT_EQ(events[same], steps_of_a_chip[same]) << name(same);
  EXPECT_EQ(events[Operation::neuron_update], 0u);  // without leak nothing has to be brought forward
  EXPECT_EQ(steps_of_a_chip[Operation::neuron_update] + steps_of_a_chip[Operation::idle_update],
            std::uint64_t{neurons} * steps);
}

// Synapses of weight 0 are delivered, and tools that leave them out count fewer.
TEST(Counts, LeaveZeroWeightsOutOfTheEffectiveOnes) {
  const Ledger ledger = event_driven(random_plan(6), 1);
  const ProjectionLedger& zero = ledger.projections.at(4);
  EXPECT_EQ(zero.zero_weights, zero.synapses);
  EXPECT_GT(zero.deliveries, 0u);
  EXPECT_EQ(zero.effective_deliveries, 0u);
  EXPECT_EQ(ledger.projections.at(0).effective_deliveries, ledger.projections.at(0).sent);
}

}  // namespace
}  // namespace synop
