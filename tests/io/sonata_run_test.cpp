#include <cmath>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "io/small_circuit.hpp"
#include "synop/io/hdf5/report_file.hpp"
#include "synop/io/hdf5/snapshot.hpp"
#include "synop/io/hdf5/spike_file.hpp"

namespace synop {
namespace {

using test::HdfFile;
using test::SmallCircuit;
using testing::HasSubstr;

CliCall run(const SmallCircuit& circuit, const std::vector<std::string>& more = {}) {
  std::vector<std::string> args{"run", circuit.config(), "-o", circuit.path("results"), "--quiet", "--overwrite"};
  args.insert(args.end(), more.begin(), more.end());
  return call(args);
}

std::vector<Spike> spikes_of(const std::string& file) {
  const SpikeFile spikes = read_spike_file(file);
  return spikes.populations.size() == 1 ? spikes.populations[0].spikes : std::vector<Spike>{};
}

std::vector<Spike> spikes_after(const SmallCircuit& circuit) {
  const CliCall result = run(circuit);
  EXPECT_EQ(result.code, 0) << result.err;
  return result.code == 0 ? spikes_of(circuit.path("results/spikes.h5")) : std::vector<Spike>{};
}

// In 0 at 10 ms: 2 x 0.6 at cell 0 at 12; cell 1 at 14; cell 2 gets 1.2 at 14.5, but in 1 gave it -0.5 at 11: silent.
// In 0 at 40 and 70: all three cells, because the -0.5 has decayed.
std::vector<Spike> expected_spikes() {
  const auto at = [](double ms, std::uint32_t cell) { return Spike{Time::from_ms(ms), cell}; };
  EXPECT_LT(1.2 - 0.5 * std::exp(-3.5 / 10.0), 1.0);
  return {at(12.0, 0), at(14.0, 1), at(42.0, 0), at(44.0, 1), at(44.5, 2), at(72.0, 0), at(74.0, 1), at(74.5, 2)};
}

TEST(SonataRun, GivesTheSpikesThatFollowFromTheFiles) {
  const SmallCircuit circuit;
  circuit.write();
  EXPECT_EQ(spikes_after(circuit), expected_spikes());
}

TEST(SonataRun, SaysWhatItAssumes) {
  SmallCircuit circuit;
  circuit.simulation.insert(circuit.simulation.find("\"output\""),
                            R"("conditions": {"celsius": 34.0, "v_init": -80}, "target_simulator": "NEURON", )");
  circuit.simulation.replace(circuit.simulation.find("senders"), 7, "in");
  circuit.in_v1_types = "edge_type_id syn_weight dynamics_params\n5 0.6 NULL\n6 0.5 inhibitory.json\n";
  circuit.write();
  const CliCall result = run(circuit, {"--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::string all = result.json()["assumptions"].dump();
  for (const char* part : {"run.dt = 0.1 ms", "celsius = 34", "v_init = -80", "there is no node set 'in'", "are taken in s",
                           "delay = 1 ms of all edges", "sign = 1 of 1 edges",
                           "the times of '/spikes/timestamps' of "})
    EXPECT_THAT(all, HasSubstr(part));
}

TEST(SonataRun, RefersToNodesByTheirIdsAndKeepsThemInTheSpikeFile) {
  const SmallCircuit circuit;
  circuit.write();
  HdfFile(circuit.path("network/v1.h5")).ids("/nodes/v1/node_type_id", {2, 1, 1}).ids("/nodes/v1/node_id", {1, 2, 0});
  EXPECT_EQ(spikes_after(circuit), expected_spikes());
}

TEST(SonataRun, TakesEveryLayoutOfInputSpikes) {
  SmallCircuit circuit;
  circuit.write();
  const std::string file = circuit.path("inputs/in.h5");
  HdfFile(file)
      .reals("/spikes/in/timestamps", {9.0, 10.0, 40.0, 70.0})
      .array<std::uint8_t>("/spikes/in/node_ids", H5T_NATIVE_UINT8, {1, 0, 0, 0})
      .text("/spikes/in/timestamps", "units", "milliseconds")
      .text("/spikes/in", "sorting", "by_time")
      .reals("/spikes/other/timestamps", {})
      .ids("/spikes/other/node_ids", {});
  EXPECT_EQ(spikes_after(circuit), expected_spikes());
  HdfFile(file)
      .reals("/processing/trial_0/spike_train/0/data", {10.0, 40.0, 70.0})
      .reals("/processing/trial_0/spike_train/1/data", {9.0})
      .text("/processing/trial_0/spike_train/0/data", "unit", "millisecond");
  EXPECT_EQ(spikes_after(circuit), expected_spikes());
  circuit.simulation.replace(circuit.simulation.find("in.h5"), 5, "in.csv");
  circuit.simulation.replace(circuit.simulation.find("\"h5\""), 4, "\"csv\"");
  circuit.write();
  write_text_file(circuit.path("inputs/in.csv"), "timestamps population node_ids\n70 in 0\n10 in 0\n9.0 in 1\n\n40 in 0\n");
  EXPECT_EQ(spikes_after(circuit), expected_spikes());
}

TEST(SonataRun, ChecksTheUnitsOfInputSpikesAndSaysWhichAreAssumed) {
  SmallCircuit circuit;
  circuit.simulation.replace(circuit.simulation.find("in.h5"), 5, "in.csv");
  circuit.simulation.replace(circuit.simulation.find("\"h5\""), 4, "\"csv\"");
  circuit.write();
  const auto check = [&](const std::string& header) {
    write_text_file(circuit.path("inputs/in.csv"), header + "\n9.0,1\n10,0\n");
    const CliCall result = call({"check", circuit.config()});
    return result.out + result.err;
  };
  for (const char* header : {"t,node_ids", "time,id", "times,gid"})
    EXPECT_THAT(check(header), AllOf(HasSubstr("assumed: input 'spikes': the times of the column 't"), HasSubstr("are taken in ms"))) << header;
  for (const char* header : {"time_ms,node_ids", "time[ms],id", "t (ms),gid", "timestamps,node_ids"})
    EXPECT_THAT(check(header), AllOf(HasSubstr("valid"), Not(HasSubstr("are taken in ms")))) << header;
  for (const char* header : {"time_s,node_ids", "t[s],id", "timestamps (s),gid"})
    EXPECT_THAT(check(header), AllOf(HasSubstr("in.csv:1: the column '"), HasSubstr("is in 's'"))) << header;
}

TEST(SonataRun, SortsTheSpikeFileById) {
  SmallCircuit circuit;
  circuit.simulation.replace(circuit.simulation.find("\"time\""), 6, "\"id\", \"spikes_file\": \"out.h5\", \"log_file\": \"log.txt\"");
  circuit.write();
  ASSERT_EQ(run(circuit).code, 0);
  const Hdf5Snapshot file = Hdf5Snapshot::read(circuit.path("results/out.h5"));
  EXPECT_EQ(file.ids("/spikes/v1/node_ids"), (std::vector<std::uint64_t>{0, 0, 0, 1, 1, 1, 2, 2}));
  EXPECT_EQ(file.find_attribute("/spikes/v1", "sorting")->unsigned_integers.front(), 1u);
  EXPECT_THAT(read_text(circuit.path("results/log.txt")), HasSubstr("assumed: "));
}

TEST(SonataRun, WritesIntoTheFolderOfTheConfiguration) {
  const SmallCircuit circuit;
  circuit.write();
  const CliCall result = call({"run", circuit.config(), "--quiet"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(spikes_of(circuit.path("output/spikes.h5")), expected_spikes());
  EXPECT_EQ(call({"run", circuit.config(), "--quiet"}).code, 4);  // not empty now
}

// Three nest neurons of two types, of which each has a potential, a threshold and a time constant of its own.
struct NestCircuit : SmallCircuit {
  NestCircuit() {
    v1_types = "node_type_id model_type model_template dynamics_params\n1 point_neuron nest:iaf_psc_exp cell.json\n"
               "2 point_neuron nest:iaf_psc_delta_ps cell.json\n";
    cell = R"({"tau_m": 20.0, "V_th": -50.0, "I_e": 100.0, "E_L": -65.0})";
    for (std::string* types : {&in_v1_types, &v1_v1_types})
      while (types->find("excitatory.json") != std::string::npos)
        types->replace(types->find("excitatory.json"), 15, "NULL");
    in_v1_types.replace(in_v1_types.find("inhibitory.json"), 15, "NULL");
    simulation.insert(simulation.find("\"output\""), R"("reports": {"vm": {"cells": {"population": "v1", "node_id": [2, 1, 0]},
        "variable_name": "V_m", "module": "membrane_report", "dt": 5.0, "sections": "soma"}}, )");
  }
  void write() const {
    SmallCircuit::write();
    HdfFile(folder / "network/v1.h5")
        .ids("/nodes/v1/node_type_id", {1, 2, 1})
        .ids("/nodes/v1/node_group_id", {4, 4, 4})
        .ids("/nodes/v1/node_group_index", {2, 1, 0})
        .reals("/nodes/v1/4/dynamics_params/V_m", {-60.0, -61.0, -62.0})
        .reals("/nodes/v1/4/dynamics_params/tau_m", {25.0, 22.0, 15.0});
  }
};

TEST(SonataRun, GivesEveryNodeItsParametersAndRecordsItsPotential) {
  const NestCircuit circuit;
  circuit.write();
  write_text_file(circuit.path("network/in_v1_types.csv"), "edge_type_id syn_weight\n5 0.0\n6 0.0\n");
  const CliCall result = run(circuit, {"--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::vector<RecordedReport> reports = read_report_file(circuit.path("results/vm.h5"));
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].description.neurons, (std::vector<std::uint64_t>{0, 1, 2}));
  ASSERT_EQ(reports[0].row_count(), 20u);
  const double start[] = {-62.0, -61.0, -60.0}, tau[] = {15.0, 22.0, 25.0};
  for (std::size_t row = 0; row < 20; ++row)
    for (std::size_t i = 0; i < 3; ++i) {
      const double rest = -65.0 + tau[i] / 250.0 * 100.0;
      EXPECT_NEAR(reports[0].values[3 * row + i], rest + (start[i] - rest) * std::exp(-5.0 * static_cast<double>(row) / tau[i]), 1e-9);
    }
}

TEST(SonataRun, InjectsCurrentsInNanoamperes) {
  NestCircuit circuit;
  circuit.simulation.insert(circuit.simulation.find("\"spikes\": {"),
                            R"("clamp": {"input_type": "current_clamp", "module": "IClamp", "node_set": "first",
                                "amp": 0.05, "delay": 20.0, "duration": 30.0}, )");
  circuit.write();
  write_text_file(circuit.path("network/in_v1_types.csv"), "edge_type_id syn_weight\n5 0.0\n6 0.0\n");
  const CliCall result = run(circuit, {"--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.json()["assumptions"].dump(), HasSubstr("is taken in nA"));
  const std::vector<RecordedReport> reports = read_report_file(circuit.path("results/vm.h5"));
  const double rest = -65.0 + 15.0 / 250.0 * 100.0, driven = rest + 15.0 / 250.0 * 50.0;
  const double at_20 = rest + (-62.0 - rest) * std::exp(-20.0 / 15.0);
  EXPECT_NEAR(reports[0].values[3 * 10], driven + (at_20 - driven) * std::exp(-30.0 / 15.0), 1e-9);
}

TEST(SonataRun, IsTheSameForEveryNumberOfThreads) {
  const NestCircuit circuit;
  circuit.write();
  const auto hash = [&](const char* threads) { return run(circuit, {"--json", "--threads", threads}).json()["spike_hash"]; };
  const auto one = hash("1");
  for (const char* threads : {"2", "3", "8"}) EXPECT_EQ(hash(threads), one);
}

TEST(SonataCheck, ListsPopulationsEdgesAndAssumptions) {
  const SmallCircuit circuit;
  circuit.write();
  const CliCall text = call({"check", circuit.config()});
  ASSERT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("population v1: 3 x nrn:IntFire1"));
  const CliCall json = call({"check", circuit.config(), "--json"});
  EXPECT_EQ(json.json()["populations"].size(), 2u);
  EXPECT_EQ(json.json()["schema"], "synop.check");
}

// The published circuits, where the folder is named by the environment.
class PublishedCircuit : public testing::Test {
 protected:
  void SetUp() override {
    const char* const folder = std::getenv("SYNOP_SONATA_DIR");
    if (folder == nullptr || !std::filesystem::exists(folder))
      GTEST_SKIP() << "SYNOP_SONATA_DIR does not name the folder of the examples of AllenInstitute/sonata";
    data_ = folder;
  }
  nlohmann::json result_of(const std::string& config) {
    const CliCall result = call({"run", data_ + config, "-o", (folder_ / "out").string(), "--quiet", "--json"});
    EXPECT_EQ(result.code, 0) << result.err;
    return result.code == 0 ? result.json() : nlohmann::json::object();
  }
  std::string data_;
  TemporaryFolder folder_;
};

// NEURON 8.2 gives these 4322 spikes, each at the same time to the last bit.
TEST_F(PublishedCircuit, Of300IntFireCellsFiresAsInNeuron) {
  const nlohmann::json result = result_of("/300_intfire/config.json");
  EXPECT_EQ(spikes_of((folder_ / "out/spikes.h5").string()).size(), 4322u);
}

TEST_F(PublishedCircuit, Of300PointNeuronsRuns) {
  const nlohmann::json result = result_of("/300_pointneurons/config.json");
  EXPECT_GT(spikes_of((folder_ / "out/spikes.h5").string()).size(), 1000u);
  EXPECT_EQ(read_report_file(folder_ / "out/membrane_potential.h5").at(0).row_count(), 150000u);
}

}  // namespace
}  // namespace synop
