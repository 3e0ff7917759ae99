// Maps one after the other as one convolution, against the maps taken step by step.
#include "synop/io/nir/detail/map_chain.hpp"

#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/nir_file.hpp"
#include "synop/io/nir/compare.hpp"
#include "synop/io/nir/exact_network.hpp"
#include "synop/io/nir/read_graph.hpp"

namespace synop {
namespace {

using namespace synop::literals;
using test::array;
using test::NirFile;
using test::numbers;
using test::scalar;
using test::whole;

std::vector<double> random_numbers(std::size_t count, int seed) {
  std::mt19937 random(static_cast<unsigned>(seed));
  std::vector<double> values(count);
  for (double& x : values) x = std::uniform_real_distribution(-1.0, 1.0)(random);
  return values;
}

using Datasets = std::map<std::string, NirFile::Dataset>;

Datasets convolution(hsize_t out, hsize_t in, hsize_t rows, hsize_t columns, double stride, double padding) {
  return {{"weight", array({out, in, rows, columns}, random_numbers(out * in * rows * columns, 3))},
          {"bias", numbers(std::vector<double>(out, 0.0))},
          {"stride", whole({stride, stride})},
          {"padding", whole({padding, padding})},
          {"dilation", whole({1, 1})},
          {"groups", {{}, {1}, true}}};
}
Datasets pool(double rows, double columns, double row_stride, double column_stride, double padding = 0) {
  return {{"kernel_size", whole({rows, columns})},
          {"stride", whole({row_stride, column_stride})},
          {"padding", whole({padding, padding})}};
}
Datasets flatten(std::vector<double> type) {
  return {{"start_dim", {{}, {0}, true}}, {"end_dim", {{}, {-1}, true}}, {"input_type", whole(std::move(type))}};
}
Datasets matrix(hsize_t out, hsize_t in) {
  return {{"weight", array({out, in}, random_numbers(out * in, 5))}};
}

// input (2, 7, 9) -> the maps -> integrators -> output.
NirFile chain_of(std::vector<std::pair<std::string, Datasets>> maps, std::vector<double> out) {
  NirFile file;
  file.node("input", "Input", {{"shape", whole({2, 7, 9})}});
  std::vector<std::string> names{"input"};
  for (auto& [type, datasets] : maps) {
    names.push_back("map" + std::to_string(names.size()));
    file.node(names.back(), type, datasets);
  }
  file.node("sum", "I", {{"r", array({out.begin(), out.end()}, std::vector<double>([&] {
                                      double n = 1;
                                      for (const double x : out) n *= x;
                                      return static_cast<std::size_t>(n);
                                    }(), 1.0))}});
  file.node("output", "Output", {{"shape", whole(out)}});
  names.insert(names.end(), {"sum", "output"});
  return file.chain(names);
}

struct Both {
  bool convolution = false;  // in continuous time the maps are one
  double largest = 0.0, difference = 0.0;
};

// What 1 or 2 spikes of many inputs add up to.
Both run_both(const NirFile& file) {
  const TemporaryFolder folder;
  file.write(folder / "net.nir");
  const nir::Graph graph = nir::read_graph(folder / "net.nir");
  nir::Options options;
  options.dt = 1_ms;
  nir::InputSpikes in(graph.nodes.size());
  auto& trains = in[graph.find("input")];
  trains.resize(126);
  for (std::size_t i = 0; i < trains.size(); ++i)
    for (std::size_t k = 0; k < i % 3; ++k) trains[i].push_back(Time{} + 2_ms);
  Both both;
  const nir::ExactNetwork made = make_exact_network(graph, options, in);
  both.convolution = made.projections.size() == 1 &&
                     made.projections.front().rule.kind == ConnectionRuleSection::Kind::convolution;
  const auto exact = run_exact(graph, options, in, Time{} + 5_ms, 1).readouts[graph.find("sum")].last;
  options.mode = nir::Mode::clocked;
  const auto clocked = run_clocked(graph, options, in, Time{} + 5_ms).readouts[graph.find("sum")].last;
  EXPECT_EQ(exact.size(), clocked.size());
  for (std::size_t i = 0; i < exact.size(); ++i) {
    both.largest = std::max(both.largest, std::abs(clocked[i]));
    both.difference = std::max(both.difference, std::abs(exact[i] - clocked[i]));
  }
  return both;
}

TEST(NirChain, IsWhatTheMapsDoOneAfterTheOther) {
  struct Case {
    const char* name;
    NirFile file;
    bool convolution;
  };
  const auto scale = [](std::vector<double> shape, std::vector<double> values) {
    return std::pair<std::string, Datasets>(
        "Scale", {{"scale", array({shape.begin(), shape.end()}, std::move(values))}});
  };
  const std::vector<Case> cases{
      {"convolution", chain_of({{"Conv2d", convolution(3, 2, 3, 2, 2, 1)}}, {3, 4, 5}), true},
      {"pool", chain_of({{"SumPool2d", pool(3, 2, 2, 2)}}, {2, 3, 4}), true},
      {"convolution with one output", chain_of({{"Conv2d", convolution(4, 2, 5, 6, 3, 0)}}, {4, 1, 2}), true},
      {"pool, convolution; a row and a column left over",
       chain_of({{"SumPool2d", pool(2, 2, 2, 2)}, {"Conv2d", convolution(3, 2, 2, 3, 1, 1)}}, {3, 4, 4}), true},
      {"average pool, convolution",
       chain_of({{"AvgPool2d", pool(3, 4, 3, 4)}, {"Conv2d", convolution(5, 2, 2, 2, 1, 0)}}, {5, 1, 1}), true},
      {"pool, flatten, linear",
       chain_of({{"SumPool2d", pool(2, 3, 2, 3)}, {"Flatten", flatten({2, 3, 3})}, {"Linear", matrix(6, 18)}}, {6}), true},
      {"convolution, flatten",
       chain_of({{"Conv2d", convolution(2, 2, 3, 3, 2, 0)}, {"Flatten", flatten({2, 3, 4})}}, {24}), true},
      {"scale by one number, convolution",
       chain_of({scale({2, 7, 9}, std::vector<double>(126, 0.25)), {"Conv2d", convolution(3, 2, 3, 2, 2, 1)}}, {3, 4, 5}),
       true},
      {"scale of each neuron", chain_of({scale({2, 7, 9}, random_numbers(126, 7)), {"Conv2d", convolution(3, 2, 3, 2, 2, 1)}},
                                        {3, 4, 5}),
       false},
      {"pool whose windows overlap, convolution",
       chain_of({{"SumPool2d", pool(3, 3, 2, 2)}, {"Conv2d", convolution(3, 2, 2, 2, 1, 0)}}, {3, 2, 3}), false},
      {"pool with padding, convolution",
       chain_of({{"SumPool2d", pool(2, 2, 2, 2, 1)}, {"Conv2d", convolution(3, 2, 2, 2, 1, 0)}}, {3, 3, 4}), false},
      {"two pools, convolution",
       chain_of({{"SumPool2d", pool(2, 2, 2, 2)}, {"SumPool2d", pool(1, 2, 1, 2)}, {"Conv2d", convolution(3, 2, 2, 2, 1, 0)}},
                {3, 2, 1}),
       false},
      {"two convolutions",
       chain_of({{"Conv2d", convolution(3, 2, 3, 2, 2, 1)}, {"Conv2d", convolution(2, 3, 2, 2, 1, 0)}}, {2, 3, 4}), false},
      {"flatten, linear", chain_of({{"Flatten", flatten({2, 7, 9})}, {"Linear", matrix(6, 126)}}, {6}), false},
  };
  for (const Case& each : cases) {
    const Both both = run_both(each.file);
    EXPECT_EQ(both.convolution, each.convolution) << each.name;
    EXPECT_GT(both.largest, 0.5) << each.name;
    EXPECT_LT(both.difference, 1e-9) << each.name;  // potentials without a threshold have the rounding of 1e6
  }
}

// Into neurons that take weights differently the maps are written out.
TEST(NirChain, IsWrittenOutForNeuronsThatDiffer) {
  NirFile file = chain_of({{"SumPool2d", pool(2, 2, 2, 2)}, {"Conv2d", convolution(3, 2, 2, 3, 1, 1)}}, {3, 4, 4});
  file.of("sum", "r").values[5] = 2.0;
  const Both both = run_both(file);
  EXPECT_FALSE(both.convolution);
  EXPECT_LT(both.difference, 1e-9);
}

// Two ways into the same neurons, one of which is written out: then both are.
TEST(NirChain, AddsUpTwoWays) {
  NirFile file = chain_of({{"Conv2d", convolution(2, 2, 3, 3, 2, 1)}}, {2, 4, 5});
  file.node("other", "Conv2d", convolution(2, 2, 1, 1, 2, 0)).chain({"input", "other", "sum"});
  const Both both = run_both(file);
  EXPECT_GT(both.largest, 0.5);
  EXPECT_LT(both.difference, 1e-9);
}

}  // namespace
}  // namespace synop
