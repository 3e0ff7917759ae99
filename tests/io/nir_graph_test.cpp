#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/nir_file.hpp"
#include "synop/core/error.hpp"
#include "synop/io/nir/order.hpp"
#include "synop/io/nir/read_graph.hpp"

namespace synop {
namespace {

using nir::Graph;
using nir::NodeKind;
using nir::Shape;
using test::array;
using test::NirFile;
using test::numbers;
using test::scalar;
using test::small_nir;
using test::whole;
using testing::ElementsAre;
using testing::HasSubstr;

const nir::Node& node(const Graph& graph, const std::string& name) {
  return graph.nodes[graph.find(name)];
}

TEST(NirGraph, KeepsNodesEdgesAndValues) {
  const Graph graph = read(small_nir());
  ASSERT_EQ(graph.nodes.size(), 4u);
  EXPECT_EQ(graph.version, "1.0.1");
  EXPECT_EQ(node(graph, "fc").kind, NodeKind::affine);
  EXPECT_THAT(node(graph, "fc").parameter("weight").values, ElementsAre(0.3, 0.1, -0.2, 0.5, 0.7, 0.9));
  EXPECT_THAT(node(graph, "lif").parameter("tau").values, ElementsAre(0.01, 0.01, 0.02));
  EXPECT_THAT(node(graph, "lif").parameter("v_reset").values, ElementsAre(0.0)) << "absent before version 1.0";
  EXPECT_EQ(node(graph, "lif").output_shape, Shape{3});
  EXPECT_EQ(graph.sources_of(graph.find("lif")), std::vector{graph.find("fc")});
}

// Images of 2 x 7 x 6 through every kind of node that changes shapes.
NirFile images() {
  NirFile file;
  file.node("in", "Input", {{"shape", whole({2, 7, 6})}})
      .node("conv", "Conv2d",
            {{"weight", array({4, 1, 3, 2}, std::vector<double>(24, 0.5))},
             {"bias", numbers({0, 0, 0, 0})},
             {"stride", whole({2, 1})},
             {"padding", whole({1, 0})},
             {"dilation", whole({1, 2})},
             {"groups", test::NirFile::Dataset{{}, {2.0}, true}},
             {"input_shape", whole({7, 6})}})
      .node("sum", "SumPool2d", {{"kernel_size", whole({2, 2})}, {"stride", whole({2, 2})}, {"padding", whole({0, 0})}})
      .node("avg", "AvgPool2d", {{"kernel_size", whole({2, 2})}, {"stride", whole({1, 1})}, {"padding", whole({1, 1})}})
      .node("flat", "Flatten",
            {{"start_dim", test::NirFile::Dataset{{}, {0.0}, true}},
             {"end_dim", test::NirFile::Dataset{{}, {-1.0}, true}}})
      .node("scale", "Scale", {{"scale", scalar(2.0)}})
      .node("out", "Output", {{"shape", whole({36})}})
      .chain({"in", "conv", "sum", "avg", "flat", "scale", "out"});
  return file;
}

TEST(NirShapes, FollowFromTheGeometry) {
  const Graph graph = read(images());
  EXPECT_EQ(node(graph, "conv").output_shape, (Shape{4, 4, 4}));  // (7 + 2 - 3) / 2 + 1, (6 - 2 - 1) / 1 + 1
  EXPECT_EQ(node(graph, "sum").output_shape, (Shape{4, 2, 2}));
  EXPECT_EQ(node(graph, "avg").output_shape, (Shape{4, 3, 3}));
  EXPECT_EQ(node(graph, "flat").output_shape, (Shape{36}));
}

TEST(NirShapes, OfPaddingInWordsAreThoseOfPyTorch) {
  NirFile file = images();
  file.of("conv", "padding") = {.shape = {}, .values = {}, .text = "valid"};
  file.of("out", "shape") = whole({4 * 2 * 3});
  EXPECT_EQ(node(read(file), "conv").output_shape, (Shape{4, 3, 4}));
  file.of("conv", "padding").text = "same";
  file.of("conv", "stride") = whole({1, 1});
  file.of("out", "shape") = whole({4 * 4 * 4});  // (7, 6) -> (3, 3) -> (4, 4)
  file.of("conv", "weight") = array({4, 1, 4, 2}, std::vector<double>(32, 0.5));
  const Graph graph = read(file);
  EXPECT_EQ(node(graph, "conv").output_shape, (Shape{4, 7, 6}));
  EXPECT_EQ(node(graph, "conv").geometry->rows.padding, 1u) << "of 3 in all, the odd one comes after";
}

// A nested graph: outer input -> block (its own input -> fc -> lif -> output) -> head -> outer output.
TEST(NirGraph, TakesNestedGraphsApart) {
  NirFile block = small_nir();
  NirFile file;
  file.node("input", "Input", {{"shape", whole({2})}})
      .node("head", "Linear", {{"weight", array({1, 3}, {1, 2, 3})}})
      .node("output", "Output", {{"shape", whole({1})}})
      .chain({"input", "block", "head", "output"});
  file.graphs["block"] = block;
  const Graph graph = read(file);
  std::vector<std::string> names;
  for (const nir::Node& n : graph.nodes) names.push_back(n.name);
  EXPECT_THAT(names, ElementsAre("block/fc", "block/lif", "head", "input", "output"));
  std::vector<std::string> edges;
  for (const nir::Edge& e : graph.edges) edges.push_back(graph.nodes[e.source].name + ">" + graph.nodes[e.target].name);
  EXPECT_THAT(edges, ElementsAre("block/fc>block/lif", "block/lif>head", "head>output", "input>block/fc"));
}

TEST(NirGraph, ChecksTheShapesOfNestedInputsAndOutputs) {
  const auto message = [](const char* marker) {
    NirFile block = small_nir();
    block.of(marker, "shape") = whole({5});
    NirFile file;
    file.node("input", "Input", {{"shape", whole({2})}})
        .node("head", "Linear", {{"weight", array({1, 3}, {1, 2, 3})}})
        .node("output", "Output", {{"shape", whole({1})}})
        .chain({"input", "block", "head", "output"});
    file.graphs["block"] = block;
    return message_of([&] { read(file); });
  };
  EXPECT_THAT(message("input"), HasSubstr("'block/input' has the shape (5), but 'input' gives it (2)"));
  EXPECT_THAT(message("output"), HasSubstr("'block/output' has the shape (5), but 'block/lif' gives it (3)"));
}

TEST(NirGraph, TakesScalarsForAllNeurons) {
  NirFile file = small_nir();
  for (const char* name : {"tau", "r", "v_leak", "v_threshold"})
    file.of("lif", name) = scalar(name[0] == 't' ? 0.01 : 1.0);
  const Graph graph = read(file);
  EXPECT_EQ(node(graph, "lif").output_shape, Shape{3});
  EXPECT_EQ(node(graph, "lif").parameter("tau").at(2), 0.01);
}

// What to change in the small file, and what the message must name.
struct BadFile {
  std::function<void(NirFile&)> change;
  std::vector<const char*> says;
};

TEST(BadNirFile, IsRefusedWithNodeAndDataset) {
  const auto infinity = std::numeric_limits<double>::infinity();
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<BadFile> cases{
      {[](NirFile& f) { f.nodes["lif"].type = "LIFF"; }, {"node/nodes/lif/type", "'LIFF'", "did you mean 'LIF'"}},
      {[](NirFile& f) { f.nodes["lif"].type.clear(); }, {"no dataset", "node/nodes/lif/type"}},
      {[](NirFile& f) { f.nodes["lif"].datasets.erase("tau"); }, {"no dataset", "node/nodes/lif/tau"}},
      {[](NirFile& f) { f.of("lif", "taus") = scalar(1.0); }, {"'taus'", "did you mean 'tau'"}},
      {[](NirFile& f) { f.of("lif", "tau").values[1] = 0.0; }, {"lif/tau", "holds 0 at 1", "(0, inf)"}},
      {[](NirFile& f) { f.of("lif", "tau").values[1] = -0.01; }, {"lif/tau", "-0.01"}},
      {[=](NirFile& f) { f.of("fc", "weight").values[4] = nan; }, {"fc/weight", "nan at 4"}},
      {[=](NirFile& f) { f.of("fc", "bias").values[0] = infinity; }, {"fc/bias", "inf at 0"}},
      {[](NirFile& f) {
         f.of("fc", "bias") = numbers({1, 2});
       },
       {"'fc' (Affine)", "bias has 2 values", "3 rows"}},
      {[](NirFile& f) {
         f.of("fc", "weight") = array({6}, {1, 2, 3, 4, 5, 6});
       },
       {"fc/weight", "(6)", "2 dimensions"}},
      {[](NirFile& f) {
         f.of("fc", "weight") = array({2, 3}, {1, 2, 3, 4, 5, 6});
       },
       {"'fc' (Affine)", "bias has 3"}},
      {[](NirFile& f) {
         f.of("lif", "r") = numbers({1, 2});
       },
       {"'lif' (LIF)", "has the shape", "allowed: the same"}},
      {[](NirFile& f) { f.of("input", "shape") = whole({4}); },
       {"shapes do not chain", "'input' (Input) gives (4)", "'fc' (Affine) takes (2)"}},
      {[](NirFile& f) { f.of("output", "shape") = whole({4}); },
       {"shapes do not chain", "'lif' (LIF) gives (3)", "'output' (Output) takes (4)"}},
      {[](NirFile& f) { f.of("input", "shape") = whole({0}); }, {"input/shape", "holds 0"}},
      {[](NirFile& f) { f.of("input", "shape") = numbers({2.5}); }, {"input/shape", "2.5", "whole"}},
      {[](NirFile& f) { f.of("input", "shape") = whole({1e8}); }, {"'input' (Input)", "allowed: at most"}},
      {[](NirFile& f) { f.of("input", "shape") = {.shape = {}, .values = {}, .text = "two"}; },
       {"input/shape", "does not hold numbers"}},
      {[](NirFile& f) { f.edges.emplace_back("lif", "ouput"); },
       {"node/edges", "row 3", "'ouput'", "did you mean 'output'"}},
      {[](NirFile& f) { f.edges.emplace_back("input", "fc"); }, {"row 3", "given twice"}},
      {[](NirFile& f) { f.edges.emplace_back("output", "fc"); }, {"'output' is an Output"}},
      {[](NirFile& f) { f.edges.emplace_back("fc", "input"); }, {"'input' is an Input"}},
      {[](NirFile& f) { f.edges.erase(f.edges.begin()); }, {"no edge leads to node 'fc' (Affine)"}},
      {[](NirFile& f) { f.edges.clear(); }, {"no edge leads to"}},
      {[](NirFile& f) { f.version = "2.0"; }, {"version", "'2.0'", "up to 1.x"}},
      {[](NirFile& f) { f.type = "LIF"; }, {"node/type", "'LIF'", "NIRGraph"}},
      {[](NirFile& f) {
         f.nodes["d"] = {"Delay", {{"delay", scalar(-0.001)}}}, f.chain({"input", "d"});
       },
       {"d/delay", "-0.001", "[0, inf)"}},
      {[](NirFile& f) {
         f.graphs["block"] = NirFile{}, f.chain({"lif", "block"});
       },
       {"'block' has 0 nodes of type Input"}},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    NirFile file = small_nir();
    cases[i].change(file);
    const std::string message = message_of([&] { read(file); });
    for (const char* part : cases[i].says) EXPECT_THAT(message, HasSubstr(part)) << "case " << i;
    EXPECT_THAT(message, HasSubstr("net.nir")) << "case " << i;
  }
}

TEST(BadNirFile, WithAConvolutionThatDoesNotFitIsRefused) {
  const std::vector<BadFile> cases{
      {[](NirFile& f) { f.of("conv", "groups").values = {3.0}; }, {"'conv' (Conv2d)"}},
      {[](NirFile& f) {
         f.of("conv", "stride") = whole({0, 1});
       },
       {"conv/stride", "holds 0"}},
      {[](NirFile& f) {
         f.of("conv", "dilation") = whole({9, 9});
       },
       {"'conv' (Conv2d)", "kernel reaches over 19 of the 9 values"}},
      {[](NirFile& f) { f.of("conv", "padding") = {.shape = {}, .values = {}, .text = "sam"}; },
       {"conv/padding", "'sam'"}},
      {[](NirFile& f) { f.of("conv", "padding") = {.shape = {}, .values = {}, .text = "same"}; },
       {"'conv' (Conv2d)", "'same'", "stride of 2"}},
      {[](NirFile& f) {
         f.of("conv", "padding") = whole({1e12, 1e12});
       },
       {"'conv' (Conv2d)", "allowed: at most"}},
      {[](NirFile& f) { f.of("flat", "start_dim").values = {5.0}; }, {"'flat' (Flatten)", "start_dim = 5"}},
      {[](NirFile& f) {
         f.of("in", "shape") = whole({2, 7});
       },
       {"shapes do not chain"}},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    NirFile file = images();
    cases[i].change(file);
    const std::string message = message_of([&] { read(file); });
    for (const char* part : cases[i].says) EXPECT_THAT(message, HasSubstr(part)) << "case " << i;
  }
}

// The definition: out[c][y][x] = sum over taps of weight * in[y stride + ky dilation - padding].
TEST(ConvolutionGeometry, GivesEverySynapseOfTheDefinition) {
  const nir::ConvolutionGeometry g{
      .channels_in = 4,
      .channels_out = 6,
      .groups = 2,
      .rows = {.in = 7, .out = 4, .kernel = 3, .stride = 2, .dilation = 1, .padding = 1},
      .columns = {.in = 6, .out = 3, .kernel = 2, .stride = 1, .dilation = 3, .padding = 0}};
  std::vector<std::array<std::uint64_t, 3>> wanted, found;
  for (std::uint64_t c = 0; c < 6; ++c)
    for (std::uint64_t y = 0; y < 4; ++y)
      for (std::uint64_t x = 0; x < 3; ++x)
        for (std::uint64_t in = 0; in < 2; ++in)
          for (std::uint64_t ky = 0; ky < 3; ++ky)
            for (std::uint64_t kx = 0; kx < 2; ++kx) {
              const auto row = static_cast<std::int64_t>(2 * y + ky) - 1;
              const std::uint64_t column = x + 3 * kx;
              if (row < 0 || row >= 7 || column >= 6) continue;
              const std::uint64_t channel = c / 3 * 2 + in;
              wanted.push_back({(channel * 7 + static_cast<std::uint64_t>(row)) * 6 + column, (c * 4 + y) * 3 + x,
                                ((c * 2 + in) * 3 + ky) * 2 + kx});
            }
  for (std::uint64_t source = 0; source < g.sources(); ++source)
    g.for_each_target(source, [&](std::uint64_t target, std::uint64_t tap) { found.push_back({source, target, tap}); });
  std::sort(wanted.begin(), wanted.end());
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, wanted);
}

TEST(NirOrder, PutsNodesAfterTheirSourcesAndNamesWhatClosesALoop) {
  NirFile file = small_nir();
  file.node("rec", "Linear", {{"weight", array({3, 3}, std::vector<double>(9, 0.1))}}).chain({"lif", "rec", "lif"});
  const Graph graph = read(file);
  const nir::Order order = order_of(graph, [](const nir::Node&) { return false; });
  std::vector<std::string> names, closing;
  for (const std::uint32_t n : order.nodes) names.push_back(graph.nodes[n].name);
  for (std::size_t e = 0; e < graph.edges.size(); ++e)
    if (order.closes_loop[e]) closing.push_back(graph.nodes[graph.edges[e].source].name);
  EXPECT_THAT(closing, ElementsAre("rec"));
  EXPECT_EQ(names.front(), "input");
  EXPECT_LT(std::find(names.begin(), names.end(), "fc"), std::find(names.begin(), names.end(), "lif"));
}

// Every change of bytes gives the graph or a named error, and neither a crash nor a hang.
TEST(BadNirFile, ThatIsMutatedOrTruncatedAtRandomIsReadOrRefused) {
  const TemporaryFolder folder;
  NirFile file = images();
  file.write(folder / "good.nir");
  const std::string good = read_text(folder / "good.nir");
  ASSERT_NO_THROW(nir::read_graph(folder / "good.nir"));
  std::mt19937 random(7);
  int refused = 0;
  constexpr int trials = 150;
  for (int trial = 0; trial < trials; ++trial) {
    std::string bytes = good;
    const int changes = 1 + static_cast<int>(random() % 4);
    for (int k = 0; k < changes; ++k) bytes[random() % bytes.size()] = static_cast<char>(random());
    if (trial % 3 == 0) bytes.resize(random() % bytes.size());
    {
      std::ofstream out(folder / "bad.nir", std::ios::binary);
      out << bytes;
    }
    try {
      (void)nir::read_graph(folder / "bad.nir");
    } catch (const Error& error) {
      EXPECT_TRUE(error.kind() == ErrorKind::input || error.kind() == ErrorKind::file) << error.what();
      EXPECT_THAT(error.what(), HasSubstr("bad.nir"));
      ++refused;
    }
  }
  EXPECT_GT(refused, trials / 3) << "at least what was truncated";
}

}  // namespace
}  // namespace synop
