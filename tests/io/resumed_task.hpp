#pragma once

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/cli_call.hpp"
#include "io/small_task.hpp"
#include "io/task_numbers.hpp"
#include "support/places.hpp"
#include "synop/io/hdf5/spike_file.hpp"

// Runs of tasks that are cut short and go on.
namespace synop::test {

inline std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Everything that the same run without a break writes.
inline void expect_same(const ExperimentFolder& resumed, const ExperimentFolder& whole) {
  EXPECT_EQ(numbers_of(resumed.result()), numbers_of(whole.result()));
  EXPECT_EQ(bytes_of(resumed.path("results/spikes.csv")), bytes_of(whole.path("results/spikes.csv")));
  const auto spikes = [](const ExperimentFolder& folder) {
    return read_spike_file(folder.path("results/spikes.h5")).populations.at(0).spikes;
  };
  EXPECT_EQ(spikes(resumed), spikes(whole));
  for (const auto& entry : std::filesystem::directory_iterator(resumed.results()))
    EXPECT_TRUE(std::filesystem::exists(whole.path("results/" + entry.path().filename().string()))) << entry.path();
}

// Runs as a program of its own, which gets the signal when `when` says so. True if that ended it, and it had not ended
// before.
template <class When>
bool run_and_signal(const ExperimentFolder& folder, const std::vector<std::string>& more, int signal, When when) {
  std::vector<std::string> args{binary_dir() + "/synop", "run", folder.file(), "-o", folder.results(), "--quiet"};
  args.insert(args.end(), more.begin(), more.end());
  std::vector<char*> pointers;
  for (std::string& arg : args) pointers.push_back(arg.data());
  pointers.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    std::freopen("/dev/null", "w", stdout);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  int status = 0;
  while (!when()) {
    if (::waitpid(child, &status, WNOHANG) == child) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ::kill(child, signal);
  ::waitpid(child, &status, 0);
  return signal == SIGKILL ? WIFSIGNALED(status) : WIFEXITED(status) && WEXITSTATUS(status) == 128 + signal;
}

// A checkpoint after every sample.
inline const std::string often = std::string(small_task) + "\n[output]\ncheckpoint_interval = 0\ncsv = true\n";

// Interrupts the run of the experiment as soon as it has a checkpoint.
inline bool interrupt(const ExperimentFolder& folder, const std::vector<std::string>& more = {}) {
  return run_and_signal(folder, more, SIGINT, [&] { return std::filesystem::exists(folder.path("results/checkpoint.cbor")); });
}

}  // namespace synop::test
