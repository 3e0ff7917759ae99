#include "synop/io/experiment/experiment.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/fake_catalogue.hpp"
#include "support/places.hpp"
#include "synop/core/error.hpp"

namespace synop {
namespace {

constexpr std::string_view network = R"(
name = "brunel"
seed = 42
description = "two populations"
[simulation]
duration = "1 s"
warm_up = "100 ms"
threads = 0
delay_resolution = "0.1 ms"
[[population]]
name = "exc"
model = "iaf_psc_delta"
size = 100
params = { V_th = "-0.05 V", tau_m = 20 }
V_m = { normal = ["-65 mV", 5], low = -80, high = -50, outside = "clip" }
[[population]]
name = "inh"
model = "iaf_psc_exp"
size = 25
[[population]]
name = "gen"
model = "spike_generator"
size = 2
spike_times = [[1.0, "2500 us"], []]
[[projection]]
source = "exc"
target = "inh"
rule = "fixed_indegree"
indegree = 10
allow_autapses = false
allow_multapses = false
weight = "0.1 nA"
delay = { uniform = ["0.5 ms", 2] }
[[projection]]
source = "exc[:10]"
target = "inh[15:]"
rule = "one_to_one"
synapse = "stdp_synapse"
params = { lambda = 0.005, tau_plus = "20 ms" }
delay_split = { dendritic_fraction = 0.3 }
weight_precision = "double"
[[projection]]
name = "listed"
source = "gen"
target = "exc[0:2]"
rule = "explicit"
connections = [[0, 1], [1, 0]]
weight = { list = [1, "2 mV"] }
[[stimulus]]
model = "poisson_generator"
target = "exc[0:10]"
rate = "20 kHz"
weight = "0.1 mV"
start = "10 ms"
[[stimulus]]
name = "dc"
model = "dc_generator"
target = "inh"
amplitude = "0.5 nA"
stop = "1 s"
[[recorder]]
model = "spike_recorder"
source = "exc"
[[recorder]]
model = "spike_recorder"
source = "inh"
[[recorder]]
name = "v"
model = "multimeter"
source = "exc[0:10]"
interval = "0.1 ms"
record = ["V_m"]
[[recorder]]
model = "weights"
projection = "exc_inh_2"
[output]
csv = true
[energy]
tables = ["a", "b"]
)";

Experiment parse(std::string_view text, std::string file = "folder/file.toml") {
  return parse_experiment(text, std::move(file), test::fake_catalogue());
}

TEST(Experiment, HoldsTheSettingsOfTheRun) {
  const Experiment experiment = parse(network);
  EXPECT_EQ(experiment.name, "brunel");
  EXPECT_EQ(experiment.seed, 42u);
  EXPECT_EQ(experiment.description, "two populations");
  EXPECT_EQ(experiment.simulation.duration, Delay::from_ms(1000.0));
  EXPECT_EQ(experiment.simulation.warm_up, Delay::from_ms(100.0));
  EXPECT_EQ(experiment.simulation.threads, 0u);
  EXPECT_EQ(experiment.simulation.delay_resolution, Delay::from_ms(0.1));
  EXPECT_TRUE(experiment.output.spikes);
  EXPECT_TRUE(experiment.output.csv);
  EXPECT_EQ(experiment.energy.tables, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(experiment.task);
  EXPECT_EQ(experiment.effective_text, network);
}

// So that the copy in a results folder reads the same files.
TEST(Experiment, SaysWhereItsFilesAreFromAnywhere) {
  const Experiment experiment = parse(R"([simulation]
duration = 1
[[population]]
name = "exc"
model = "iaf_psc_delta"
size = 10
positions = { file = "places.csv" }
[[projection]]
source = "exc"
target = "exc"
rule = "explicit"
file = "synapses.csv"
[[projection]]
source = "exc[0:9]"
target = "exc[0:1]"
rule = "convolution"
convolution = { input = [1, 3, 3], channels = 1, kernel = 3 }
weight = { learned = "kernel.h5", projection = "p" }
)");
  const std::string folder = std::filesystem::absolute("folder").string();
  EXPECT_NE(experiment.effective_text.find("\"" + folder + "/places.csv\""), std::string::npos) << experiment.effective_text;
  EXPECT_NE(experiment.effective_text.find("\"" + folder + "/synapses.csv\""), std::string::npos);
  EXPECT_NE(experiment.effective_text.find("\"" + folder + "/kernel.h5\""), std::string::npos);
}

TEST(Experiment, HoldsPopulationsWithParametersInTheUnitsOfTheModel) {
  const Experiment experiment = parse(network);
  ASSERT_EQ(experiment.populations.size(), 3u);
  const PopulationSection& exc = experiment.populations[0];
  EXPECT_EQ(exc.name, "exc");
  EXPECT_EQ(exc.size, 100u);
  EXPECT_FALSE(exc.is_source);
  ASSERT_EQ(exc.parameters.size(), 2u);
  EXPECT_EQ(exc.parameters[0].name, "tau_m");
  EXPECT_EQ(exc.parameters[0].value, 20.0);
  EXPECT_EQ(exc.parameters[1].name, "V_th");
  EXPECT_EQ(exc.parameters[1].value, -50.0);
  const Distribution expected{
      .kind = Distribution::normal, .a = -65.0, .b = 5.0, .low = -80.0, .high = -50.0, .outside = Distribution::clip};
  EXPECT_EQ(exc.initial_potential, expected);
  EXPECT_FALSE(experiment.populations[1].initial_potential);
  const PopulationSection& gen = experiment.populations[2];
  EXPECT_TRUE(gen.is_source);
  ASSERT_EQ(gen.spike_times.size(), 2u);
  EXPECT_EQ(gen.spike_times[0], (std::vector<Time>{Time::from_ms(1.0), Time::from_ms(2.5)}));
}

TEST(Experiment, HoldsProjectionsWithResolvedSlicesAndDefaults) {
  const Experiment experiment = parse(network);
  ASSERT_EQ(experiment.projections.size(), 3u);
  const ProjectionSection& first = experiment.projections[0];
  EXPECT_EQ(first.name, "exc_inh");
  EXPECT_EQ(first.source, (PopulationSlice{0, 0, 100}));
  EXPECT_EQ(first.target, (PopulationSlice{1, 0, 25}));
  EXPECT_EQ(first.rule.kind, ConnectionRuleSection::Kind::fixed_indegree);
  EXPECT_EQ(first.rule.indegree, 10u);
  EXPECT_FALSE(first.rule.allow_autapses || first.rule.allow_multapses);
  EXPECT_EQ(first.synapse, "static_synapse");
  EXPECT_EQ(first.weight, Distribution{.a = 100.0});
  EXPECT_EQ(first.weight_unit, "pA");
  EXPECT_EQ(first.delay, (Distribution{.kind = Distribution::uniform, .a = 0.5, .b = 2.0}));
  EXPECT_TRUE(first.delay_split.assumed);
  EXPECT_FALSE(first.double_weights);

  const ProjectionSection& second = experiment.projections[1];
  EXPECT_EQ(second.name, "exc_inh_2");
  EXPECT_EQ(second.source, (PopulationSlice{0, 0, 10}));
  EXPECT_EQ(second.target, (PopulationSlice{1, 15, 25}));
  EXPECT_EQ(second.parameters.size(), 2u);
  EXPECT_EQ(second.weight, Distribution{.a = 1.0});
  EXPECT_EQ(second.delay, Distribution{.a = 1.0});
  EXPECT_EQ(second.delay_split.dendritic_fraction, 0.3);
  EXPECT_FALSE(second.delay_split.assumed);
  EXPECT_TRUE(second.double_weights);

  const ProjectionSection& listed = experiment.projections[2];
  EXPECT_EQ(listed.rule.connections, (ConnectionList{{0, 1}, {1, 0}, {}, {}}));
  EXPECT_EQ(listed.weight.values, (std::vector<double>{1.0, 2.0}));
  EXPECT_TRUE(listed.rule.allow_autapses && listed.rule.allow_multapses);
}

TEST(Experiment, HoldsStimuliAndRecorders) {
  const Experiment experiment = parse(network);
  ASSERT_EQ(experiment.stimuli.size(), 2u);
  const StimulusSection& noise = experiment.stimuli[0];
  EXPECT_EQ(noise.name, "poisson_generator");
  EXPECT_EQ(noise.target, (PopulationSlice{0, 0, 10}));
  ASSERT_EQ(noise.parameters.size(), 1u);
  EXPECT_EQ(noise.parameters[0].value, 20000.0);
  EXPECT_EQ(noise.weight, 0.1);
  EXPECT_EQ(noise.delay, Delay{});
  EXPECT_EQ(noise.start, Time::from_ms(10.0));
  EXPECT_EQ(noise.stop, Time::never());
  EXPECT_EQ(experiment.stimuli[1].parameters[0].value, 500.0);

  ASSERT_EQ(experiment.recorders.size(), 4u);
  EXPECT_EQ(experiment.recorders[0].name, "spike_recorder");
  EXPECT_EQ(experiment.recorders[1].name, "spike_recorder_2");
  EXPECT_EQ(experiment.recorders[2].interval, Delay::from_ms(0.1));
  EXPECT_EQ(experiment.recorders[2].recorded_values, std::vector<std::string>{"V_m"});
  EXPECT_EQ(experiment.recorders[3].kind, RecorderSection::Kind::weights);
  EXPECT_EQ(experiment.recorders[3].projection, 1u);
}

TEST(Experiment, TakesItsNameFromTheFileAndResolvesPathsAgainstItsFolder) {
  const std::string text =
      "[simulation]\nduration = 1\n[[population]]\nname = \"g\"\nmodel = \"spike_generator\"\nsize = 1\nspike_file = ";
  const Experiment relative = parse(text + "\"a/x.csv\"\n", "/data/my run (2).toml");
  EXPECT_EQ(relative.name, "my_run__2_");
  EXPECT_EQ(relative.populations[0].spike_file, std::filesystem::path("/data/a/x.csv"));
  EXPECT_EQ(parse(text + "\"/x.csv\"\n").populations[0].spike_file, std::filesystem::path("/x.csv"));
}

TEST(Experiment, AcceptsAFlatListOfSpikeTimesForOneNeuron) {
  const std::string text =
      "[simulation]\nduration = 1\n[[population]]\nname = \"g\"\nmodel = \"spike_generator\"\nsize = 1\nspike_times = ";
  EXPECT_EQ(parse(text + "[1, 2]").populations[0].spike_times[0].size(), 2u);
  EXPECT_EQ(parse(text + "[[1, 2]]").populations[0].spike_times[0].size(), 2u);
  EXPECT_EQ(parse(text + "[]").populations[0].spike_times[0].size(), 0u);
}

TEST(Experiment, TellsWhereEachKeyWasWritten) {
  const Experiment experiment = parse(network);
  const SourceTable& where = experiment.projections[0].where;
  EXPECT_EQ(where.position.text(), "folder/file.toml:25:1: key 'projection[0]'");
  EXPECT_EQ(where.at("indegree").text(), "folder/file.toml:29:12: key 'projection[0].indegree'");
  EXPECT_EQ(where.at("synapse").text(), "folder/file.toml:25:1: key 'projection[0].synapse'");
  EXPECT_TRUE(where.has("delay"));
  EXPECT_FALSE(where.has("synapse"));
  EXPECT_STREQ(experiment_error(where.at("delay"), "too short").what(),
               "folder/file.toml:33:9: key 'projection[0].delay': too short");
}

TEST(Experiment, CountsColumnsInCharactersNotBytes) {
  try {
    parse(
        "description = \"\xC2\xB5\"\nsimulation = { name = \"\xC2\xB5\xC2\xB5\", duration = 0 }\n"
        "[[population]]\nname = \"a\"\nmodel = \"spike_generator\"\nsize = 1\nspike_times = [1]\n");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("folder/file.toml:2:40: key 'simulation.duration'"), std::string::npos)
        << error.what();
  }
}

TEST(Experiment, OfTheDocumentationIsValid) {
  std::ifstream in(test::source_dir() + "/docs/experiment_files.md");
  const std::string page((std::istreambuf_iterator<char>(in)), {});
  const std::size_t begin = page.find("```toml\n") + 8;
  const Experiment experiment = parse(page.substr(begin, page.find("```", begin) - begin));
  EXPECT_EQ(experiment.name, "recurrent");
}

TEST(Experiment, CannotBeReadFromAMissingFile) {
  for (const char* path : {"/nonexistent/x.toml", "/tmp"}) try {
      read_experiment(path, {}, test::fake_catalogue());
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::file);
      EXPECT_NE(std::string(error.what()).find(path), std::string::npos);
    }
}

}  // namespace
}  // namespace synop
