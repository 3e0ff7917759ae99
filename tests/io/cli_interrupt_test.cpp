#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "support/places.hpp"
#include "synop/io/hdf5/spike_file.hpp"
#include "synop/io/interrupt.hpp"

namespace synop {
namespace {

using Clock = std::chrono::steady_clock;
using testing::HasSubstr;

// A run of the built program as a process of its own, its output thrown away.
class Program {
 public:
  explicit Program(std::vector<std::string> args) {
    args.insert(args.begin(), test::binary_dir() + "/synop");
    std::vector<char*> pointers;
    for (std::string& arg : args) pointers.push_back(arg.data());
    pointers.push_back(nullptr);
    std::fflush(nullptr);  // or the child would print it again
    pid_ = ::fork();
    if (pid_ != 0) return;
    (void)::freopen("/dev/null", "w", stdout);
    (void)::freopen("/dev/null", "w", stderr);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  ~Program() {
    if (running_) ::kill(pid_, SIGKILL), wait();
  }
  void send(int signal) const { ::kill(pid_, signal); }
  // The exit code, or -signal.
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    running_ = false;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_ = 0;
  bool running_ = true;
};

// Waits until the run has written its first files.
bool wait_for(const std::string& path) {
  for (int i = 0; i < 500 && !std::filesystem::exists(path); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  return std::filesystem::exists(path);
}

void expect_ended_early(const ExperimentFolder& folder, int signal) {
  const nlohmann::json result = folder.result();
  EXPECT_EQ(result.at("complete"), false);
  EXPECT_EQ(result.at("interrupted_by"), signal);
  for (const auto& entry : std::filesystem::directory_iterator(folder.results()))
    EXPECT_NE(entry.path().extension(), ".part") << entry.path();
  const SpikeFile file = read_spike_file(folder.path("results/spikes.h5"));
  EXPECT_TRUE(file.complete);
  ASSERT_TRUE(file.provenance.has_value());
  EXPECT_EQ(file.provenance->stop.ms(), result.at("stop_ms").get<double>());
}

TEST(CliInterrupt, EndsAtOnceWith130AndWritesNothingWhenAskedBeforeTheRun) {
  const ExperimentFolder folder;
  set_interrupted_by(SIGINT);
  const CliCall run = folder.run();
  set_interrupted_by(0);
  EXPECT_EQ(run.code, 130) << run.out;
  EXPECT_THAT(run.err, HasSubstr("interrupted while the network was being built"));
  EXPECT_FALSE(std::filesystem::exists(folder.results()));
}

// A network that takes many seconds to build.
TEST(CliInterrupt, TheProgramEndsSoonWhileItBuilds) {
  const ExperimentFolder folder;
  Program program({"run", folder.file(), "-o", folder.results(), "--set", "population.exc.size=100000", "--set",
                   "projection[0].indegree=1000"});
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  const Clock::time_point begin = Clock::now();
  program.send(SIGTERM);
  EXPECT_EQ(program.wait(), 128 + SIGTERM);
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(5));  // 0.4 s on an idle machine
  EXPECT_FALSE(std::filesystem::exists(folder.results()));
}

class CliInterruptOf : public testing::TestWithParam<int> {};

TEST_P(CliInterruptOf, TheProgramEndsWithinTwoSecondsAndKeepsWhatWasComputed) {
  const ExperimentFolder folder;
  const std::string part = folder.path("results/spikes.h5.part");
  Program program({"run", folder.file(), "-o", folder.results(), "--set", "simulation.duration=1000000 s"});
  ASSERT_TRUE(wait_for(part));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const Clock::time_point begin = Clock::now();
  program.send(GetParam());
  EXPECT_EQ(program.wait(), 128 + GetParam());
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(2));
  expect_ended_early(folder, GetParam());
  const nlohmann::json result = folder.result();
  const double stop = result.at("stop_ms");
  EXPECT_GT(stop, 50.0);
  EXPECT_LT(stop, 1e9);
  // What is there is what a run of that length gives.
  const SpikeFile file = read_spike_file(folder.path("results/spikes.h5"));
  const auto& spikes = file.populations.at(0).spikes;
  ASSERT_EQ(spikes.size(), result.at("populations").at(0).at("spikes"));
  const double checked_ms = std::min(stop, 2000.0);
  const CliCall whole = call({"run", folder.file(), "-o", folder.path("whole"), "-q", "--set",
                              "simulation.duration=" + std::to_string(checked_ms)});
  ASSERT_EQ(whole.code, 0) << whole.err;
  const auto expected = read_spike_file(folder.path("whole/spikes.h5")).populations.at(0).spikes;
  ASSERT_LE(expected.size(), spikes.size());
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), spikes.begin()));
}

INSTANTIATE_TEST_SUITE_P(Signals, CliInterruptOf, testing::Values(SIGINT, SIGTERM));

}  // namespace
}  // namespace synop
