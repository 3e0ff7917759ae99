#include "synop/io/cli.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "synop/io/version.hpp"

namespace synop {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Cli, PrintsVersionAndHelpOnStandardOutput) {
  const CliCall printed = call({"--version"});
  EXPECT_EQ(printed.code, 0);
  EXPECT_THAT(printed.out, HasSubstr(std::string(version())));
  EXPECT_THAT(printed.err, IsEmpty());
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"--help"}, {"run", "--help"}, {"models", "-h"}}) {
    const CliCall help = call(args);
    EXPECT_EQ(help.code, 0);
    EXPECT_THAT(help.out, HasSubstr("Usage"));
    EXPECT_THAT(help.err, IsEmpty());
  }
  EXPECT_THAT(call({"run", "--help"}).out,
              AllOf(HasSubstr("--set"), HasSubstr("--threads"), HasSubstr("--json"), HasSubstr("--overwrite")));
}

TEST(Cli, RefusesAWrongCallWithTwo) {
  const std::vector<std::vector<std::string>> calls{{},
                                                    {"fly"},
                                                    {"run"},
                                                    {"run", "a.toml", "b.toml"},
                                                    {"run", "a.toml", "--no-such-option"},
                                                    {"run", "a.toml", "--threads", "many"},
                                                    {"run", "a.toml", "--threads", "-1"},
                                                    {"run", "a.toml", "--set"},
                                                    {"check"},
                                                    {"info"}};
  for (const auto& args : calls) {
    const CliCall refused = call(args);
    EXPECT_EQ(refused.code, 2) << testing::PrintToString(args);
    EXPECT_THAT(refused.err, Not(IsEmpty())) << testing::PrintToString(args);
    EXPECT_THAT(refused.out, IsEmpty()) << testing::PrintToString(args);
  }
}

TEST(Cli, NamesTheNearestModelOfAMisspelledOne) {
  const CliCall refused = call({"models", "iaf_psc_detla"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("'iaf_psc_detla'"), HasSubstr("'iaf_psc_delta'")));
}

TEST(Cli, ListsEveryModelWithItsParameters) {
  const CliCall text = call({"models"});
  EXPECT_EQ(text.code, 0);
  const CliCall listed = call({"models", "--json"});
  ASSERT_EQ(listed.code, 0);
  for (const auto& model : listed.json()) {
    EXPECT_THAT(text.out, HasSubstr(model.at("name").get<std::string>()));
    EXPECT_THAT(model.at("doc").get<std::string>(), Not(IsEmpty()));
    EXPECT_THAT(model.at("source").get<std::string>(), Not(IsEmpty()));
    for (const auto& parameter : model.at("parameters")) {
      for (const char* key : {"name", "unit", "range", "doc"}) EXPECT_TRUE(parameter.at(key).is_string()) << key;
      const bool of_reward = model.at("kind") == "reward" && parameter.at("name") != "amount";
      const bool required = model.at("kind") == "connection rule" || of_reward;
      EXPECT_TRUE(required ? parameter.at("default").is_null() : parameter.at("default").is_number());
      EXPECT_THAT(text.out, HasSubstr(parameter.at("name").get<std::string>()));
    }
  }
  for (const char* name : {"one_to_one", "all_to_all", "fixed_indegree", "fixed_outdegree", "fixed_total_number", "pairwise_bernoulli",
                           "symmetric_pairwise_bernoulli", "pairwise_poisson", "explicit", "convolution"})
    EXPECT_THAT(text.out, HasSubstr(std::string(name) + "  (connection rule)"));
  const CliCall one = call({"models", "stdp_synapse", "--json"});
  ASSERT_EQ(one.json().size(), 1u);
  EXPECT_EQ(one.json()[0].at("kind"), "synapse model");
}

TEST(Cli, ChecksAnExperimentWithoutRunningIt) {
  const ExperimentFolder folder;
  const CliCall checked = folder.check();
  EXPECT_EQ(checked.code, 0) << checked.err;
  for (const char* part :
       {"small: valid; seed 7", "population exc: 100 x iaf_psc_delta", "tau_m = 20 ms", "t_ref = 2 ms (default)",
        "uniform [0, 20) mV", "weight 0.5 mV", "delay uniform [1, 2) ms", "fixed_indegree", "indegree = 10",
        "poisson_generator", "rate = 10000 Hz", "1,000", "total", "synapses per group"})
    EXPECT_THAT(checked.out, HasSubstr(part));
  EXPECT_FALSE(std::filesystem::exists("results/small"));
}

TEST(Cli, ChecksAsJson) {
  const ExperimentFolder folder;
  const CliCall checked = folder.check({"--json"});
  ASSERT_EQ(checked.code, 0) << checked.err;
  const nlohmann::json json = checked.json();
  EXPECT_EQ(json.at("schema"), "synop.check");
  EXPECT_EQ(json.at("valid"), true);
  EXPECT_EQ(json.at("seed"), 7);
  EXPECT_GT(json.at("memory_bytes").get<double>(), 0.0);
  EXPECT_GT(json.at("available_bytes").get<double>(), json.at("memory_bytes").get<double>());
  const nlohmann::json& population = json.at("populations").at(0);
  EXPECT_EQ(population.at("name"), "exc");
  EXPECT_EQ(population.at("parameters").at("tau_m"), 20.0);
  EXPECT_EQ(population.at("parameters").at("t_ref"), 2.0);
  EXPECT_GT(population.at("memory_bytes").get<double>(), 0.0);
  const nlohmann::json& projection = json.at("projections").at(0);
  EXPECT_EQ(projection.at("name"), "exc_exc");
  EXPECT_EQ(projection.at("synapses"), 1000.0);
  EXPECT_EQ(projection.at("synapses_per_group"), 1.0);
  EXPECT_EQ(projection.at("weight"), "0.5 mV");
  EXPECT_EQ(projection.at("delay"), "uniform [1, 2) ms");
  EXPECT_TRUE(json.at("assumptions").empty());
}

