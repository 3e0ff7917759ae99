#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include "io/cli_call.hpp"
#include "io/small_task.hpp"

namespace synop {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// A finished small task, run once for all tests.
const ExperimentFolder& finished_task() {
  static const ExperimentFolder folder(small_task);
  static const int code = folder.run().code;
  EXPECT_EQ(code, 0);
  return folder;
}

TEST(CliEnergy, PricesAFinishedTask) {
  const CliCall text = call({"energy", finished_task().results()});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr("task: 40 inferences"), HasSubstr("published limits of S"),
                              HasSubstr("verdict"), HasSubstr("with memory, reused"), HasSubstr("NeuroBench"),
                              HasSubstr("life cycle"), HasSubstr("All joules are modelled")));
  const nlohmann::json json = call({"energy", finished_task().results(), "--json"}).json();
  EXPECT_EQ(json.at("schema"), "synop.energy");
  EXPECT_EQ(json.at("schema_version"), 1);
  EXPECT_EQ(json.at("views").size(), 7u);
  EXPECT_GT(json.at("spikes_per_synapse"), 0.0);
  EXPECT_TRUE(json.at("carbon").is_null());
}

TEST(CliEnergy, SaysThatARunWithoutATaskHasOnlyItsOwnTopology) {
  const ExperimentFolder folder;
  ASSERT_EQ(folder.run().code, 0);
  const CliCall text = call({"energy", folder.results(), "--prices", "horowitz45_fp32_memory"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr("only (a) is compared"), HasSubstr("unrolled over 150 steps")));
}

TEST(CliEnergy, WritesItsFilesBesideThoseOfTheRun) {
  const std::string folder = finished_task().results();
  const CliCall first = call({"energy", folder, "-o", folder, "--grid", "DE", "--overwrite"});
  ASSERT_EQ(first.code, 0) << first.err;
  for (const char* name : {"/energy.json", "/energy.h5", "/energy.svg", "/spikes.h5", "/result.json"})
    EXPECT_TRUE(std::filesystem::exists(folder + name)) << name;
  EXPECT_THAT(read_text(folder + "/energy.svg"), HasSubstr("</svg>"));
  EXPECT_EQ(nlohmann::json::parse(read_text(folder + "/energy.json")).at("carbon").at("year"), 2023);
  const hid_t file = H5Fopen((folder + "/energy.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  for (const char* path :
       {"/ledger/projections/deliveries", "/ledger/populations/spikes", "/energy/ratio", "/energy/table"})
    EXPECT_GT(H5Lexists(file, path, H5P_DEFAULT), 0) << path;
  H5Fclose(file);
  EXPECT_THAT(call({"info", folder + "/energy.h5"}).out, HasSubstr("horowitz45_fp32_memory"));
  const CliCall again = call({"energy", folder, "-o", folder});
  EXPECT_EQ(again.code, 4);
  EXPECT_THAT(again.err, HasSubstr("energy.h5' exists; --overwrite replaces it"));
}

TEST(CliEnergy, TakesPricesOfTheUsersOwn) {
  const TemporaryFolder folder;
  const std::string path = (folder / "mine.toml").string();
  write_text_file(
      path,
      "format_version = 1\nname = \"mine\"\ntitle = \"mine\"\nsource = \"me\"\nnode_nm = 7\nsupply_volts = 0.6\n"
      "evidence = \"estimated\"\nclocked = false\nunit = \"pJ\"\n[prices]\nsynaptic_add = 1\nmac = 2\n"
      "neuron_update = \"none\"\n");
  const CliCall text = call({"energy", finished_task().results(), "--prices", path});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("price table mine has no price for neuron_update"));
  EXPECT_THAT(call({"energy", finished_task().results(), "--prices", path, "--prices", path}).err,
              HasSubstr("given twice"));
}

TEST(CliEnergy, ListsThePriceTables) {
  const CliCall list = call({"energy", "--list-prices"});
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.out, AllOf(HasSubstr("loihi_2018"), HasSubstr("clocked"), HasSubstr("ISSCC 2014")));
}

TEST(CliEnergy, NamesWhatIsWrong) {
  const std::string result = finished_task().results();
  struct Bad {
    std::vector<std::string> args;
    int code;
    std::string says;
  };
  const std::vector<Bad> cases{
      {{}, 2, "needs a results folder"},
      {{"/nowhere"}, 4, "'/nowhere' cannot be read"},
      {{result, "--prices", "loihi_2081"}, 3, "did you mean 'loihi_2018'"},
      {{result, "--prices", "./none.toml"}, 4, "none.toml' cannot be read"},
      {{result, "--step", "0 ms"}, 2, "--step 0 ms is outside"},
      {{result, "--step", "3 mV"}, 2, "--step"},
      {{result, "--code", "phase"}, 2, "rate"},
      {{result, "--grid", "Utopia"}, 2, "there is no grid 'Utopia'"},
      {{result, "--grid", "DE", "--pue", "0.5"}, 2, "PUE of 0.5"},
      {{result, "--pue", "1.2"}, 2, "--grid"},
      {{result, "--against", "/nowhere"}, 4, "'/nowhere' cannot be read"},
      {{finished_task().path("experiment.toml")}, 3, "this is not JSON"},
  };
  for (const Bad& bad : cases) {
    std::vector<std::string> args{"energy"};
    args.insert(args.end(), bad.args.begin(), bad.args.end());
    const CliCall refused = call(args);
    EXPECT_EQ(refused.code, bad.code) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr(bad.says));
  }
}

