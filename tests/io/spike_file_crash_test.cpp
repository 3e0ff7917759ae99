#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "io/temporary_folder.hpp"
#include "synop/core/error.hpp"
#include "synop/io/hdf5/spike_file.hpp"

namespace synop {
namespace {

constexpr std::int64_t neurons = 1000;

Spike spike_at(std::int64_t i) {
  return {Time{1 + i * 1'234'567}, static_cast<std::uint32_t>(i * 7919 % neurons)};
}

void append_block(SpikeFileWriter& writer, std::size_t population, std::int64_t first, std::int64_t count) {
  std::vector<Spike> spikes;
  for (std::int64_t i = first; i < first + count; ++i) spikes.push_back(spike_at(i));
  writer.append(population, spikes);
}

Provenance run_of_an_hour() {
  return {.stop = Time::from_ms(3.6e6)};
}

// Two populations at different rates, with flushes of part chunks in between, until killed.
[[noreturn]] void write_for_ever(const std::filesystem::path& path, int announce) {
  SpikeFileWriter writer(path, {{"a", neurons}, {"b", neurons}}, run_of_an_hour(), Ticks::always);
  if (::write(announce, "x", 1) != 1) std::_Exit(1);
  for (std::int64_t block = 0;; ++block) {
    append_block(writer, 0, block * 5000, 5000);
    append_block(writer, 1, block * 100, 100);
    if (block % 3 == 0) writer.commit(spike_at((block + 1) * 100).time);
  }
}

void kill_writer_after(std::chrono::microseconds delay, const std::filesystem::path& path) {
  int channel[2];
  ASSERT_EQ(::pipe(channel), 0);
  const pid_t child = ::fork();
  if (child == 0) write_for_ever(path, channel[1]);
  char started = 0;
  ASSERT_EQ(::read(channel[0], &started, 1), 1);
  std::this_thread::sleep_for(delay);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(channel[0]);
  ::close(channel[1]);
}

TEST(SpikeFile, SurvivesAKillAtAnyMoment) {
  std::mt19937 random(1);
  std::uint64_t recovered = 0;
  for (int kill = 0; kill < 20; ++kill) {
    const TemporaryFolder folder;
    kill_writer_after(std::chrono::microseconds(random() % 100'000), folder / "spikes.h5");
    const SpikeFile file = read_spike_file(folder / "spikes.h5.part");
    EXPECT_FALSE(file.complete);
    ASSERT_EQ(file.populations.size(), 2u);
    for (const auto& population : file.populations) {
      recovered += population.spikes.size();
      for (std::size_t i = 0; i < population.spikes.size(); ++i)
        ASSERT_EQ(population.spikes[i], spike_at(static_cast<std::int64_t>(i)));
    }
  }
  EXPECT_GT(recovered, 100'000u);
}

TEST(SpikeFile, SurvivesAKillAfterAFlush) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    SpikeFileWriter writer(folder / "spikes.h5", {{"a", neurons}}, run_of_an_hour());
    append_block(writer, 0, 0, 100);
    writer.commit(spike_at(100).time);
    append_block(writer, 0, 100, 100);
    ::raise(SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(read_spike_file(folder / "spikes.h5.part").populations.at(0).spikes.size(), 100u);
}

// What a child process that may write files of at most `limit` bytes reports: 0 for no error, 1 for an Error(file)
// that names the path and the reason, 2 for any other.
int outcome_with_file_limit(const std::filesystem::path& path, rlim_t limit, std::int64_t blocks) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit file_size{limit, limit};
    ::setrlimit(RLIMIT_FSIZE, &file_size);
    try {
      SpikeFileWriter writer(path, {{"a", neurons}}, run_of_an_hour());
      for (std::int64_t block = 0; block < blocks; ++block) {
        append_block(writer, 0, block * 5000, 5000);
        if (block % 20 == 19) writer.commit(spike_at((block + 1) * 5000).time);
      }
      writer.finish();
    } catch (const Error& error) {
      const std::string message = error.what();
      const bool names_both =
          message.find(path.string()) != std::string::npos && message.find("File too large") != std::string::npos;
      std::exit(error.kind() == ErrorKind::file && names_both ? 1 : 2);  // exit, so that HDF5's own clean-up runs
    }
    std::exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(SpikeFile, SaysThatTheDiskIsFull) {
  for (const rlim_t limit : {100u, 3000u, 50'000u, 1'500'000u, 1'700'000u, 4'000'000u}) {
    const TemporaryFolder folder;
    EXPECT_EQ(outcome_with_file_limit(folder / "spikes.h5", limit, 100), 1) << limit;
    EXPECT_FALSE(std::filesystem::exists(folder / "spikes.h5")) << limit;
  }
  const TemporaryFolder folder;
  EXPECT_EQ(outcome_with_file_limit(folder / "spikes.h5", 20'000'000, 100), 0);
}

TEST(SpikeFile, SaysThatTheDiskIsFullInTheLastPart) {
  const TemporaryFolder folder;
  EXPECT_EQ(outcome_with_file_limit(folder / "spikes.h5", 30'000, 1), 1);
  EXPECT_FALSE(std::filesystem::exists(folder / "spikes.h5"));
}

TEST(SpikeFile, KeepsWhatWasWrittenBeforeTheDiskWasFull) {
  const TemporaryFolder folder;
  EXPECT_EQ(outcome_with_file_limit(folder / "spikes.h5", 4'000'000, 100), 1);
  const SpikeFile file = read_spike_file(folder / "spikes.h5.part");
  const auto& spikes = file.populations.at(0).spikes;
  EXPECT_GE(spikes.size(), 65'536u);
  for (std::size_t i = 0; i < spikes.size(); ++i) ASSERT_EQ(spikes[i], spike_at(static_cast<std::int64_t>(i)));
}

// Wherever the disk fills up between two flushes, also while datasets are being created: a file with two populations
// can be read and holds a prefix that never shrinks with a larger disk.
TEST(SpikeFile, CanBeReadWhereverTheDiskBecameFull) {
  std::uint64_t most = 0;
  for (rlim_t limit = 10'000; limit < 6'000'000; limit += 99'731) {
    const TemporaryFolder folder;
    const pid_t child = ::fork();
    if (child == 0) {
      ::signal(SIGXFSZ, SIG_IGN);
      const rlimit file_size{limit, limit};
      ::setrlimit(RLIMIT_FSIZE, &file_size);
      try {
        write_for_ever(folder / "spikes.h5", ::open("/dev/null", O_WRONLY));
      } catch (const Error&) {
        std::exit(0);
      }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << limit;
    const SpikeFile file = read_spike_file(folder / "spikes.h5.part");
    const auto& spikes = file.populations.at(0).spikes;
    EXPECT_GE(spikes.size(), most) << limit;
    most = std::max<std::uint64_t>(most, spikes.size());
    for (std::size_t i = 0; i < spikes.size(); ++i) ASSERT_EQ(spikes[i], spike_at(static_cast<std::int64_t>(i)));
  }
  EXPECT_GT(most, 65'536u);
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

// What sorting gives in a process of its own that may write files of at most `limit` bytes: 1 for an Error(file).
pid_t begin_sorting(const std::filesystem::path& path, rlim_t limit, int times) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit file_size{limit, limit};
  ::setrlimit(RLIMIT_FSIZE, &file_size);
  try {
    for (int i = 0; i < times; ++i) sort_spike_file_by_id(path);
  } catch (const Error& error) {
    std::exit(error.kind() == ErrorKind::file ? 1 : 2);
  }
  std::exit(0);
}
int end_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(SpikeFile, IsSortedByIdByTwoAtOnceAndLeavesNothingBehind) {
  const TemporaryFolder folder;
  {
    SpikeFileWriter writer(folder / "spikes.h5", {{"a", neurons}}, run_of_an_hour());
    append_block(writer, 0, 0, 20'000);
    writer.finish();
  }
  const std::vector<std::string> before = names_in(folder / ".");
  EXPECT_EQ(end_of(begin_sorting(folder / "spikes.h5", 50'000, 1)), 1);  // the disk is full
  EXPECT_EQ(names_in(folder / "."), before);
  EXPECT_EQ(read_spike_file(folder / "spikes.h5").populations.at(0).spikes.size(), 20'000u);
  const pid_t one = begin_sorting(folder / "spikes.h5", RLIM_INFINITY, 20), other = begin_sorting(folder / "spikes.h5", RLIM_INFINITY, 20);
  EXPECT_EQ(end_of(one), 0);
  EXPECT_EQ(end_of(other), 0);
  EXPECT_EQ(names_in(folder / "."), before);
  const auto spikes = read_spike_file(folder / "spikes.h5").populations.at(0).spikes;
  ASSERT_EQ(spikes.size(), 20'000u);
  for (std::size_t i = 0; i < spikes.size(); ++i) ASSERT_EQ(spikes[i], spike_at(static_cast<std::int64_t>(i)));
}

}  // namespace
}  // namespace synop
