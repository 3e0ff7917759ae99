// Every experiment of examples/ (but the task, which has tests of its own) gives the same spikes whatever the threads.

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "io/temporary_folder.hpp"
#include "support/places.hpp"
#include "synop/io/cli.hpp"

namespace synop {
namespace {

struct Example {
  std::string name;
  std::string duration;  // shortened
  std::vector<std::string> also = {};
};

class Examples : public testing::TestWithParam<Example> {};

nlohmann::json run(const Example& example, int threads, const std::filesystem::path& folder) {
  std::vector<std::string> args{"run",          test::source_dir() + "/examples/" + example.name + ".toml",
                                "--set",        "simulation.duration=" + example.duration,
                                "--threads",    std::to_string(threads),
                                "-q",           "-o",
                                folder.string()};
  for (const std::string& override_ : example.also) {
    args.push_back("--set");
    args.push_back(override_);
  }
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(run_cli(args, out, err), 0) << err.str();
  return nlohmann::json::parse(read_text(folder / "result.json"));
}

void expect_balanced(const nlohmann::json& result) {
  for (const auto& p : result["projections"]) {
    const auto number = [&](const char* key) { return p[key].template get<std::uint64_t>(); };
    EXPECT_EQ(number("deliveries") + number("in_flight_after"), number("sent") + number("in_flight_before"))
        << p["name"];
    EXPECT_GT(number("deliveries"), 0u) << p["name"];
  }
}

TEST_P(Examples, GiveTheSameSpikesForEveryNumberOfThreadsAndBalanceTheirCounts) {
  const TemporaryFolder folder;
  const nlohmann::json first = run(GetParam(), 1, folder / "first");
  EXPECT_GT(first["spikes_with_warm_up"].get<std::uint64_t>(), 0u);
  expect_balanced(first);
  for (const int threads : {1, 2, 3, 4, 8}) {
    const nlohmann::json again = run(GetParam(), threads, folder / std::to_string(threads));
    EXPECT_EQ(again["spike_hash"], first["spike_hash"]) << threads << " threads";
    expect_balanced(again);
  }
}

const std::vector<Example> examples{
    {"brunel", "30 ms", {"simulation.warm_up=10 ms"}},
    {"brette_benchmark4", "500 ms"},
    {"vogels_abbott_cuba", "500 ms"},
    {"vogels_abbott_coba", "150 ms", {"simulation.warm_up=0 ms"}},
    {"varied_neurons", "200 ms"},
    {"alpha_currents", "200 ms", {"simulation.warm_up=20 ms"}},
    {"stdp_pair", "200 ms"},
    {"song_2000", "3 s", {"simulation.warm_up=1 s"}},
    {"vogels_2011", "20 ms", {"recorder.spikes.start=0 ms", "recorder.settling.bin=1 ms"}},
    // Every pair of spikes is rewarded here, so that some are within so short a run.
    {"izhikevich_2007", "500 ms", {"reward.coincidence.pre=exc", "reward.coincidence.post=exc[0:50]", "reward.coincidence.delay=20 ms"}},
    {"spatial_layer", "60 ms"},
    {"nir_export", "200 ms"},
};
INSTANTIATE_TEST_SUITE_P(All, Examples, testing::ValuesIn(examples), [](const auto& test) { return test.param.name; });

TEST(TaskExamples, TheNetworkOfDiehlAndCookLearnsTheSameForEveryNumberOfThreads) {
  const TemporaryFolder folder;
  const auto run_with = [&](const std::string& threads) {
    std::vector<std::string> args{"run", test::source_dir() + "/examples/diehl_cook_2015.toml", "-q", "--threads", threads,
                                  "-o", (folder / threads).string()};
    for (const char* setting : {"population.exc.size=30", "population.inh.size=30", "task.phase.train.samples=12",
                                "task.phase.train_2.samples=3", "task.phase.train_3.samples=3",
                                "task.phase.label.samples=10", "task.phase.test.samples=10"})
      args.insert(args.end(), {"--set", setting});
    std::ostringstream out, err;
    EXPECT_EQ(run_cli(args, out, err), 0) << err.str();
    return nlohmann::json::parse(read_text(folder / threads / "result.json"));
  };
  const nlohmann::json first = run_with("1");
  const nlohmann::json& train = first["phases"][0];
  EXPECT_GE(train["spikes"].get<int>(), 5 * train["samples"].get<int>());
  EXPECT_GT(train["operations"]["plasticity_update"].get<std::uint64_t>(), 0u) << train;
  for (const char* threads : {"2", "3"}) {
    const nlohmann::json again = run_with(threads);
    EXPECT_EQ(again["spike_hash"], first["spike_hash"]) << threads << " threads";
    EXPECT_EQ(again["phases"][0]["operations"], train["operations"]) << threads << " threads";
  }
}

// Kernels from patches, then digits by their convolution.
TEST(TaskExamples, WhatStrokesLookLikeTellsDigitsApart) {
  const TemporaryFolder folder;
  const auto run = [&](const std::string& name, const std::string& results, std::vector<std::string> more) {
    std::vector<std::string> args{"run", test::source_dir() + "/examples/" + name + ".toml", "-q", "-o", (folder / results).string()};
    args.insert(args.end(), more.begin(), more.end());
    std::ostringstream out, err;
    EXPECT_EQ(run_cli(args, out, err), 0) << err.str();
    return nlohmann::json::parse(read_text(folder / results / "result.json"));
  };
  const nlohmann::json learned = run("stroke_features", "features", {"--set", "task.phase.train.samples=3000"});
  EXPECT_GT(learned["phases"][0]["spikes"].get<int>(), 1500);
  const std::string weights = (folder / "features/weights.h5").string();
  const auto classify = [&](const std::string& results, const std::string& threads) {
    return run("convolutional_digits", results,
               {"--threads", threads, "--set", "projection.pixels_features.weight.learned=" + weights, "--set",
                "task.phase.label.samples=300", "--set", "task.phase.test.samples=100"});
  };
  const nlohmann::json one = classify("one", "1");
  EXPECT_GT(one["phases"][1]["accuracy"].get<double>(), 0.75) << "of the made digits; 0.1 is chance";
  const nlohmann::json two = classify("two", "2");
  EXPECT_EQ(two["spike_hash"], one["spike_hash"]);
  EXPECT_EQ(two["phases"][1]["accuracy"], one["phases"][1]["accuracy"]);
}

TEST(ExampleFiles, AreAllTested) {
  for (const auto& entry : std::filesystem::directory_iterator(test::source_dir() + "/examples")) {
    const std::string name = entry.path().stem();
    const bool task = name == "digits" || name == "saccades" || name == "diehl_cook_2015" || name == "stroke_features" ||
                      name == "convolutional_digits";  // tests of their own
    if (entry.path().extension() != ".toml" || task) continue;
    const auto is_it = [&](const Example& example) { return example.name == entry.path().stem(); };
    EXPECT_TRUE(std::any_of(examples.begin(), examples.end(), is_it)) << entry.path() << " is not tested";
  }
}

}  // namespace
}  // namespace synop
