#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/nir_file.hpp"
#include "synop/core/error.hpp"
#include "synop/io/nir/clocked_network.hpp"
#include "synop/io/nir/input_spikes.hpp"
#include "synop/io/nir/read_graph.hpp"

namespace synop {
namespace {

using namespace synop::literals;
using nir::ClockedNetwork;
using nir::Graph;
using nir::Options;
using test::array;
using test::NirFile;
using test::numbers;
using test::one_neuron;
using test::scalar;
using test::small_nir;
using test::whole;
using testing::ElementsAre;
using testing::HasSubstr;

Options in_steps(Delay dt) {
  Options options;
  options.mode = nir::Mode::clocked;
  options.spike = nir::SpikeMeaning::pulse;
  options.dt = dt;
  return options;
}

// A run of a graph with one Input: the spikes that enter at each step, and what is looked at after it.
class Stepper {
 public:
  Stepper(const NirFile& file, const Options& options)
      : graph_(read(file)), network_(graph_, options), in_(graph_.nodes.size()) {}
  void step(std::vector<std::uint32_t> spikes) {
    in_[graph_.find("input")] = std::move(spikes);
    network_.step(in_);
  }
  double v(const std::string& node, std::uint32_t i = 0) const { return network_.potentials(graph_.find(node))[i]; }
  std::vector<std::uint32_t> spiking(const std::string& node) const {
    const auto all = network_.spiking(graph_.find(node));
    return {all.begin(), all.end()};
  }
  const std::vector<double>& output(const std::string& node) const { return network_.output(graph_.find(node)); }

