#include "synop/neurons/intfire1.hpp"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/neurons/spike_generator.hpp"
#include "synop/synapses/connect/all_to_all.hpp"
#include "synop/synapses/connect/explicit_list.hpp"

namespace synop {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Input {
  double ms;
  double weight;
};

// The spikes of one cell in ms, with one generator neuron per input.
std::vector<double> spikes_of(const IntFire1& model, const std::vector<Input>& inputs, double end = 100.0) {
  NetworkBuilder builder;
  std::vector<std::vector<Time>> trains;
  Synapse synapse{.weight = {.kind = Distribution::list}, .delay = constant(0.0), .double_precision = true};
  for (const Input& input : inputs) {
    trains.push_back({Time::from_ms(input.ms)});
    synapse.weight.values.push_back(input.weight);
  }
  const auto cell = builder.add_population("cell", 1, model);
  const auto source = builder.add_population("source", static_cast<std::uint32_t>(trains.size()),
                                             std::make_unique<SpikeGenerator>(trains));
  builder.connect(source, cell, AllToAll(), std::move(synapse));
  const Network network = builder.build({.threads = 1});
  Simulation simulation(network);
  SpikeRecorder recorder(cell);
  simulation.attach(recorder);
  simulation.run_until(Time::from_ms(end));
  std::vector<double> times;
  for (const Spike& spike : recorder.spikes()) times.push_back(spike.time.ms());
  return times;
}

// What NEURON 8.2 answers to the same inputs (python3-neuron, psolve), but for the two ties named in the header.
TEST(IntFire1, FiresWhenMPassesOneAndNotWhenItReachesOne) {
  EXPECT_THAT(spikes_of({}, {{1.0, 1.0}}), IsEmpty());
  EXPECT_THAT(spikes_of({}, {{1.0, 1.0 + 1e-11}}), ElementsAre(1.0));
  EXPECT_THAT(spikes_of({}, {{1.0, 0.5}, {1.0, 0.5}}), IsEmpty());
  EXPECT_THAT(spikes_of({}, {{1.0, 0.6}, {1.7, 0.6}}), ElementsAre(1.7));
}

TEST(IntFire1, DoesNotFireAtAnExactTieWhereverTheClockStands) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 2000; ++trial) {
    const double at = std::uniform_real_distribution<double>(0.0, 1000.0)(random);
    std::vector<Input> tie(10, {at, 0.1});
    EXPECT_THAT(spikes_of({.tau = 7.3}, tie, 1001.0), IsEmpty()) << at;
    tie.push_back({at, 1e-9});
    ASSERT_EQ(spikes_of({.tau = 7.3}, tie, 1001.0).size(), 1u) << at;
  }
}

TEST(IntFire1, IgnoresInputsWhileRefractoryAndStartsAgainAtZero) {
  EXPECT_THAT(spikes_of({}, {{1.0, 1.5}, {5.9, 0.9}, {6.1, 0.9}}), ElementsAre(1.0));
  EXPECT_THAT(spikes_of({}, {{1.0, 1.5}, {5.9, 9.0}, {6.1, 0.9}, {6.2, 0.2}}), ElementsAre(1.0, 6.2));
  EXPECT_THAT(spikes_of({}, {{1.0, 1.5}, {6.0, 1.5}}), ElementsAre(1.0, 6.0)) << "refractoriness ends before the inputs";
  EXPECT_THAT(spikes_of({.refrac = 0.0}, {{1.0, 1.5}, {1.0, 1.5}, {2.0, 1.5}}), ElementsAre(1.0, 2.0));
}

TEST(IntFire1, IsHeldDownByInhibition) {
  EXPECT_THAT(spikes_of({}, {{1.0, -5.0}, {2.0, 1.5}, {3.0, 4.0}}), ElementsAre(3.0));
  EXPECT_THAT(spikes_of({}, {{1.0, -1.5}, {1.0, 2.0}}), IsEmpty());
}

TEST(IntFire1, DecaysWithTau) {
  NetworkBuilder builder;
  const auto cell = builder.add_population("cell", 1, IntFire1{.tau = 4.0}, constant(0.9));
  const Network network = builder.build();
  Simulation simulation(network);
  simulation.run_until(Time::from_ms(6.0));
  EXPECT_NEAR(simulation.values(cell, "m")[0], 0.9 * std::exp(-1.5), 1e-15);
  EXPECT_EQ(simulation.values(cell, "m")[0], simulation.values(cell, "V_m")[0]);
}

