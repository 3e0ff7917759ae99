#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "io/small_circuit.hpp"

namespace synop {
namespace {

using test::HdfFile;
using test::SmallCircuit;
using testing::HasSubstr;

// The message of the run, which must end with exit code 3.
std::string refusal(const SmallCircuit& circuit) {
  const CliCall result = call({"check", circuit.config()});
  EXPECT_EQ(result.code, 3) << result.out << result.err;
  return result.err;
}

// Replaces the first `from` in a text of the circuit.
void replace(std::string& text, const std::string& from, const std::string& to) {
  ASSERT_NE(text.find(from), std::string::npos) << from;
  text.replace(text.find(from), from.size(), to);
}

// A text of the circuit, what to replace in it, and what the message must name.
struct BadText {
  std::string SmallCircuit::*file;
  const char* from;
  const char* to;
  std::vector<const char*> says;
};

TEST(BadSonataConfig, IsRefusedWithFileAndKey) {
  const std::vector<BadText> cases{
      {&SmallCircuit::simulation, "\"tstop\": 100.0", "\"tsop\": 100.0", {"simulation.json: run.tstop", "tsop"}},
      {&SmallCircuit::simulation, "100.0", "-1.0", {"run.tstop", "-1"}},
      {&SmallCircuit::simulation, "100.0", "\"100\"", {"run.tstop", "must be a number"}},
      {&SmallCircuit::simulation, "\"dt\": 0.1", "\"dt\": 0.0", {"run.dt", "(0, inf)"}},
      {&SmallCircuit::simulation, "\"dt\": 0.1", "\"dt\": 0.1, \"tstart\": 5", {"run.tstart", "allowed: 0"}},
      {&SmallCircuit::simulation, "\"dt\": 0.1", "\"dt\": 0.1, \"dt\": 0.2", {"'dt' is given twice"}},
      {&SmallCircuit::simulation, "\"run\"", "\"run\" 1", {"this is not JSON", "line 5"}},
      {&SmallCircuit::simulation, "$BASE/circuit", "$BSE/circuit", {"simulation.json: network", "'BSE'", "did you mean 'BASE'"}},
      {&SmallCircuit::simulation, "circuit.json", "circut.json", {"network", "circut.json", "does not exist"}},
      {&SmallCircuit::simulation, "\"$BASE\": \".\"", "\"$BASE\": \"$IN\"", {"defined by itself"}},
      {&SmallCircuit::simulation, "in.h5", "out.h5", {"inputs.spikes.input_file", "does not exist"}},
      {&SmallCircuit::simulation, "\"spikes\", \"module\"", "\"spike\", \"module\"", {"input_type", "'spike'", "did you mean 'spikes'"}},
      {&SmallCircuit::simulation, "senders", "sender", {"inputs.spikes.node_set", "did you mean 'senders'"}},
      {&SmallCircuit::simulation, "\"senders\"", "{\"populaton\": \"in\"}", {"no population has the attribute 'populaton'"}},
      {&SmallCircuit::simulation, "\"senders\"", "{\"population\": \"in\", \"node_id\": [0, 5]}", {"names 2 nodes", "only 1"}},
      {&SmallCircuit::simulation, "\"senders\"", "\"first\"", {"is not virtual"}},
      {&SmallCircuit::simulation, "\"time\"", "\"tme\"", {"spikes_sort_order", "did you mean 'time'"}},
      {&SmallCircuit::simulation, "\"output\"", "\"reports\": {\"r\": {\"cells\": \"both\", \"variable_name\": \"i\"}}, \"output\"",
       {"reports.r.variable_name", "'i'", "V_m"}},
      {&SmallCircuit::simulation, "\"output\"",
       "\"reports\": {\"r\": {\"cells\": \"both\", \"variable_name\": \"V_m\", \"module\": \"extracellular\"}}, \"output\"",
       {"reports.r.module", "extracellular"}},
      {&SmallCircuit::simulation, "\"output\"", "\"reports\": {\"r\": {\"cells\": \"both\", \"variable_name\": \"V_m\"}}, \"output\"",
       {"reports.r", "nrn:IntFire1", "no V_m"}},
      {&SmallCircuit::circuit, "\"nodes\"", "\"noodes\"", {"networks"}},
      {&SmallCircuit::circuit, "v1.csv", "v2.csv", {"networks.nodes[0].node_types_file", "v2.csv"}},
      {&SmallCircuit::circuit, "$NET/in.h5", "$NET/v1.h5", {"two populations of nodes named 'v1'"}},
      {&SmallCircuit::circuit, "\"point_neuron_models_dir\": \"models\",", "", {"components.point_neuron_models_dir"}},
      {&SmallCircuit::node_sets, "{\"population\": \"in\"}", "[\"senders\"]", {"senders", "part of itself"}},
      {&SmallCircuit::v1_types, "node_type_id", "type_id", {"v1.csv", "no column 'node_type_id'"}},
      {&SmallCircuit::v1_types, "\n2 ", "\n3 ", {"node_type_id", "holds 2 at row 1", "v1.csv"}},
      {&SmallCircuit::v1_types, "\n2 ", "\n1 ", {"v1.csv:4", "given twice"}},
      {&SmallCircuit::v1_types, " e\n", "\n", {"v1.csv:2", "4 fields", "5 columns"}},
      {&SmallCircuit::v1_types, "point_neuron", "biophysical", {"model_type 'biophysical'", "node 1"}},
      {&SmallCircuit::v1_types, "nrn:IntFire1 cell", "nrn:IntFire2 cell", {"'nrn:IntFire2'", "did you mean 'nrn:IntFire1'", "nest:iaf_psc_alpha"}},
      {&SmallCircuit::v1_types, "cell.json", "sell.json", {"sell.json", "does not exist"}},
      {&SmallCircuit::cell, "refrac", "refract", {"cell.json", "no parameter 'refract'", "did you mean 'refrac'"}},
      {&SmallCircuit::cell, "0.010", "-0.010", {"cell.json", "tau", "-10"}},
      {&SmallCircuit::cell, "0.010", "\"10 ms\"", {"cell.json: tau", "must be a number"}},
      {&SmallCircuit::in_v1_types, "2.0 0.6", "-2.0 0.6", {"in_v1", "delay = -2 ms"}},
      {&SmallCircuit::in_v1_types, "2.0 0.6", "2.0 NULL", {"edge 0", "no syn_weight"}},
      {&SmallCircuit::in_v1_types, "2.0 0.6", "2.0 nan", {"in_v1_types.csv:2", "syn_weight = 'nan'"}},
      {&SmallCircuit::in_v1_types, "2.0 0.6", "2.0ms 0.6", {"in_v1_types.csv:2", "delay = '2.0ms'"}},
      {&SmallCircuit::in_v1_types, "\"ei", "ei\"", {"in_v1_types.csv:3"}},
      {&SmallCircuit::in_v1_types, "inhibitory.json", "cell.json", {"cell.json", "does not exist"}},
  };
  for (const BadText& bad : cases) {
    SmallCircuit circuit;
    replace(circuit.*bad.file, bad.from, bad.to);
    circuit.write();
    const std::string message = refusal(circuit);
    for (const char* part : bad.says) EXPECT_THAT(message, HasSubstr(part)) << bad.from << " -> " << bad.to;
  }
}

// One dataset or attribute of an HDF5 file that is wrong.
template <class Write>
void expect_refused(const std::string& file, Write write, const std::vector<const char*>& says) {
  SmallCircuit circuit;
  circuit.write();
  {
    HdfFile hdf(circuit.path(file));
    write(hdf);
  }
  const std::string message = refusal(circuit);
  EXPECT_THAT(message, HasSubstr(file.substr(file.rfind('/') + 1)));
  for (const char* part : says) EXPECT_THAT(message, HasSubstr(part));
}

HdfFile& edges(HdfFile& file, const std::vector<std::int64_t>& targets = {1, 2}) {
  return file.ids("/edges/v1_v1/edge_type_id", {5, 5})
      .ids("/edges/v1_v1/source_node_id", {0, 1})
      .ids("/edges/v1_v1/target_node_id", targets)
      .text("/edges/v1_v1/source_node_id", "node_population", "v1")
      .text("/edges/v1_v1/target_node_id", "node_population", "v1");
}
HdfFile& grouped_edges(HdfFile& file, const std::vector<std::int64_t>& index = {0, 1}) {
  return edges(file).ids("/edges/v1_v1/edge_group_id", {0, 0}).ids("/edges/v1_v1/edge_group_index", index);
}

TEST(BadSonataEdges, AreRefusedWithTheDatasetAndTheRow) {
  const std::string file = "network/v1_v1.h5";
  expect_refused(file, [](HdfFile& f) { f.group("/nodes"); }, {"no group /edges"});
  expect_refused(file, [](HdfFile& f) { f.ids("/edges/v1_v1/source_node_id", {0}); }, {"no dataset '/edges/v1_v1/edge_type_id'"});
  expect_refused(file, [](HdfFile& f) { edges(f, {1}); }, {"target_node_id' of", "has 1 rows", "equally long"});
  expect_refused(file, [](HdfFile& f) { edges(f, {1, 3}); }, {"target_node_id", "holds 3 at row 1", "'v1' has no node"});
  expect_refused(file, [](HdfFile& f) { edges(f, {1, -3}); }, {"target_node_id", "holds -3 at row 1"});
  expect_refused(file, [](HdfFile& f) { grouped_edges(f, {0, 2}).reals("/edges/v1_v1/0/syn_weight", {1.0, 1.0}); },
                 {"syn_weight", "has 2 rows", "index 2"});
  expect_refused(file, [](HdfFile& f) { grouped_edges(f).reals("/edges/v1_v1/0/syn_weight", {1.0, std::nan("")}); },
                 {"syn_weight", "holds nan at row 1"});
  expect_refused(file, [](HdfFile& f) { grouped_edges(f).reals("/edges/v1_v1/0/syn_weight", {1, 1}).reals("/edges/v1_v1/0/delay", {1, -1}); },
                 {"edge 1", "delay = -1 ms"});
  expect_refused(file, [](HdfFile& f) { grouped_edges(f).reals("/edges/v1_v1/0/syn_weight", {1, 1}).reals("/edges/v1_v1/0/nsyns", {1, 1.5}); },
                 {"edge 1", "nsyns = 1.5"});
  expect_refused(file, [](HdfFile& f) { edges(f).reals("/edges/v1_v1/edge_group_id", {0, 0}).ids("/edges/v1_v1/edge_group_index", {0, 1}); },
                 {"edge_group_id", "does not hold integers"});
  expect_refused(file, [](HdfFile& f) { edges(f).ids("/edges/v1_v1/edge_group_id", {0, 3}).ids("/edges/v1_v1/edge_group_index", {0, 0})
                                         .reals("/edges/v1_v1/0/syn_weight", {1.0}); },
                 {"edge_group_id", "holds 3 at row 1", "there is no group"});
  expect_refused(file, [](HdfFile& f) { edges(f).text("/edges/v1_v1", "x", "y").ids("/edges/v1_v1/edge_group_id", {0}).ids("/edges/v1_v1/edge_group_index", {0, 1}); },
                 {"edge_group_id", "equally long"});
  expect_refused(file, [](HdfFile& f) { grouped_edges(f).reals("/edges/v1_v1/0/dynamics_params/tau", {1, 1}); }, {"dynamics_params/tau"});
}

TEST(BadSonataEdges, AreRefusedWhenTheIndexContradictsThem) {
  const auto index = [](std::vector<std::int64_t> nodes, std::vector<std::int64_t> ranges) {
    return [=](HdfFile& f) {
      edges(f)
          .ids("/edges/v1_v1/indices/source_to_target/node_id_to_ranges", nodes, 2)
          .ids("/edges/v1_v1/indices/source_to_target/range_to_edge_id", ranges, 2);
    };
  };
  const std::string file = "network/v1_v1.h5";
  expect_refused(file, index({0, 1, 1, 2}, {1, 2, 0, 1}), {"contradicts the edges", "edge 1 to node 0"});
  expect_refused(file, index({0, 1}, {0, 1}), {"contradicts the edges", "edge 1 of node 1 is not in it"});
  // As many as there are, of the right nodes; but one twice and one never.
  expect_refused(file, [&](HdfFile& f) { edges(f).ids("/edges/v1_v1/indices/target_to_source/node_id_to_ranges", {0, 0, 0, 2, 0, 0}, 2)
                                             .ids("/edges/v1_v1/indices/target_to_source/range_to_edge_id", {0, 1, 0, 1}, 2); },
                 {"contradicts the edges", "edge 0 to node 1 twice"});
  expect_refused(file, index({0, 1, 1, 2}, {0, 1, 1, 3}), {"range_to_edge_id", "[1, 3) at row 1"});
  expect_refused(file, index({0, 3, 1, 2}, {0, 1, 1, 2}), {"node_id_to_ranges", "[0, 3) at row 0"});
}

TEST(BadSonataNodes, AreRefusedWithTheDatasetAndTheRow) {
  const std::string file = "network/v1.h5";
  expect_refused(file, [](HdfFile& f) { f.ids("/nodes/v1/node_type_id", {1, 1, 1}).ids("/nodes/v1/node_id", {0, 1, 1}); }, {"the id 1 twice", "row 2"});
  expect_refused(file, [](HdfFile& f) { f.ids("/nodes/v1/node_type_id", {1, 1, 1}).ids("/nodes/v1/node_id", {0, 1}); }, {"equally long"});
  expect_refused(file, [](HdfFile& f) { f.ids("/nodes/v2/node_type_id", {1, 1, 1}); }, {"no population of nodes 'v1'"});
  expect_refused(file, [](HdfFile& f) { f.ids("/nodes/v1/node_type_id", {1, -1, 1}); }, {"node 1 (type -1) has no model_type"});
}

TEST(BadSonataSpikes, AreRefusedWithTheDatasetAndTheRow) {
  const std::string file = "inputs/in.h5";
  const auto spikes = [](std::vector<double> times, std::vector<std::int64_t> ids, std::string sorting = "none", std::string unit = "ms") {
    return [=](HdfFile& f) {
      f.reals("/spikes/in/timestamps", times).ids("/spikes/in/node_ids", ids).text("/spikes/in", "sorting", sorting)
          .text("/spikes/in/timestamps", "units", unit);
    };
  };
  expect_refused(file, spikes({1, 2}, {0}), {"equally long"});
  expect_refused(file, spikes({1, -2}, {0, 1}), {"row 1", "-2 ms"});
  expect_refused(file, spikes({1, 2}, {0, 2}), {"the id 2 at row 1", "'in' has no node"});
  expect_refused(file, spikes({2, 1}, {0, 1}, "by_time"), {"sorted by time", "row 1"});
  expect_refused(file, spikes({1, 2}, {1, 0}, "by_gid"), {"sorted by id", "row 1"});
  expect_refused(file, spikes({1, 2}, {0, 1}, "none", "s"), {"is in 's'"});
  expect_refused(file, [](HdfFile& f) { f.group("/spikes"); }, {"no spikes of population 'in'"});
}

TEST(SonataCommand, RefusesWhatBelongsToExperiments) {
  const SmallCircuit circuit;
  circuit.write();
  EXPECT_EQ(call({"run", circuit.config(), "--set", "run.tstop=5"}).code, 2);
  EXPECT_EQ(call({"run", circuit.config(), "--data", "x"}).code, 2);
  EXPECT_EQ(call({"run", circuit.path("absent.json")}).code, 4);
  EXPECT_EQ(call({"export", "sonata", circuit.config(), "-o", circuit.path("x")}).code, 2);
}

// Nodes that stand for a stimulus have one edge each, all alike, to neurons in a row.
TEST(BadSonataStimulus, IsRefusedWithTheEdge) {
  SmallCircuit circuit;
  circuit.in_types = "node_type_id model_type synop_stimulus\n7 virtual poisson_generator\n";
  circuit.write();
  EXPECT_THAT(refusal(circuit), AllOf(HasSubstr("'/edges/in_v1' of"), HasSubstr("edge 1: weight -0.5 beside 1.2"), HasSubstr("synop_stimulus")));
  replace(circuit.in_v1_types, "2.0 0.6", "2.0 0.25");
  replace(circuit.in_v1_types, "0.5 inhibitory", "0.5 excitatory");
  circuit.write();
  EXPECT_THAT(refusal(circuit), AllOf(HasSubstr("edge 1: "), HasSubstr("does not follow")));
  replace(circuit.in_v1_types, "\" * 2.0", "\" * 2.5");
  circuit.write();
  EXPECT_THAT(refusal(circuit), HasSubstr("edge 1: delay 2.5 ms beside 2 ms"));
  SmallCircuit mixed;
  mixed.in_types = "node_type_id model_type synop_stimulus\n7 virtual poisson_generator\n8 virtual NULL\n";
  mixed.write();
  HdfFile(mixed.path("network/in.h5")).ids("/nodes/in/node_type_id", {7, 8});
  EXPECT_THAT(refusal(mixed), AllOf(HasSubstr("'/nodes/in'"), HasSubstr("node 1 has another one or none")));
}

}  // namespace
}  // namespace synop
