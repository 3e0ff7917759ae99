#include <algorithm>
#include <map>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "synop/core/machine.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/hdf5/report_file.hpp"
#include "synop/io/hdf5/spike_file.hpp"
#include "synop/io/hdf5/weight_file.hpp"
#include "synop/io/model_catalogue.hpp"

namespace synop {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

// The spikes of a population as the library gives them in memory, from `start` on.
std::vector<Spike> spikes_in_memory(const std::string& file, std::uint32_t population, Time start) {
  const Experiment experiment = read_experiment(file, {}, model_catalogue());
  const Network network = compose(experiment).build(build_options(experiment, 1));
  Simulation simulation(network);
  SpikeRecorder recorder({population}, start);
  simulation.attach(recorder);
  simulation.run_until(Time{} + experiment.simulation.duration);
  return recorder.spikes();
}

// The lines of a spike CSV without its header.
std::string csv_of(const std::vector<Spike>& spikes, const std::string& population) {
  std::string text = "time_ms,population,neuron\n";
  for (const Spike& spike : spikes) {
    const std::string fraction = std::to_string(spike.time.ticks % ticks_per_ms);
    text += std::to_string(spike.time.ticks / ticks_per_ms) + "." + std::string(9 - fraction.size(), '0') + fraction;
    text += "," + population + "," + std::to_string(spike.neuron) + "\n";
  }
  return text;
}

TEST(CliRun, WritesTheSpikesThatARecorderSeesInMemory) {
  const ExperimentFolder folder;
  const CliCall run = folder.run();
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, IsEmpty());
  EXPECT_THAT(run.out, AllOf(HasSubstr("results in " + folder.results()), HasSubstr("exc")));
  const std::vector<Spike> expected = spikes_in_memory(folder.file(), 0, Time::from_ms(50));
  ASSERT_GT(expected.size(), 100u);
  const SpikeFile file = read_spike_file(folder.path("results/spikes.h5"));
  ASSERT_EQ(file.populations.size(), 1u);
  EXPECT_EQ(file.populations[0].spikes, expected);
  EXPECT_EQ(read_text(folder.path("results/spikes.csv")), csv_of(expected, "exc"));
  EXPECT_TRUE(file.complete);
  EXPECT_EQ(file.provenance->experiment_text, small_experiment);
  EXPECT_THAT(file.provenance->command_line, HasSubstr("synop run " + folder.file()));
  EXPECT_EQ(folder.result().at("populations").at(0).at("spikes"), expected.size());
}

TEST(CliRun, GivesTheSameForEveryNumberOfThreads) {
  const ExperimentFolder folder;
  std::vector<nlohmann::json> results;
  for (const char* threads : {"1", "2", "3", "8", "0"}) {
    ASSERT_EQ(folder.run({"--threads", threads, "--overwrite"}).code, 0);
    results.push_back(folder.result());
    const int used = std::stoi(threads) > 0 ? std::stoi(threads) : resolved_threads(0);  // the number, never 0
    EXPECT_EQ(results.back().at("threads"), used);
    for (const char* key : {"spike_hash", "populations", "projections", "operations"})
      EXPECT_EQ(results.back().at(key), results.front().at(key)) << key << ", threads " << threads;
  }
}

TEST(CliRun, WritesAResultOfTheDocumentedSchema) {
  const ExperimentFolder folder;
  const CliCall run = folder.run({"--json", "--set", "energy.tables=[\"horowitz45_fp32_compute\", \"loihi_2018\"]"});
  ASSERT_EQ(run.code, 0) << run.err;
  const nlohmann::json json = run.json();
  EXPECT_EQ(json, folder.result());
  EXPECT_EQ(json.at("schema"), "synop.result");
  EXPECT_EQ(json.at("schema_version"), 1);
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_THAT(keys, UnorderedElementsAre("schema", "schema_version", "program_version", "experiment", "seed", "threads", "clocked",
                                         "complete", "interrupted_by", "start_ms", "stop_ms", "window_ms",
                                         "build_seconds", "run_seconds", "run_cpu_seconds", "peak_memory_bytes",
                                         "network_bytes", "spikes_with_warm_up", "spike_hash", "populations",
                                         "projections", "rewards", "operations", "ledger", "energy", "measured", "statistics", "assumptions", "notes", "files"));
  EXPECT_EQ(json.at("complete"), true);
  EXPECT_EQ(json.at("start_ms"), 50.0);
  EXPECT_EQ(json.at("stop_ms"), 200.0);
  EXPECT_EQ(json.at("energy").size(), 2u);
  EXPECT_GT(json.at("energy").at(0).at("modelled_joules").get<double>(), 0.0);
  for (const auto& name : json.at("files"))
    EXPECT_TRUE(std::filesystem::exists(folder.path("results/" + name.get<std::string>()))) << name;
}

TEST(CliRun, BalancesItsCounters) {
  const ExperimentFolder folder;
  ASSERT_EQ(folder.run().code, 0);
  const nlohmann::json result = folder.result();
  const nlohmann::json& projection = result.at("projections").at(0);
  const auto count = [&](const char* key) { return projection.at(key).get<std::uint64_t>(); };
  EXPECT_EQ(count("synapses"), 1000u);
  EXPECT_GT(count("deliveries"), 1000u);
  EXPECT_GT(count("in_flight_before"), 0u);
  EXPECT_EQ(count("deliveries") + count("in_flight_after"), count("sent") + count("in_flight_before"));
  const nlohmann::json& operations = result.at("operations");
  const std::uint64_t driven = result.at("populations").at(0).at("drive_deliveries").get<std::uint64_t>();
  EXPECT_EQ(operations.at("synaptic_add"), count("deliveries") + driven);
  EXPECT_NEAR(static_cast<double>(driven), 100 * 10'000 * 0.15, 6 * std::sqrt(150'000.0));
}