TEST(IntFire1, RefusesWhatItHasNoUseFor) {
  EXPECT_THROW(IntFire1{.tau = 0.0}.validate(), Error);
  EXPECT_THROW((IntFire1{.refrac = -1.0}.validate()), Error);
  NetworkBuilder builder;
  const auto cell = builder.add_population("cell", 1, IntFire1{});
  EXPECT_THROW(builder.add_current(cell, 100.0, {}, Time::never()), Error);
  const Network network = builder.build();
  EXPECT_THROW(Simulation(network).values(cell, "u"), Error);
}

TEST(IntFire1, CellsOfAPopulationMayDiffer) {
  const auto listed = [](std::vector<double> values) { return Distribution{.kind = Distribution::list, .values = std::move(values)}; };
  const std::vector<double> tau{3.0, 10.0, 40.0}, refrac{0.0, 5.0, 2.0};
  std::mt19937_64 random(2);
  std::vector<Input> inputs;
  std::vector<Time> train;
  for (int k = 0; k < 200; ++k) inputs.push_back({std::uniform_real_distribution<double>(0.0, 90.0)(random), 0.35});
  std::sort(inputs.begin(), inputs.end(), [](const Input& a, const Input& b) { return a.ms < b.ms; });
  for (const Input& input : inputs) train.push_back(Time::from_ms(input.ms));
  NetworkBuilder builder;
  const auto cells = builder.add_population("cells", 3, varied(IntFire1{}, {{"tau", listed(tau)}, {"refrac", listed(refrac)}}));
  builder.connect(builder.add_population("source", 1, std::make_unique<SpikeGenerator>(std::vector<std::vector<Time>>{train})), cells,
                  AllToAll(), {.weight = constant(0.35), .delay = constant(0.0), .double_precision = true});
  const Network network = builder.build();
  Simulation simulation(network);
  SpikeRecorder recorder(cells);
  simulation.attach(recorder);
  simulation.run_until(Time::from_ms(100.0));
  for (std::uint32_t i = 0; i < 3; ++i) {
    std::vector<double> own;
    for (const Spike& spike : recorder.spikes())
      if (spike.neuron == i) own.push_back(spike.time.ms());
    const auto alone = spikes_of({.tau = tau[i], .refrac = refrac[i]}, inputs);
    EXPECT_EQ(own, alone) << i;
    EXPECT_GT(own.size(), 3u) << i;
  }
}

// A network with loops, and what it is for NEURON: CSV files of connections and input spikes.
struct RandomCells {
  static constexpr std::uint32_t inputs = 100, cells = 200;
  static constexpr double end = 1000.0;
  IntFire1 model{.tau = 17.0, .refrac = 2.5};
  std::mt19937_64 random{20};
  std::string connections, arrivals;  // source,target,weight,delay; time,input
  std::vector<Spike> spikes;

  double number(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random); }

  RandomCells() {
    NetworkBuilder builder;
    std::vector<std::vector<Time>> trains(inputs);
    for (std::uint32_t i = 0; i < inputs; ++i)
      for (double t = number(0.0, 30.0); t < end; t += number(0.0, 60.0)) {
        trains[i].push_back(Time::from_ms(t));
        arrivals += fmt::format("{},{}\n", trains[i].back().ms(), i);
      }
    const auto cell = builder.add_population("cell", cells, model);
    const auto input = builder.add_population("input", inputs, std::make_unique<SpikeGenerator>(trains));
    connect(builder, input, cell, 40, inputs, 0, 0.15);
    connect(builder, cell, cell, 40, cells, inputs, 0.05);
    const Network network = builder.build({.threads = 1});
    Simulation simulation(network);
    SpikeRecorder recorder(cell);
    simulation.attach(recorder);
    simulation.run_until(Time::from_ms(end));
    spikes = recorder.spikes();
  }

  void connect(NetworkBuilder& builder, PopulationId from, PopulationId to, int indegree, std::uint32_t sources,
               std::uint32_t first, double mean) {
    std::vector<ExplicitList::Connection> pairs;
    Synapse synapse{.weight = {.kind = Distribution::list}, .delay = {.kind = Distribution::list}, .double_precision = true};
    for (std::uint32_t target = 0; target < cells; ++target)
      for (int k = 0; k < indegree; ++k) {
        const auto source = static_cast<std::uint32_t>(random() % sources);
        const double weight = number(0.5, 1.5) * (source % 5 == 4 ? -3.0 : 1.0) * mean;
        const double delay = Delay::from_ms(number(0.5, 4.0)).ms();
        pairs.push_back({source, target});
        synapse.weight.values.push_back(weight);
        synapse.delay.values.push_back(delay);
        connections += fmt::format("{},{},{},{}\n", first + source, target, weight, delay);
      }
    builder.connect(from, to, ExplicitList(pairs), std::move(synapse));
  }
};