std::string edited(const std::string& key, const nlohmann::json& value) {
  nlohmann::json json = finished_task().result();
  if (value.is_discarded())
    json.erase(key);
  else
    json[key] = value;
  return json.dump();
}

TEST(CliEnergy, RefusesResultsThatItCannotAccountFor) {
  const TemporaryFolder folder;
  const std::string file = (folder / "result.json").string();
  const auto refusal = [&](const std::string& text) {
    write_text_file(file, text);
    const CliCall refused = call({"energy", file});
    EXPECT_EQ(refused.code, 3) << refused.out;
    return refused.err;
  };
  EXPECT_THAT(refusal(edited("schema_version", 7)), HasSubstr("schema_version 7; this program reads 1"));
  EXPECT_THAT(refusal(edited("schema", "synop.check")), HasSubstr("not a result of `synop run`"));
  EXPECT_THAT(refusal(edited("complete", false)), HasSubstr("interrupted"));
  for (const nlohmann::json& nonsense : {nlohmann::json(3), nlohmann::json::object(), nlohmann::json::array({1})}) {
    EXPECT_THAT(refusal(edited("phases", nonsense)), HasSubstr("result.json"));
    EXPECT_THAT(refusal(edited("baselines", nonsense)), HasSubstr("result.json"));
  }
  EXPECT_THAT(refusal("[1, 2]"), HasSubstr("has no 'schema'"));
  nlohmann::json json = finished_task().result();
  json["phases"][2].erase("ledger");
  EXPECT_THAT(refusal(json.dump()), HasSubstr("has no ledger"));
  json = finished_task().result();
  json["phases"][2]["ledger"]["projections"][0]["deliveries"] = 1;
  EXPECT_THAT(refusal(json.dump()), HasSubstr("do not balance: 1 deliveries"));
}

TEST(CliEnergy, ComparesRunsOfTheSameJobOnly) {
  const std::string result = finished_task().results();
  EXPECT_THAT(call({"energy", result, "--against", result}).out, HasSubstr("spiking: task"));
  const TemporaryFolder folder;
  const std::string other = (folder / "result.json").string();
  write_text_file(other, edited("test_hash", "0123456789abcdef"));
  const CliCall refused = call({"energy", result, "--against", other});
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.err, HasSubstr("did not do the same job"));
}

// Where samples have no hash the name of the data set tells jobs apart.
TEST(CliEnergy, TakesTheDataSetForTheJobWhereSamplesAreNotHashed) {
  const TemporaryFolder folder;
  const auto with_name = [&](const char* file, const char* dataset) {
    nlohmann::json json = finished_task().result();
    json["test_hash"] = "0000000000000000";
    json["dataset"] = dataset;
    write_text_file(folder / file, json.dump());
    return (folder / file).string();
  };
  const std::string a = with_name("a.json", "events A"), b = with_name("b.json", "events B");
  EXPECT_EQ(call({"energy", a, "--against", a}).code, 0);
  EXPECT_THAT(call({"energy", a, "--against", b}).err, HasSubstr("40 test samples of events A against 40 test samples of events B"));
}

TEST(CliEnergy, ComparesWithTrainedNetworksOfAFile) {
  const nlohmann::json result = finished_task().result();
  nlohmann::json json{{"schema", "synop.baselines"},
                      {"schema_version", 1},
                      {"dataset", result.at("dataset")},
                      {"test_samples", 40},
                      {"test_hash", result.at("test_hash")}};
  json["baselines"] = {{{"name", "tiny"},
                        {"accuracy", 1.0},
                        {"training_macs", 5},
                        {"layers",
                         {{{"name", "1"},
                           {"inputs", 784},
                           {"outputs", 2},
                           {"weights", 1568},
                           {"macs", 1568},
                           {"biases", 2},
                           {"density", 0.5}}}}}};
  const TemporaryFolder folder;
  const std::string file = (folder / "baselines.json").string();
  write_text_file(file, json.dump());
  const CliCall text = call({"energy", finished_task().results(), "--against", file});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("equal accuracy: tiny"));
  json["baselines"][0]["accuracy"] = 2.0;
  write_text_file(file, json.dump());
  EXPECT_THAT(call({"energy", finished_task().results(), "--against", file}).err,
              HasSubstr("'accuracy' is 2, outside the allowed range [0, 1]"));
  json["test_hash"] = "f";
  json["baselines"][0]["accuracy"] = 0.2;
  write_text_file(file, json.dump());
  EXPECT_THAT(call({"energy", finished_task().results(), "--against", file}).err, HasSubstr("did not do the same job"));
}

}  // namespace
}  // namespace synop
