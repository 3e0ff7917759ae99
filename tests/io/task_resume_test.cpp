// A task that is interrupted or killed goes on from its last checkpoint and ends as if nothing had happened.
#include <random>

#include <gmock/gmock.h>

#include "io/resumed_task.hpp"

namespace synop {
namespace {

using namespace test;
using testing::HasSubstr;

TEST(TaskResume, EndsAsIfNothingHadHappenedHoweverOftenItIsKilled) {
  const std::string longer = with(with(with(often, "samples = 60", "samples = 400"), "first = 60", "first = 400"), "first = 100", "first = 440");
  const ExperimentFolder whole(longer), killed(longer);
  ASSERT_EQ(whole.run().code, 0);
  std::mt19937 random(7);
  int kills = 0;
  bool begun = false;
  for (int k = 0; k < 12; ++k) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(30 + random() % 150);
    const std::vector<std::string> more = begun ? std::vector<std::string>{"--resume"} : std::vector<std::string>{"--overwrite"};
    if (!run_and_signal(killed, more, SIGKILL, [&] { return std::chrono::steady_clock::now() > until; })) break;
    ++kills;
    begun = std::filesystem::exists(killed.path("results/checkpoint.cbor"));
  }
  EXPECT_GE(kills, 2);
  if (!std::filesystem::exists(killed.path("results/result.json"))) {
    const CliCall end = killed.run({begun ? "--resume" : "--overwrite"});
    ASSERT_EQ(end.code, 0) << end.err;
  }
  expect_same(killed, whole);
}

TEST(TaskResume, GoesOnAfterAnInterruptionWithAnotherNumberOfThreads) {
  const ExperimentFolder whole(often), stopped(often);
  ASSERT_EQ(whole.run().code, 0);
  ASSERT_TRUE(run_and_signal(stopped, {}, SIGINT, [&] {
    return std::filesystem::exists(stopped.path("results/checkpoint.cbor"));
  }));
  EXPECT_EQ(stopped.result().at("complete"), false);
  const CliCall again = stopped.run({"--resume", "--threads", "3"});
  ASSERT_EQ(again.code, 0) << again.err;
  expect_same(stopped, whole);
  EXPECT_THAT(stopped.run({"--resume"}).err, HasSubstr("no checkpoint")) << "it is complete";
}

TEST(TaskResume, RefusesCheckpointsThatDoNotFit) {
  const ExperimentFolder folder(often);
  EXPECT_THAT(folder.run({"--resume"}).err, HasSubstr("there is no checkpoint to go on from"));
  ASSERT_TRUE(run_and_signal(folder, {}, SIGINT, [&] {
    return std::filesystem::exists(folder.path("results/checkpoint.cbor"));
  }));
  EXPECT_THAT(folder.run({"--resume", "--set", "seed=99"}).err, HasSubstr("of another experiment"));
  EXPECT_EQ(folder.run({"--resume", "--overwrite"}).code, 2);
  const std::string path = folder.path("results/checkpoint.cbor"), whole = bytes_of(path);
  std::mt19937 random(3);
  for (int k = 0; k < 40; ++k) {
    std::string damaged = whole;
    if (k % 2 == 0)
      damaged.resize(random() % whole.size());
    else
      damaged[random() % whole.size()] ^= static_cast<char>(1 << random() % 8);
    std::ofstream(path, std::ios::binary) << damaged;
    const CliCall run = folder.run({"--resume"});
    EXPECT_NE(run.code, 0);
    EXPECT_THAT(run.err, HasSubstr("checkpoint.cbor"));
  }
  std::ofstream(path, std::ios::binary) << whole;
  EXPECT_EQ(folder.run({"--resume"}).code, 0);
}

// Also where nothing has spiked: interrupted, resumed, killed, resumed.
TEST(TaskResume, NeedsNoSpikes) {
  const std::string text = with(often, "[task.dataset]", "[task.encoder]\ntype = \"poisson_rate\"\nmax_rate = \"0.001 Hz\"\n[task.dataset]");
  const std::string silent = with(with(text, "rate = \"200 Hz\"", "rate = \"0 Hz\""), "samples = 60", "samples = 20000");
  const ExperimentFolder folder(silent);
  const auto has_begun = [&] { return std::filesystem::exists(folder.path("results/checkpoint.cbor")); };
  ASSERT_TRUE(run_and_signal(folder, {}, SIGINT, has_begun));
  const auto later = [until = std::chrono::steady_clock::now() + std::chrono::milliseconds(700)] {
    return std::chrono::steady_clock::now() > until;
  };
  ASSERT_TRUE(run_and_signal(folder, {"--resume"}, SIGKILL, later));
  ASSERT_TRUE(run_and_signal(folder, {"--resume"}, SIGINT, [until = std::chrono::steady_clock::now() + std::chrono::seconds(1)] {
    return std::chrono::steady_clock::now() > until;
  })) << "it goes on";
}

TEST(TaskResume, LeavesAlonePartsOfARunThatGoesOn) {
  const ExperimentFolder folder(with(often, "samples = 60", "samples = 100000"));
  CliCall second;
  ASSERT_TRUE(run_and_signal(folder, {}, SIGINT, [&] {
    if (!std::filesystem::exists(folder.path("results/checkpoint.cbor"))) return false;
    second = folder.run({"--resume"});
    return true;
  }));
  EXPECT_EQ(second.code, 4);
  EXPECT_THAT(second.err, HasSubstr("in use by a run that goes on"));
  EXPECT_FALSE(folder.result().at("complete"));
}

TEST(TaskResume, IsForTasks) {
  const ExperimentFolder folder;
  const CliCall run = folder.run({"--resume"});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("[task]"));
  const CliCall interval = folder.run({"--set", "output.checkpoint_interval=1 s"});
  EXPECT_NE(interval.code, 0);
  EXPECT_THAT(interval.err, HasSubstr("there is no [task]"));
}

}  // namespace
}  // namespace synop