constexpr const char* neuron_program = R"(import sys
from neuron import h
inputs, cells, tau, refrac, end = int(sys.argv[1]), int(sys.argv[2]), *map(float, sys.argv[3:6])
cell = [h.IntFire1() for _ in range(cells)]
for c in cell:
    c.tau, c.refrac = tau, refrac
kept, of_input = [], [[] for _ in range(inputs)]
for line in open(sys.argv[6] + '/connections.csv'):
    source, target, weight, delay = line.split(',')
    source, delay = int(source), float(delay)
    c = h.NetCon(None if source < inputs else cell[source - inputs], cell[int(target)])
    c.weight[0], c.delay = float(weight), 0 if source < inputs else delay
    kept.append(c)
    if source < inputs:
        of_input[source].append((c, delay))
arrivals = [line.split(',') for line in open(sys.argv[6] + '/arrivals.csv')]
times, ids = h.Vector(), h.Vector()
for i, c in enumerate(cell):
    kept.append(h.NetCon(c, None))
    kept[-1].record(times, ids, i)
def send():
    for time, source in arrivals:
        for c, delay in of_input[int(source)]:
            c.event(float(time) + delay)
handler = h.FInitializeHandler(send)
context = h.ParallelContext()
context.set_maxstep(10)
h.finitialize(0)
context.psolve(end)
with open(sys.argv[6] + '/spikes.csv', 'w') as file:
    for time, i in zip(times, ids):
        if time < end:
            file.write('%r,%d\n' % (time, i))
)";

TEST(IntFire1, SpikesAsNeuronsOwnInANetworkOneByOne) {
  if (std::system("/usr/bin/python3 -c 'import neuron' > /dev/null 2>&1") != 0) GTEST_SKIP() << "python3-neuron is not installed";
  const RandomCells trial;
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("synop_intfire1_{}", std::random_device{}());
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "connections.csv") << trial.connections;
  std::ofstream(folder / "arrivals.csv") << trial.arrivals;
  std::ofstream(folder / "program.py") << neuron_program;
  const std::string command =
      fmt::format("/usr/bin/python3 {0}/program.py {1} {2} {3} {4} {5} {0} > {0}/log 2>&1", folder.string(), trial.inputs,
                  trial.cells, trial.model.tau, trial.model.refrac, trial.end);
  ASSERT_EQ(std::system(command.c_str()), 0) << std::ifstream(folder / "log").rdbuf();
  std::map<std::uint32_t, std::vector<double>> expected, actual;
  std::ifstream file(folder / "spikes.csv");
  for (std::string line; std::getline(file, line);)
    expected[static_cast<std::uint32_t>(std::stoul(line.substr(line.find(',') + 1)))].push_back(std::stod(line));
  for (const Spike& spike : trial.spikes) actual[spike.neuron].push_back(spike.time.ms());
  std::filesystem::remove_all(folder);
  EXPECT_GT(trial.spikes.size(), 5000u);
  ASSERT_EQ(expected.size(), actual.size());
  double largest = 0.0;
  for (const auto& [neuron, times] : expected) {
    ASSERT_EQ(times.size(), actual[neuron].size()) << "neuron " << neuron;
    for (std::size_t k = 0; k < times.size(); ++k) largest = std::max(largest, std::abs(times[k] - actual[neuron][k]));
  }
  EXPECT_LT(largest, 1e-9);
  fmt::print("{} spikes, largest difference {:.2g} ms\n", trial.spikes.size(), largest);
}

}  // namespace
}  // namespace synop