TEST(Cli, SaysWhichProjectionsAreProcedural) {
  const ExperimentFolder folder;
  const std::string procedural =
      "projection[0]={ source = \"exc\", target = \"exc\", rule = \"pairwise_bernoulli\", p = 0.1, "
      "storage = \"procedural\" }";
  EXPECT_THAT(folder.check({"--set", procedural}).out, HasSubstr("delay 1 ms, procedural\n"));
  const CliCall checked = folder.check({"--json", "--set", procedural});
  ASSERT_EQ(checked.code, 0) << checked.err;
  const nlohmann::json projection = checked.json().at("projections").at(0);
  EXPECT_EQ(projection.at("storage"), "procedural");
  EXPECT_EQ(projection.at("synapses"), 1000.0);
  EXPECT_LT(projection.at("memory_bytes").get<double>(), 500.0);
  EXPECT_EQ(folder.check({"--json"}).json().at("projections").at(0).at("storage"), "stored");
}

TEST(Cli, SaysHowManySynapsesShareAGroup) {
  const ExperimentFolder folder;
  const auto group_size = [&](const std::string& override_1, const std::string& override_2 = "seed=1") {
    const CliCall checked = folder.check({"--json", "--set", override_1, "--set", override_2});
    EXPECT_EQ(checked.code, 0) << checked.err;
    return checked.json().at("projections").at(0).at("synapses_per_group").get<double>();
  };
  EXPECT_EQ(group_size("projection[0].delay=1.5 ms"), 10.0);
  EXPECT_EQ(group_size("projection[0].indegree=50"), 1.0);
  EXPECT_NEAR(group_size("simulation.delay_resolution=0.5 ms"), 5.0, 2.0);
}

TEST(Cli, PrintsWhatIsAssumed) {
  const ExperimentFolder folder;
  const CliCall checked = folder.check({"--set", "projection[0].synapse=stdp_synapse"});
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("assumed: projection 'exc_exc': the whole delay is taken as dendritic"));
}

TEST(Cli, AppliesOverridesInTheirOrder) {
  const ExperimentFolder folder;
  const CliCall checked =
      folder.check({"--json", "--set", "population.exc.size=30", "--set", "seed=9", "--set", "population[0].size=40"});
  ASSERT_EQ(checked.code, 0) << checked.err;
  EXPECT_EQ(checked.json().at("populations").at(0).at("size"), 40);
  EXPECT_EQ(checked.json().at("seed"), 9);
  const CliCall refused = folder.check({"--set", "population[0].sise=40"});
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("--set"), HasSubstr("sise"), HasSubstr("'size'")));
}

TEST(Cli, DescribesTheFilesOfARun) {
  const ExperimentFolder folder;
  ASSERT_EQ(folder.run().code, 0);
  const CliCall text = call({"info", folder.path("results/spikes.h5")});
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, AllOf(HasSubstr("complete: yes"), HasSubstr("seed: 7"), HasSubstr("exc")));
  const CliCall described = call({"info", "--json", folder.path("results/spikes.h5")});
  ASSERT_EQ(described.code, 0);
  const nlohmann::json json = described.json();
  EXPECT_EQ(json.at("t_start_ms"), 50.0);
  EXPECT_EQ(json.at("t_stop_ms"), 200.0);
  EXPECT_EQ(json.at("populations").at(0).at("neurons"), 100);
  EXPECT_EQ(json.at("populations").at(0).at("spikes"), folder.result().at("populations").at(0).at("spikes"));
  EXPECT_EQ(call({"info", folder.file()}).code, 3);  // not HDF5
  EXPECT_EQ(call({"info", folder.path("nothing.h5")}).code, 4);
}

TEST(Cli, GivesTheRateOfTheRecordedNeuronsOnly) {
  const ExperimentFolder folder;
  ASSERT_EQ(folder.run({"--set", "recorder[0].source=exc[10:20]"}).code, 0);
  const nlohmann::json row = call({"info", "--json", folder.path("results/spikes.h5")}).json().at("populations").at(0);
  EXPECT_EQ(row.at("neurons"), 100);
  EXPECT_EQ(row.at("recorded"), 10);
  const double spikes = row.at("spikes").get<double>();
  EXPECT_GT(spikes, 0.0);
  EXPECT_DOUBLE_EQ(row.at("rate_hz").get<double>(), spikes / (10 * 0.15));
}

TEST(Cli, CountsANeuronOfTwoRecordersOnce) {
  const std::string text =
      std::string(small_experiment) + "[[recorder]]\nmodel = \"spike_recorder\"\nsource = \"exc[90:]\"\n";
  const ExperimentFolder folder(text);
  ASSERT_EQ(folder.run({"--set", "recorder[0].source=exc[50:95]"}).code, 0);
  const nlohmann::json row = call({"info", "--json", folder.path("results/spikes.h5")}).json().at("populations").at(0);
  EXPECT_EQ(row.at("recorded"), 50);
}

}  // namespace
}  // namespace synop