 private:
  Graph graph_;
  ClockedNetwork network_;
  std::vector<std::vector<std::uint32_t>> in_;
};

// Written down from the equations, dense and without any of the code it is compared with.
TEST(NirClocked, TakesTheEulerStepsOfLif) {
  Stepper run(small_nir(), in_steps(1_ms));
  const double w[3][2] = {{0.3, 0.1}, {-0.2, 0.5}, {0.7, 0.9}}, b[3] = {0.0, 0.25, -0.5};
  const double tau[3] = {0.01, 0.01, 0.02}, r[3] = {1, 2, 1}, leak[3] = {0, 0, 0.1}, threshold[3] = {1, 1, 0.5};
  double v[3] = {0, 0, 0};
  std::mt19937 random(3);
  int fired = 0;
  for (int k = 0; k < 400; ++k) {
    double x[2] = {0, 0};
    std::vector<std::uint32_t> in;
    for (std::uint32_t j = 0; j < 2; ++j)
      for (std::uint32_t n = random() % 4; n > 0; --n) {  // up to three spikes of one neuron in a step
        in.push_back(j);
        x[j] += 1.0;
      }
    run.step(in);
    std::vector<std::uint32_t> z;
    for (std::uint32_t i = 0; i < 3; ++i) {
      v[i] += 0.001 / tau[i] * ((leak[i] - v[i]) + r[i] * (w[i][0] * x[0] + w[i][1] * x[1] + b[i]));
      if (v[i] > threshold[i]) {
        z.push_back(i);
        v[i] = 0.0;
        ++fired;
      }
      ASSERT_NEAR(run.v("lif", i), v[i], 1e-12) << "step " << k;
    }
    ASSERT_EQ(run.spiking("lif"), z) << "step " << k;
  }
  EXPECT_GT(fired, 10);
}

NirFile cuba(const std::string& kind) {
  std::map<std::string, NirFile::Dataset> parameters{{"tau_syn", scalar(0.002)},
                                                     {"tau_mem", scalar(0.01)},
                                                     {"r", scalar(3.0)},
                                                     {"v_leak", scalar(0.05)},
                                                     {"w_in", scalar(1.5)}};
  if (kind == "CubaLIF") parameters["v_threshold"] = scalar(0.3), parameters["v_reset"] = scalar(-0.1);
  return one_neuron(kind, parameters);
}

TEST(NirClocked, ChargesACubaMembraneWithTheCurrentThatWasAskedFor) {
  for (const auto current : {nir::CubaCurrent::previous, nir::CubaCurrent::updated}) {
    Options options = in_steps(1_ms);
    options.current = current;
    Stepper run(cuba("CubaLIF"), options);
    double i = 0.0, v = 0.0;
    int fired = 0;
    for (int k = 0; k < 60; ++k) {
      const double x = k % 4 == 0 ? 1.0 : 0.0, before = i;
      run.step(k % 4 == 0 ? std::vector<std::uint32_t>{0} : std::vector<std::uint32_t>{});
      i += 0.001 / 0.002 * (1.5 * x - i);
      v += 0.001 / 0.01 * (0.05 - v + 3.0 * (current == nir::CubaCurrent::previous ? before : i));
      if (v > 0.3) {
        v = -0.1;
        ++fired;
      }
      ASSERT_NEAR(run.v("neuron"), v, 1e-12) << "step " << k;
    }
    EXPECT_GT(fired, 3);
  }
}

TEST(NirClocked, ResetsToAValueOrBySubtraction) {
  const NirFile file =
      one_neuron("IF", {{"r", scalar(700.0)}, {"v_threshold", scalar(1.0)}, {"v_reset", scalar(-0.25)}});
  Options options = in_steps(1_ms);
  Stepper to_value(file, options);
  for (int k = 0; k < 2; ++k) to_value.step({0});
  EXPECT_THAT(to_value.spiking("neuron"), ElementsAre(0));
  EXPECT_DOUBLE_EQ(to_value.v("neuron"), -0.25);
  options.reset = nir::Reset::by_subtraction;
  Stepper subtracting(file, options);
  for (int k = 0; k < 2; ++k) subtracting.step({0});
  EXPECT_DOUBLE_EQ(subtracting.v("neuron"), 1.4 - 1.0);
  subtracting.step({0, 0, 0, 0});  // far above twice the threshold: one spike in a step, and the rest stays
  EXPECT_THAT(subtracting.spiking("neuron"), ElementsAre(0));
  EXPECT_DOUBLE_EQ(subtracting.v("neuron"), 1.4 - 1.0 + 2.8 - 1.0);
  subtracting.step({});
  EXPECT_THAT(subtracting.spiking("neuron"), ElementsAre(0));
}

TEST(NirClocked, NeedsMoreThanTheThreshold) {
  Stepper run(one_neuron("IF", {{"r", scalar(500.0)}, {"v_threshold", scalar(1.0)}}), in_steps(1_ms));
  run.step({0, 0});
  EXPECT_THAT(run.spiking("neuron"), ElementsAre()) << "v = v_threshold";
  run.step({0});
  EXPECT_THAT(run.spiking("neuron"), ElementsAre(0));
}

TEST(NirClocked, TakesASpikeAsAPulseOrAsAnImpulse) {
  const NirFile file = one_neuron("LI", {{"tau", scalar(0.01)}, {"r", scalar(2.0)}, {"v_leak", scalar(0.0)}});
  Options options = in_steps(1_ms);
  Stepper pulse(file, options);
  pulse.step({0});
  EXPECT_DOUBLE_EQ(pulse.output("output")[0], 2.0 * 0.001 / 0.01);
  options.spike = nir::SpikeMeaning::delta;
  Stepper impulse(file, options);
  impulse.step({0});
  EXPECT_DOUBLE_EQ(impulse.v("neuron"), 2.0 / 0.01) << "an area of 1 s";
  options.spike_area = 5_ms;
  Stepper smaller(file, options);
  smaller.step({0});
  EXPECT_DOUBLE_EQ(smaller.v("neuron"), 2.0 * 0.005 / 0.01);
}

// input -> first -> second: a spike runs through all layers in one step; by the Delay it comes later.
NirFile relay() {
  NirFile file;
  const std::map<std::string, NirFile::Dataset> relaying{{"r", scalar(1000.0)}, {"v_threshold", scalar(0.5)}};
  file.node("input", "Input", {{"shape", whole({2})}})
      .node("first", "IF", relaying)
      .node("delay", "Delay", {{"delay", numbers({0.003, 0.001})}})
      .node("second", "IF", relaying)
      .node("third", "IF", relaying)
      .node("output", "Output", {{"shape", whole({2})}})
      .chain({"input", "first", "delay", "second", "output"})
      .chain({"first", "third", "output"});
  return file;
}

TEST(NirClocked, RunsLayersInOneStepAndDelaysInMore) {
  Stepper run(relay(), in_steps(1_ms));
  run.step({0, 1});
  EXPECT_THAT(run.spiking("third"), ElementsAre(0, 1));
  EXPECT_THAT(run.spiking("second"), ElementsAre());
  run.step({});
  EXPECT_THAT(run.spiking("second"), ElementsAre(1));
  EXPECT_THAT(run.output("output"), ElementsAre(0.0, 1.0));
  run.step({});
  EXPECT_THAT(run.spiking("second"), ElementsAre());
  run.step({});
  EXPECT_THAT(run.spiking("second"), ElementsAre(0));
}

TEST(NirClocked, HandsOnWhatIsDelayedByNothingInTheSameStep) {
  NirFile file = relay();
  file.of("delay", "delay") = numbers({0.002, 0.0});
  Stepper run(file, in_steps(1_ms));
  run.step({0, 1});
  EXPECT_THAT(run.spiking("second"), ElementsAre(1));
  run.step({});
  run.step({});
  EXPECT_THAT(run.spiking("second"), ElementsAre(0));
}

TEST(NirClocked, RefusesADelayBetweenSteps) {
  NirFile file = relay();
  file.of("delay", "delay") = numbers({0.003, 0.0015});
  const Graph graph = read(file);
  EXPECT_THAT(message_of([&] { ClockedNetwork(graph, in_steps(1_ms)); }),
              HasSubstr("node 'delay' (Delay): delay = 0.0015 s is no multiple of dt = 0.001 s"));
}

TEST(NirClocked, MakesALoopOneStepLate) {
  NirFile file = one_neuron("IF", {{"r", scalar(1000.0)}, {"v_threshold", scalar(0.5)}});
  file.node("again", "Affine", {{"weight", array({1, 1}, {1.0})}, {"bias", numbers({-0.125})}})
      .chain({"neuron", "again", "neuron"});
  Stepper run(file, in_steps(1_ms));
  run.step({});
  EXPECT_DOUBLE_EQ(run.v("neuron"), -0.125) << "in the first step the loop brings what it gives without spikes";
  run.step({0});
  EXPECT_THAT(run.spiking("neuron"), ElementsAre(0));
  run.step({});
  EXPECT_THAT(run.spiking("neuron"), ElementsAre(0)) << "its own spike of the step before";
}

TEST(NirClocked, ComparesPotentialsInAThreshold) {
  NirFile file = one_neuron("LI", {{"tau", scalar(0.01)}, {"r", scalar(5.0)}, {"v_leak", scalar(0.0)}});
  file.node("above", "Threshold", {{"threshold", scalar(0.6)}});
  file.edges = {{"input", "neuron"}, {"neuron", "above"}, {"above", "output"}};
  Stepper run(file, in_steps(1_ms));
  run.step({0});
  EXPECT_THAT(run.spiking("above"), ElementsAre()) << run.v("neuron");
  run.step({0});
  EXPECT_THAT(run.spiking("above"), ElementsAre(0)) << run.v("neuron");
}

// Images through a convolution and both pools, against the sums of their definition.
TEST(NirClocked, ConvolvesAndPoolsAsDefined) {
  std::mt19937 random(5);
  std::vector<double> weight(3 * 2 * 3 * 3);
  for (double& w : weight) w = static_cast<double>(random() % 2001) * 1e-3 - 1.0;
  NirFile file;
  file.node("input", "Input", {{"shape", whole({2, 6, 8})}})
      .node("conv", "Conv2d",
            {{"weight", array({3, 2, 3, 3}, weight)},
             {"bias", numbers({0.1, 0.2, 0.3})},
             {"stride", whole({1, 2})},
             {"padding", whole({1, 1})},
             {"dilation", whole({1, 1})},
             {"groups", test::NirFile::Dataset{{}, {1.0}, true}}})
      .node("sum", "SumPool2d", {{"kernel_size", whole({2, 2})}, {"stride", whole({2, 2})}, {"padding", whole({0, 0})}})
      .node("avg", "AvgPool2d", {{"kernel_size", whole({3, 2})}, {"stride", whole({3, 2})}, {"padding", whole({0, 0})}})
      .node("a", "Output", {{"shape", whole({3, 3, 2})}})
      .node("b", "Output", {{"shape", whole({3, 2, 2})}})
      .chain({"input", "conv", "sum", "a"})
      .chain({"conv", "avg", "b"});
  Stepper run(file, in_steps(1_ms));
  for (int trial = 0; trial < 3; ++trial) {
    std::vector<std::uint32_t> spikes;
    std::vector<double> image(96, 0.0);
    for (std::uint32_t i = 0; i < 96; ++i)
      if (random() % 3 == 0) {
        spikes.push_back(i);
        image[i] = 1.0;
      }
    run.step(spikes);
    std::vector<double> conv(3 * 6 * 4, 0.0);
    for (int c = 0; c < 3; ++c)
      for (int y = 0; y < 6; ++y)
        for (int x = 0; x < 4; ++x) {
          double& out = conv[static_cast<std::size_t>((c * 6 + y) * 4 + x)];
          out = 0.1 * (c + 1);
          for (int in = 0; in < 2; ++in)
            for (int ky = 0; ky < 3; ++ky)
              for (int kx = 0; kx < 3; ++kx) {
                const int row = y + ky - 1, column = 2 * x + kx - 1;
                if (row < 0 || row >= 6 || column < 0 || column >= 8) continue;
                out += weight[static_cast<std::size_t>(((c * 2 + in) * 3 + ky) * 3 + kx)] *
                       image[static_cast<std::size_t>((in * 6 + row) * 8 + column)];
              }
        }
    for (std::size_t i = 0; i < conv.size(); ++i) ASSERT_NEAR(run.output("conv")[i], conv[i], 1e-12);
    const auto at = [&](int c, int y, int x) { return conv[static_cast<std::size_t>((c * 6 + y) * 4 + x)]; };
    for (int c = 0; c < 3; ++c)
      for (int x = 0; x < 2; ++x) {
        for (int y = 0; y < 3; ++y)
          ASSERT_NEAR(
              run.output("a")[static_cast<std::size_t>((c * 3 + y) * 2 + x)],
              at(c, 2 * y, 2 * x) + at(c, 2 * y, 2 * x + 1) + at(c, 2 * y + 1, 2 * x) + at(c, 2 * y + 1, 2 * x + 1),
              1e-12);
        for (int y = 0; y < 2; ++y) {
          double sum = 0.0;
          for (int k = 0; k < 6; ++k) sum += at(c, 3 * y + k / 2, 2 * x + k % 2);
          ASSERT_NEAR(run.output("b")[static_cast<std::size_t>((c * 2 + y) * 2 + x)], sum / 6.0, 1e-12);
        }
      }
  }
}

TEST(NirClocked, DoesWorkInProportionToSpikes) {
  const Graph graph = read(small_nir());
  ClockedNetwork network(graph, in_steps(1_ms));
  std::vector<std::vector<std::uint32_t>> in(graph.nodes.size());
  network.step(in);
  EXPECT_EQ(network.synaptic_operations(), 0u);
  in[graph.find("input")] = {1};
  network.step(in);
  EXPECT_EQ(network.synaptic_operations(), 3u);
}

TEST(NirInput, IsHandedOutByStep) {
  const nir::InputSpikes spikes{{{Time{} + 1_ms, Time{} + 2_ms}, {Time{} + 1500_us, Time{} + 1999_us}}};
  nir::SteppedInput input(spikes, 1_ms);
  EXPECT_THAT(input.next().front(), ElementsAre());
  EXPECT_THAT(input.next().front(), ElementsAre(0, 1, 1));
  EXPECT_THAT(input.next().front(), ElementsAre(0));
}

TEST(NirInput, OfPoissonProcessesHasTheRateAndDependsOnTheSeedAlone) {
  const Graph graph = read(small_nir());
  const auto spikes = nir::poisson_input_spikes(graph, 1000.0, Time{} + 10_s, 5);
  EXPECT_NEAR(static_cast<double>(nir::count_of(spikes)), 20000.0, 5.0 * std::sqrt(20000.0));
  EXPECT_EQ(spikes, nir::poisson_input_spikes(graph, 1000.0, Time{} + 10_s, 5));
  EXPECT_NE(spikes, nir::poisson_input_spikes(graph, 1000.0, Time{} + 10_s, 6));
}

}  // namespace
}  // namespace synop
