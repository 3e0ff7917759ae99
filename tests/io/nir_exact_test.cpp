#include <cmath>
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/nir_file.hpp"
#include "synop/core/error.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/interrupt.hpp"
#include "synop/io/nir/compare.hpp"
#include "synop/io/nir/exact_limits.hpp"
#include "synop/io/nir/exact_network.hpp"
#include "synop/io/nir/read_graph.hpp"

namespace synop {
namespace {

using namespace synop::literals;
using nir::Graph;
using nir::Options;
using test::array;
using test::impulses;
using test::NirFile;
using test::numbers;
using test::one_neuron;
using test::scalar;
using test::small_nir;
using test::whole;
using testing::ElementsAre;
using testing::HasSubstr;

nir::InputSpikes into(const Graph& graph, std::vector<std::vector<double>> ms) {
  std::vector<std::vector<Time>> trains;
  for (const auto& train : ms) {
    trains.emplace_back();
    for (const double t : train) trains.back().push_back(Time::from_ms(t));
  }
  return nir::listed_input_spikes(graph, trains);
}

std::vector<double> spikes_of(const Graph& graph, const Options& options, std::vector<std::vector<double>> in,
                              double end_ms, const std::string& node, std::uint32_t neuron = 0) {
  const auto all = run_exact(graph, options, into(graph, std::move(in)), Time::from_ms(end_ms), 1);
  std::vector<double> times;
  for (const Spike& spike : all[graph.find(node)])
    if (spike.neuron == neuron) times.push_back(spike.time.ms());
  return times;
}

// The potential of neuron 0 of a node at an instant.
double potential(const Graph& graph, const Options& options, std::vector<std::vector<double>> in,
                 const std::string& node, double at_ms) {
  Experiment experiment;
  nir::ExactNetwork made = make_exact_network(graph, options, into(graph, std::move(in)));
  experiment.populations = std::move(made.populations);
  experiment.projections = std::move(made.projections);
  experiment.stimuli = std::move(made.stimuli);
  const Network network = compose(experiment).build();
  Simulation simulation(network);
  simulation.run_until(Time::from_ms(at_ms));
  return simulation.values({made.population_of[graph.find(node)]}, "V_m").at(0);
}

NirFile li(double tau, double r, double leak) {
  return one_neuron("LI", {{"tau", scalar(tau)}, {"r", scalar(r)}, {"v_leak", scalar(leak)}});
}

// Potentials without a threshold, which stands at 1e6, have the rounding errors of such numbers.
constexpr double rounding = 2e-10;

TEST(NirExact, LeakyIntegratorFollowsItsClosedForm) {
  const Graph graph = read(li(0.01, 2.0, 0.3));
  const double jump = 2.0 * 0.001 / 0.01;
  const double wanted = 0.3 * (1.0 - std::exp(-2.0)) + jump * (std::exp(-1.8) + std::exp(-0.5));
  EXPECT_NEAR(potential(graph, impulses(), {{2.0, 15.0}}, "neuron", 20.0), wanted, rounding);
}

TEST(NirExact, PulsesFromOutsideFollowTheirClosedForm) {
  const Graph graph = read(li(0.01, 2.0, 0.0));
  Options options;
  options.spike = nir::SpikeMeaning::pulse;
  options.dt = 3_ms;
  // Two pulses, [2, 5) and [4, 7) ms, which overlap.
  const auto pulse = [](double begin) {
    return 2.0 * (std::exp(-(20.0 - begin - 3.0) / 10.0) - std::exp(-(20.0 - begin) / 10.0));
  };
  EXPECT_NEAR(potential(graph, options, {{2.0, 4.0}}, "neuron", 20.0), pulse(2.0) + pulse(4.0), rounding);
}

TEST(NirExact, IntegratorAddsUp) {
  const Graph graph = read(one_neuron("I", {{"r", scalar(30.0)}}));
  EXPECT_NEAR(potential(graph, impulses(), {{2.0, 4.0, 4.0}}, "neuron", 20.0), 0.09, rounding);
}

// tau_syn i' = -i + w_in S, tau_mem v' = -v + r i, with a constant in S from 0 on.
TEST(NirExact, CubaWithABiasFollowsItsClosedForm) {
  NirFile file = one_neuron("CubaLI", {{"tau_syn", scalar(0.004)},
                                       {"tau_mem", scalar(0.01)},
                                       {"r", scalar(3.0)},
                                       {"v_leak", scalar(0.1)},
                                       {"w_in", scalar(1.5)}});
  file.node("fc", "Affine", {{"weight", array({1, 1}, {2.0})}, {"bias", numbers({0.25})}});
  file.edges = {{"input", "fc"}, {"fc", "neuron"}, {"neuron", "output"}};
  const Graph graph = read(file);
  const double t = 0.02, ts = 0.004, tm = 0.01;
  const auto filtered = [&](double s) {
    return ts / (tm - ts) * (std::exp(-s / tm) - std::exp(-s / ts));
  };  // of i = e^(-s/ts)
  const double constant = 1.5 * 0.25;
  const double jump = 1.5 * 2.0 * 0.001 / ts;
  const double wanted = 0.1 * (1.0 - std::exp(-t / tm)) + 3.0 * constant * (1.0 - std::exp(-t / tm)) -
                        3.0 * constant * filtered(t) + 3.0 * jump * filtered(t - 0.005);
  EXPECT_NEAR(potential(graph, impulses(), {{5.0}}, "neuron", 20.0), wanted, rounding);
}

TEST(NirExact, LifFiresWhereTheExponentialCrosses) {
  NirFile file = one_neuron("LIF", {{"tau", scalar(0.01)},
                                    {"r", scalar(1.0)},
                                    {"v_leak", scalar(0.0)},
                                    {"v_threshold", scalar(1.0)},
                                    {"v_reset", scalar(-0.5)}});
  file.node("fc", "Affine", {{"weight", array({1, 1}, {0.0})}, {"bias", numbers({2.0})}});
  file.edges = {{"input", "fc"}, {"fc", "neuron"}, {"neuron", "output"}};
  const Graph graph = read(file);
  const double first = 10.0 * std::log(2.0), later = 10.0 * std::log(2.5);
  const auto times = spikes_of(graph, impulses(), {{}}, 30.0, "neuron");
  ASSERT_EQ(times.size(), 3u);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(times[k], first + static_cast<double>(k) * later, 1e-8);
}

TEST(NirExact, NeedsMoreThanTheThreshold) {
  const Graph graph = read(one_neuron("IF", {{"r", scalar(500.0)}, {"v_threshold", scalar(1.0)}}));
  EXPECT_THAT(spikes_of(graph, impulses(), {{1.0, 2.0}}, 10.0, "neuron"), ElementsAre()) << "v = v_threshold";
  EXPECT_THAT(spikes_of(graph, impulses(), {{1.0, 2.0, 3.0}}, 10.0, "neuron"), ElementsAre(3.0));
}

// What arrives at one instant is taken together, and makes one spike.
TEST(NirExact, TakesOneInstantTogetherAndSpikesOnceInIt) {
  NirFile file = one_neuron("IF", {{"r", scalar(1000.0)}, {"v_threshold", scalar(1.0)}});
  file.of("input", "shape") = whole({3});
  file.node("fc", "Linear", {{"weight", array({1, 3}, {1.5, 4.0, -0.75})}});
  file.edges = {{"input", "fc"}, {"fc", "neuron"}, {"neuron", "output"}};
  const Graph graph = read(file);
  EXPECT_THAT(spikes_of(graph, impulses(), {{5.0}, {}, {5.0}}, 10.0, "neuron"), ElementsAre()) << "1.5 - 0.75";
  EXPECT_THAT(spikes_of(graph, impulses(), {{5.0}, {5.0}, {5.0}}, 10.0, "neuron"), ElementsAre(5.0))
      << "4.75, but once";
  EXPECT_THAT(spikes_of(graph, impulses(), {{6.0}, {5.0}, {}}, 10.0, "neuron"), ElementsAre(5.0, 6.0))
      << "the rest is gone with the reset";
}

// input -> Scale 2 -> Delay -> Linear -> IF, beside a direct edge from the Input.
TEST(NirExact, FoldsMapsAndDelaysOfAllPaths) {
  NirFile file;
  file.node("input", "Input", {{"shape", whole({2})}})
      .node("scale", "Scale", {{"scale", numbers({2.0, 3.0})}})
      .node("delay", "Delay", {{"delay", numbers({0.001, 0.0025})}})
      .node("mix", "Linear", {{"weight", array({2, 2}, {1.0, 10.0, 100.0, 0.0})}})
      .node("neuron", "IF", {{"r", scalar(1000.0)}, {"v_threshold", scalar(1e5)}})
      .node("output", "Output", {{"shape", whole({2})}})
      .chain({"input", "scale", "delay", "mix", "neuron", "output"})
      .chain({"input", "neuron"});
  const Graph graph = read(file);
  const nir::ExactNetwork made = make_exact_network(graph, impulses(), into(graph, {{}, {}}));
  ASSERT_EQ(made.projections.size(), 1u);
  const ConnectionList& list = made.projections.front().rule.connections;
  std::vector<std::tuple<std::uint32_t, std::uint32_t, double, double>> synapses;
  for (std::size_t k = 0; k < list.size(); ++k)
    synapses.emplace_back(list.sources[k], list.targets[k], list.weights[k], list.delays_ms[k]);
  using S = std::tuple<std::uint32_t, std::uint32_t, double, double>;
  EXPECT_THAT(synapses, ElementsAre(S{0, 0, 1.0, 0.0}, S{0, 0, 2.0, 1.0}, S{0, 1, 200.0, 1.0}, S{1, 0, 30.0, 2.5},
                                    S{1, 1, 1.0, 0.0}));
}

TEST(NirExact, GivesAConvolutionItsSynapses) {
  NirFile file;
  file.node("input", "Input", {{"shape", whole({1, 4, 4})}})
      .node("conv", "Conv2d",
            {{"weight", array({2, 1, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8})},
             {"bias", numbers({0, 0})},
             {"stride", whole({1, 1})},
             {"padding", whole({0, 0})},
             {"dilation", whole({1, 1})},
             {"groups", test::NirFile::Dataset{{}, {1.0}, true}}})
      .node("neuron", "IF", {{"r", scalar(1000.0)}, {"v_threshold", scalar(4.5)}})
      .node("output", "Output", {{"shape", whole({2, 3, 3})}})
      .chain({"input", "conv", "neuron", "output"});
  const Graph graph = read(file);
  const nir::ExactNetwork made =
      make_exact_network(graph, impulses(), into(graph, std::vector<std::vector<double>>(16)));
  ASSERT_EQ(made.projections.size(), 1u);
  EXPECT_EQ(made.projections.front().rule.kind, ConnectionRuleSection::Kind::convolution);
  EXPECT_EQ(made.projections.front().rule.convolution.synapses(), 2u * 9u * 4u);
  std::vector<std::vector<double>> in(16);
  in[5] = {1.0};  // row 1, column 1: tap (1 - y, 1 - x) of output (y, x)
  const auto all = run_exact(graph, impulses(), into(graph, in), Time::from_ms(2.0), 1);
  std::vector<std::uint32_t> fired;
  for (const Spike& spike : all[graph.find("neuron")]) fired.push_back(spike.neuron);
  EXPECT_THAT(fired, ElementsAre(9, 10, 12, 13)) << "the second channel, whose taps are above 4.5";
}

// With ever smaller steps the clocked run comes to the exact one: recurrent, leaky, with biases, currents and
// inhibition.
TEST(NirExact, IsWhereTheClockedRunGoesWithSmallSteps) {
  NirFile file;
  std::vector<double> weights, loop;
  for (int k = 0; k < 20; ++k) weights.push_back(0.6 + 0.07 * ((k * 7) % 11) - 0.25 * (k % 3));
  for (int k = 0; k < 25; ++k) loop.push_back(0.3 * ((k * 5) % 7) - 0.8);
  file.node("input", "Input", {{"shape", whole({4})}})
      .node("fc", "Affine", {{"weight", array({5, 4}, weights)}, {"bias", numbers({0.2, 0.0, 0.9, -0.1, 0.05})}})
      .node("cuba", "CubaLIF",
            {{"tau_syn", scalar(0.003)},
             {"tau_mem", scalar(0.01)},
             {"r", scalar(1.3)},
             {"v_leak", scalar(0.02)},
             {"w_in", scalar(1.1)},
             {"v_threshold", scalar(0.2)},
             {"v_reset", scalar(-0.05)}})
      .node("loop", "Linear", {{"weight", array({5, 5}, loop)}})
      .node("delay", "Delay", {{"delay", scalar(0.002)}})
      .node("lif", "LIF",
            {{"tau", numbers({0.01, 0.02, 0.01, 0.01, 0.005})},
             {"r", scalar(2.0)},
             {"v_leak", scalar(0.0)},
             {"v_threshold", scalar(0.3)}})
      .node("output", "Output", {{"shape", whole({5})}})
      .chain({"input", "fc", "cuba", "lif", "output"})
      .chain({"cuba", "delay", "loop", "cuba"});
  const Graph graph = read(file);
  const auto in = nir::poisson_input_spikes(graph, 100.0, Time{} + 200_ms, 3);
  Options exact = impulses();
  const auto in_time = run_exact(graph, exact, in, Time{} + 200_ms, 1);
  ASSERT_GT(in_time[graph.find("lif")].size(), 20u);
  std::vector<double> worst;
  for (const Delay dt : {100_us, 1_us}) {
    Options clocked = exact;
    clocked.mode = nir::Mode::clocked;
    clocked.dt = dt;
    const auto in_steps = run_clocked(graph, clocked, in, Time{} + 200_ms);
    for (const char* node : {"cuba", "lif"}) {
      const auto& a = in_steps[graph.find(node)];
      const auto& b = in_time[graph.find(node)];
      EXPECT_NEAR(static_cast<double>(a.size()), static_cast<double>(b.size()), dt == 1_us ? 1.0 : 12.0) << node;
      if (dt != 1_us) continue;
      const auto rows = compare(graph, in_steps, in_time, 50_us);
      for (const auto& row : rows)
        if (graph.nodes[row.node].name == node)
          EXPECT_GT(static_cast<double>(row.partners), 0.9 * static_cast<double>(b.size())) << node;
    }
  }
}

// Perfect integrators that subtract: after the clocked run has caught up, as many spikes as there are thresholds of
// input.
TEST(NirExact, ReadsPotentialsAtTheEndAndTheLargest) {
  const Graph graph = read(li(0.01, 2.0, 0.0));
  Options options = impulses();
  options.dt = 1_ms;
  const auto in = into(graph, {{2.0, 3.0}});
  const double jump = 0.2;
  const auto exact = run_exact(graph, options, in, Time::from_ms(20.0), 1).readouts[graph.find("neuron")];
  EXPECT_NEAR(exact.last.at(0), jump * (std::exp(-1.8) + std::exp(-1.7)), rounding);
  EXPECT_NEAR(exact.largest.at(0), jump * (1.0 + std::exp(-0.1)), rounding);
  options.mode = nir::Mode::clocked;
  const auto clocked = run_clocked(graph, options, in, Time::from_ms(20.0)).readouts[graph.find("neuron")];
  EXPECT_NEAR(clocked.last.at(0), jump * (std::pow(0.9, 17) + std::pow(0.9, 16)), 1e-12);
  EXPECT_NEAR(clocked.largest.at(0), jump * 1.9, 1e-12);
}

TEST(NirExact, SubtractsInIfNodes) {
  NirFile file = one_neuron("IF", {{"r", scalar(1000.0)}, {"v_threshold", scalar(1.0)}, {"v_reset", scalar(0.5)}});
  file.node("fc", "Affine", {{"weight", array({1, 1}, {2.3})}, {"bias", numbers({0.05})}});
  file.edges = {{"input", "fc"}, {"fc", "neuron"}, {"neuron", "output"}};
  const Graph graph = read(file);
  Options options = impulses();
  options.reset = nir::Reset::by_subtraction;
  const auto in = into(graph, {{1.0, 2.0, 2.0, 7.5, 11.0, 11.1, 11.2}});
  const auto in_time = run_exact(graph, options, in, Time::from_ms(50.0), 1)[graph.find("neuron")];
  EXPECT_EQ(in_time.size(), 18u) << "7 * 2.3 + 50 * 0.05 = 18.6";
  options.mode = nir::Mode::clocked;
  options.dt = 10_us;
  const auto in_steps = run_clocked(graph, options, in, Time::from_ms(50.0))[graph.find("neuron")];
  ASSERT_EQ(in_steps.size(), in_time.size());
  for (std::size_t k = 0; k < in_time.size(); ++k) EXPECT_NEAR(in_steps[k].time.ms(), in_time[k].time.ms(), 0.05) << k;
}

TEST(NirExact, BothModesEndWhenInterrupted) {
  const Graph graph = read(small_nir());
  Options options = impulses();
  options.dt = 1_ms;
  const nir::InputSpikes none(graph.nodes.size());
  set_interrupted_by(SIGINT);
  EXPECT_THROW(run_clocked(graph, options, none, Time::from_ms(1e12)), Error);
  EXPECT_THROW(run_exact(graph, options, none, Time::from_ms(1e12), 1), Error);
  set_interrupted_by(0);
}

TEST(NirExact, IsTheSameForEveryNumberOfThreads) {
  const Graph graph = read(small_nir());
  const auto in = nir::poisson_input_spikes(graph, 3000.0, Time{} + 300_ms, 3);
  const auto one = run_exact(graph, impulses(), in, Time{} + 300_ms, 1);
  EXPECT_GT(one[graph.find("lif")].size(), 10u);
  for (const int threads : {2, 3, 8}) EXPECT_EQ(run_exact(graph, impulses(), in, Time{} + 300_ms, threads), one);
}
}  // namespace
}  // namespace synop