TEST(CliRun, LeavesTheWarmUpOutOfRecordersAndCounts) {
  const ExperimentFolder folder;
  ASSERT_EQ(folder.run().code, 0);
  const std::vector<Spike> all = spikes_in_memory(folder.file(), 0, Time{});
  const auto after = static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const Spike& s) { return s.time >= Time::from_ms(50); }));
  ASSERT_LT(after, all.size());
  const nlohmann::json result = folder.result();
  EXPECT_EQ(result.at("spikes_with_warm_up"), all.size());
  EXPECT_EQ(result.at("populations").at(0).at("spikes"), after);
  EXPECT_DOUBLE_EQ(result.at("populations").at(0).at("rate_hz").get<double>(), static_cast<double>(after) / 100 / 0.15);
  const SpikeFile file = read_spike_file(folder.path("results/spikes.h5"));
  ASSERT_EQ(file.populations.at(0).spikes.size(), after);
  for (const Spike& spike : file.populations[0].spikes) ASSERT_GE(spike.time, Time::from_ms(50));
}

TEST(CliRun, RecordsPotentialsAndWeights) {
  const ExperimentFolder folder(std::string(small_experiment) +
                                "[[recorder]]\nname = \"voltage\"\nmodel = \"multimeter\"\nsource = \"exc[3:5]\"\n"
                                "interval = \"0.5 ms\"\n[[recorder]]\nmodel = \"weights\"\nprojection = \"exc_exc\"\n");
  const CliCall run = folder.run();
  ASSERT_EQ(run.code, 0) << run.err;
  const std::vector<RecordedReport> reports = read_report_file(folder.path("results/voltage.h5"));
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].description.variable, "V_m");
  EXPECT_EQ(reports[0].description.start, Time::from_ms(50));
  EXPECT_EQ(reports[0].row_count(), 300u);
  for (const double v : reports[0].values) EXPECT_LT(v, 20.0);
  const std::vector<RecordedProjection> weights = read_weight_file(folder.path("results/weights.h5"));
  ASSERT_EQ(weights.size(), 1u);
  EXPECT_EQ(weights[0].weights, std::vector<double>(1000, 0.5));
}

TEST(CliRun, RunsAgainFromTheExperimentItLeft) {
  const ExperimentFolder folder;
  ASSERT_EQ(folder.run({"--set", "seed=11", "--set", "population.exc.size=50"}).code, 0);
  const std::string hash = folder.result().at("spike_hash");
  const CliCall again = call({"run", folder.path("results/experiment.toml"), "-o", folder.path("again"), "-q"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(nlohmann::json::parse(read_text(folder.path("again/result.json"))).at("spike_hash"), hash);
}

TEST(CliRun, RunsAgainWithTheDataFilesItRead) {
  std::string text = small_experiment;
  const std::string rule = "rule = \"fixed_indegree\"\nindegree = 10";
  text.replace(text.find(rule), rule.size(), "rule = \"explicit\"\nfile = \"pairs.csv\"");
  const ExperimentFolder folder(text);
  write_text_file(folder.path("pairs.csv"), "source,target\n0,1\n1,2\n");
  const CliCall first = folder.run();
  ASSERT_EQ(first.code, 0) << first.err;
  const CliCall again = call({"run", folder.path("results/experiment.toml"), "-o", folder.path("again"), "-q"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(nlohmann::json::parse(read_text(folder.path("again/result.json"))).at("spike_hash"),
            folder.result().at("spike_hash"));
}

TEST(CliRun, LeavesNoFilesOfTheRunItOverwrites) {
  const ExperimentFolder folder;
  ASSERT_EQ(folder.run().code, 0);
  ASSERT_TRUE(std::filesystem::exists(folder.path("results/spikes.csv")));
  write_text_file(folder.path("results/notes.txt"), "mine");
  ASSERT_EQ(folder.run({"--overwrite", "--set", "output.csv=false", "--set", "output.plots=false"}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder.path("results/spikes.csv")));
  EXPECT_FALSE(std::filesystem::exists(folder.path("results/raster.svg")));
  EXPECT_EQ(read_text(folder.path("results/notes.txt")), "mine");
}

TEST(CliRun, RefusesAFolderOfResultsAndLosesNothing) {
  const ExperimentFolder folder;
  ASSERT_EQ(folder.run().code, 0);
  std::map<std::string, std::string> before;
  for (const auto& entry : std::filesystem::directory_iterator(folder.results()))
    before[entry.path().filename()] = read_text(entry.path());
  const CliCall refused = folder.run({"--set", "seed=8"});
  EXPECT_EQ(refused.code, 4);
  EXPECT_THAT(refused.err, AllOf(HasSubstr(folder.results()), HasSubstr("--overwrite")));
  std::map<std::string, std::string> after;
  for (const auto& entry : std::filesystem::directory_iterator(folder.results()))
    after[entry.path().filename()] = read_text(entry.path());
  EXPECT_EQ(before, after);
  EXPECT_EQ(folder.run({"--set", "seed=8", "--overwrite"}).code, 0);
  EXPECT_EQ(folder.result().at("seed"), 8);
}

TEST(CliRun, TellsNeuronsWithoutRecorderApart) {
  const ExperimentFolder folder;
  ASSERT_EQ(folder.run({"--set", "recorder=[]", "--set", "output.plots=true"}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder.path("results/spikes.h5")));
  EXPECT_TRUE(std::filesystem::exists(folder.path("results/result.json")));
  EXPECT_GT(folder.result().at("populations").at(0).at("spikes").get<int>(), 0);
}

}  // namespace
}  // namespace synop
