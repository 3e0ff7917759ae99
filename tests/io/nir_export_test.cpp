#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "io/nir_file.hpp"
#include "synop/core/error.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/hdf5/spike_file.hpp"
#include "synop/io/nir/compare.hpp"
#include "synop/io/nir/export_network.hpp"
#include "synop/io/nir/read_graph.hpp"
#include "synop/io/nir/write_graph.hpp"

namespace synop {
namespace {

using nir::Graph;
using test::array;
using test::NirFile;
using test::scalar;
using test::small_nir;
using testing::ElementsAre;
using testing::HasSubstr;

void expect_equal(const Graph& a, const Graph& b) {
  ASSERT_EQ(a.nodes.size(), b.nodes.size());
  for (std::size_t n = 0; n < a.nodes.size(); ++n) {
    EXPECT_EQ(a.nodes[n].name, b.nodes[n].name);
    EXPECT_EQ(a.nodes[n].kind, b.nodes[n].kind) << a.nodes[n].name;
    EXPECT_EQ(a.nodes[n].parameters, b.nodes[n].parameters) << a.nodes[n].name;
    EXPECT_EQ(a.nodes[n].padding_mode, b.nodes[n].padding_mode) << a.nodes[n].name;
    EXPECT_EQ(a.nodes[n].output_shape, b.nodes[n].output_shape) << a.nodes[n].name;
  }
  EXPECT_EQ(a.edges, b.edges);
}

Graph written_and_read(const Graph& graph) {
  const TemporaryFolder folder;
  nir::write_graph(graph, folder / "again.nir");
  return nir::read_graph(folder / "again.nir");
}

TEST(NirWriter, GivesTheSameGraphAgain) {
  const TemporaryFolder folder;
  NirFile file = small_nir();
  file.node("conv", "Conv1d",
            {{"weight", array({1, 1, 2}, {1.0 / 3.0, 2.0})},
             {"bias", test::numbers({0.5})},
             {"stride", scalar(1)},
             {"padding", {.shape = {}, .values = {}, .text = "same"}},
             {"dilation", scalar(1)},
             {"groups", scalar(1)},
             {"input_shape", scalar(4)}})
      .node("image", "Input", {{"shape", test::whole({1, 4})}})
      .node("pixels", "Output", {{"shape", test::whole({1, 4})}})
      .chain({"image", "conv", "pixels"});
  file.write(folder / "net.nir");
  const Graph graph = nir::read_graph(folder / "net.nir");
  expect_equal(graph, written_and_read(graph));
}

// Neurons of all three models, with own parameters, weights, currents and delays.
const char* const network_text = R"(seed = 3
[simulation]
duration = "300 ms"

[[population]]
name = "in"
model = "poisson_population"
size = 20
params = { rate = "150 Hz" }

[[population]]
name = "delta"
model = "iaf_psc_delta"
size = 10
params = { t_ref = 0, E_L = 0, V_th = "1 mV", V_reset = "-0.5 mV", tau_m = { uniform = ["8 ms", "12 ms"] }, I_e = "3 pA" }
V_m = 0

[[population]]
name = "exp"
model = "iaf_psc_exp"
size = 8
params = { t_ref = 0, E_L = 0, V_th = "1 mV", V_reset = 0, tau_m = "10 ms", C_m = "100 pF", tau_syn_ex = "3 ms", tau_syn_in = "3 ms" }
V_m = 0

[[population]]
name = "perfect"
model = "if_psc_delta"
size = 5
params = { t_ref = 0, V_th = "1 mV", V_reset = 0, C_m = "200 pF", I_e = "2 pA" }

[[projection]]
source = "in"
target = "delta"
rule = "fixed_indegree"
indegree = 6
weight = { uniform = ["0.1 mV", "0.6 mV"] }
delay = "1.5 ms"

[[projection]]
source = "delta"
target = "delta"
rule = "fixed_indegree"
indegree = 3
weight = "-0.25 mV"
delay = { uniform_int = [1, 3] }

[[projection]]
source = "delta"
target = "exp"
rule = "all_to_all"
weight = "9 pA"
delay = 0

[[projection]]
source = "exp"
target = "perfect"
rule = "all_to_all"
weight = "0.3 mV"
weight_precision = "double"
delay = "2 ms"

[[recorder]]
model = "spike_recorder"
source = "in"
[[recorder]]
model = "spike_recorder"
source = "perfect"
[[recorder]]
model = "spike_recorder"
source = "exp"
)";

TEST(NirExport, GivesANetworkThatFiresTheSame) {
  const ExperimentFolder folder(network_text);
  ASSERT_EQ(folder.run().code, 0);
  const CliCall exported = call({"export", "nir", folder.file(), "-o", folder.path("net.nir")});
  ASSERT_EQ(exported.code, 0) << exported.err;
  EXPECT_THAT(exported.out, HasSubstr("not carried over: the spikes that enter"));
  const Graph graph = nir::read_graph(folder.path("net.nir"));
  expect_equal(graph, written_and_read(graph));

  const auto in = nir::read_input_spikes(graph, [&] {
    // Of the run's spikes those of `in`.
    std::string csv = "population,node_ids,timestamps\n";
    for (const auto& population : read_spike_file(folder.path("results/spikes.h5")).populations)
      if (population.name == "in")
        for (const Spike& spike : population.spikes)
          csv += "in," + std::to_string(spike.neuron) + "," + nlohmann::json(spike.time.ms()).dump() + "\n";
    write_text_file(folder.path("in.csv"), csv);
    return folder.path("in.csv");
  }());
  const auto again = run_exact(graph, {}, in, Time::from_ms(300.0), 1);
  for (const auto& population : read_spike_file(folder.path("results/spikes.h5")).populations) {
    if (population.name == "in") continue;
    const auto& spikes = again[graph.find(population.name)];
    ASSERT_GT(spikes.size(), 30u) << population.name;
    ASSERT_EQ(spikes.size(), population.spikes.size()) << population.name;
    for (std::size_t k = 0; k < spikes.size(); ++k) {
      EXPECT_EQ(spikes[k].neuron, population.spikes[k].neuron);
      EXPECT_NEAR(spikes[k].time.ms(), population.spikes[k].time.ms(), 1e-6);
    }
  }
}

TEST(NirExport, SaysWeightsParametersAndDelays) {
  const ExperimentFolder folder(network_text);
  ASSERT_EQ(call({"export", "nir", folder.file(), "-o", folder.path("net.nir")}).code, 0);
  const Graph graph = nir::read_graph(folder.path("net.nir"));
  std::vector<std::string> names;
  for (const nir::Node& node : graph.nodes) names.push_back(node.name + ":" + std::string(nir::type_name(node.kind)));
  EXPECT_THAT(names, ElementsAre("delta:LIF", "delta_delta:Linear", "delta_delta_2:Linear", "delta_delta_3:Linear",
                                 "delta_delta_delay:Delay", "delta_delta_delay_2:Delay", "delta_delta_delay_3:Delay",
                                 "delta_exp:Linear", "exp:CubaLIF", "exp_output:Output", "exp_perfect:Affine",
                                 "exp_perfect_delay:Delay", "in:Input", "in_delta:Linear", "in_delta_delay:Delay",
                                 "perfect:IF", "perfect_output:Output"));
  const auto value = [&](const char* node, const char* dataset) {
    return graph.nodes[graph.find(node)].parameter(dataset).values.back();
  };
  EXPECT_EQ(value("delta_exp", "weight"), 9.0);
  EXPECT_EQ(value("exp_perfect", "weight"), 0.3);
  EXPECT_EQ(value("exp_perfect", "bias"), 2.0 / 0.2);  // pA / pF, per s
  EXPECT_EQ(value("in_delta_delay", "delay"), 0.0015);
  EXPECT_EQ(value("exp", "r"), 0.1);
  EXPECT_EQ(value("exp", "w_in"), 0.003);
}

TEST(NirExport, RefusesWhatNirCannotSayByName) {
  struct Case {
    const char* from;
    const char* to;
    std::vector<const char*> says;
  };
  const std::vector<Case> cases{
      {"params = { t_ref = 0, E_L = 0, V_th = \"1 mV\", V_reset = \"-0.5 mV\"",
       "params = { E_L = 0, V_th = \"1 mV\", V_reset = \"-0.5 mV\"",
       {"population 'delta'", "t_ref = 2 ms"}},
      {"tau_syn_in = \"3 ms\"",
       "tau_syn_in = \"4 ms\"",
       {"population 'exp'", "tau_syn_ex = 3 ms and tau_syn_in = 4 ms"}},
      {"model = \"iaf_psc_exp\"",
       "model = \"iaf_psc_alpha\"",
       {"population 'exp' (iaf_psc_alpha)", "NIR has no such model"}},
      {"uniform_int = [1, 3]", "uniform = [1, 3]", {"projection 'delta_delta'", "delays that differ"}},
      {"[[recorder]]",
       "[[stimulus]]\nmodel = \"poisson_generator\"\ntarget = \"delta\"\nrate = 5\nweight = 1\n[[recorder]]",
       {"poisson_generator", "no node"}},
      {"weight = \"9 pA\"\n", "weight = \"9 pA\"\nsynapse = \"stdp_synapse\"\n", {"projection 'delta_exp'", "plastic"}},
  };
  for (const Case& bad : cases) {
    std::string text = network_text;
    ASSERT_NE(text.find(bad.from), std::string::npos) << bad.from;
    text.replace(text.find(bad.from), std::string(bad.from).size(), bad.to);
    const ExperimentFolder folder(text);
    const CliCall exported = call({"export", "nir", folder.file(), "-o", folder.path("net.nir")});
    EXPECT_EQ(exported.code, 3) << bad.to << exported.out;
    for (const char* part : bad.says) EXPECT_THAT(exported.err, HasSubstr(part)) << bad.to;
    EXPECT_FALSE(std::filesystem::exists(folder.path("net.nir"))) << bad.to;
  }
}

TEST(NirExport, SaysThatTheResetIsNotInTheFile) {
  std::string text = network_text;
  const std::string from = "C_m = \"200 pF\"";
  text.replace(text.find(from), from.size(), from + ", reset_by_subtraction = 1");
  const ExperimentFolder folder(text);
  const CliCall exported = call({"export", "nir", folder.file(), "-o", folder.path("net.nir")});
  ASSERT_EQ(exported.code, 0) << exported.err;
  EXPECT_THAT(exported.out, HasSubstr("the reset of population 'perfect', by subtraction"));
}

// As nir.read walks through a file, in Python with h5py.
TEST(NirExport, HasTheLayoutThatPublicReadersExpect) {
  if (std::system("/usr/bin/python3 -c 'import h5py' > /dev/null 2>&1") != 0)
    GTEST_SKIP() << "python3-h5py is not installed";
  const ExperimentFolder folder(network_text);
  ASSERT_EQ(call({"export", "nir", folder.file(), "-o", folder.path("net.nir")}).code, 0);
  write_text_file(folder.path("read.py"), R"(
import h5py, sys
with h5py.File(sys.argv[1], "r") as f:
    assert f["version"][()].decode("utf8") == "1.0.0"
    root = f["node"]
    assert root["type"][()].decode("utf8") == "NIRGraph"
    nodes = {k: (n["type"][()].decode("utf8"), {p: v[()] for p, v in n.items() if p != "type"}) for k, n in root["nodes"].items()}
    edges = [(a.decode("utf8"), b.decode("utf8")) for a, b in root["edges"][()]]
    assert all(a in nodes and b in nodes for a, b in edges), edges
    assert nodes["in"][0] == "Input" and nodes["in"][1]["shape"].dtype == "int64" and list(nodes["in"][1]["shape"]) == [20]
    kind, p = nodes["delta"]
    assert kind == "LIF" and set(p) == {"tau", "r", "v_leak", "v_threshold", "v_reset"}
    assert all(v.dtype == "float64" and v.shape == (10,) for v in p.values())
    kind, p = nodes["exp"]
    assert kind == "CubaLIF" and set(p) == {"tau_syn", "tau_mem", "r", "v_leak", "w_in", "v_threshold", "v_reset"}
    kind, p = nodes["in_delta"]
    assert kind == "Linear" and p["weight"].shape == (10, 20) and (p["weight"] != 0).sum() <= 60
    kind, p = nodes["exp_perfect"]
    assert kind == "Affine" and p["weight"].shape == (5, 8) and p["bias"].shape == (5,)
    assert nodes["in_delta_delay"][0] == "Delay" and nodes["in_delta_delay"][1]["delay"].shape == (20,)
    assert ("in", "in_delta_delay") in edges and ("in_delta_delay", "in_delta") in edges and ("in_delta", "delta") in edges
    assert nodes["perfect_output"][0] == "Output"
)");
  EXPECT_EQ(std::system(("/usr/bin/python3 " + folder.path("read.py") + " " + folder.path("net.nir")).c_str()), 0);
}

}  // namespace
}  // namespace synop
