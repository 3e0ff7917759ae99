// What a resumed task takes over, and what it refuses to go on from.
#include <gmock/gmock.h>

#include "io/event_task.hpp"
#include "io/resumed_task.hpp"
#include "synop/io/hdf5/detail/journal.hpp"

namespace synop {
namespace {

using namespace test;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string vectors =
    "source = \"csv\"\npath = \"v.csv\"\nclasses = 2\nlow = 0\nhigh = 1\n[task.encoder]\ntype = \"regular_rate\"\n";

std::string rows(int count) {
  std::string text = "label,a,b,c\n";
  for (int i = 0; i < count; ++i) text += i % 2 == 0 ? "0,1,0,1\n" : "1,0,1,0\n";
  return text;
}

TEST(TaskResume, RefusesOtherDataByKeyAndFile) {
  const ExperimentFolder first(task(injector, vectors, "", 3) + "[[task.phase]]\nrole = \"label\"\nsamples = 2\n");
  write_text_file(first.path("v.csv"), rows(2));
  ASSERT_EQ(first.run().code, 0);
  const std::string learned = read_text(first.path("results/weights.h5"));

  const ExperimentFolder folder(task(injector, vectors, "learned = \"w.h5\"\n", 3) +
                                "[[task.phase]]\nrole = \"train\"\nsamples = 300\n[output]\ncheckpoint_interval = 0\n");
  write_text_file(folder.path("v.csv"), rows(300));
  write_text_file(folder.path("w.h5"), learned);
  ASSERT_TRUE(interrupt(folder));
  std::string other = rows(300);
  other[other.size() - 2] = '1';
  write_text_file(folder.path("v.csv"), other);
  const CliCall of_data = folder.run({"--resume"});
  EXPECT_EQ(of_data.code, 3);
  EXPECT_THAT(of_data.err, AllOf(HasSubstr("checkpoint.cbor' follows other data: task.dataset.path: '"),
                                 HasSubstr("v.csv' held 2412 bytes with the hash"), HasSubstr("--overwrite")));
  write_text_file(folder.path("v.csv"), rows(300));
  write_text_file(folder.path("w.h5"), learned + "x");
  EXPECT_THAT(folder.run({"--resume"}).err, AllOf(HasSubstr("task.learned: '"), HasSubstr("w.h5' held")));
  write_text_file(folder.path("w.h5"), learned);
  const CliCall same = folder.run({"--resume"});
  EXPECT_EQ(same.code, 0) << same.err;
}

TEST(TaskResume, NamesTheKeyThatIsNotTheSame) {
  const ExperimentFolder folder(often);
  ASSERT_TRUE(interrupt(folder, {"--set", "seed=7"}));
  const CliCall seed = folder.run({"--resume", "--set", "seed=99"});
  EXPECT_EQ(seed.code, 3);
  EXPECT_THAT(seed.err, HasSubstr("is of another experiment: seed was 7 and is 99 now"));
  EXPECT_THAT(folder.run({"--resume", "--set", "seed=7", "--set", "population.exc.params.t_ref=4 ms"}).err,
              HasSubstr("population.exc.params.t_ref was \"5 ms\" and is \"4 ms\" now"));
  EXPECT_THAT(folder.run({"--resume", "--set", "seed=7", "--set", "task.rest=1 ms"}).err,
              HasSubstr("task.rest was not given and is \"1 ms\" now"));
}

TEST(TaskResume, GoesOnAfterAnEditOfComments) {
  const ExperimentFolder folder(often);
  ASSERT_TRUE(interrupt(folder));
  write_text_file(folder.file(), "# a comment\n" + with(often, "samples = 60", "samples = 60  # of the generator"));
  const CliCall again = folder.run({"--resume"});
  EXPECT_EQ(again.code, 0) << again.err;
}

TEST(TaskResume, AddsUpTheSecondsOfItsSessions) {
  const ExperimentFolder folder(with(often, "samples = 60", "samples = 20000"));
  const auto later = [&, until = std::chrono::steady_clock::now() + std::chrono::milliseconds(1500)] {
    return std::chrono::steady_clock::now() > until && std::filesystem::exists(folder.path("results/checkpoint.cbor"));
  };
  ASSERT_TRUE(run_and_signal(folder, {}, SIGINT, later));
  const double first = folder.result().at("seconds");
  EXPECT_GT(first, 0.5);
  const auto goes_on = [&] { return std::filesystem::exists(folder.path("results/spikes.h5.part")); };
  ASSERT_TRUE(run_and_signal(folder, {"--resume"}, SIGINT, goes_on));
  const double second = folder.result().at("seconds");
  EXPECT_GT(second, first);
}

// The index of spikes.h5.part as a kill leaves it between the journal and its places.
TEST(TaskResume, TakesWhatTheJournalOfAKilledRunHolds) {
  const ExperimentFolder whole(often), killed(often);
  ASSERT_EQ(whole.run().code, 0);
  const std::string part = killed.path("results/spikes.h5.part");
  ASSERT_TRUE(run_and_signal(killed, {}, SIGKILL, [&] {
    return std::filesystem::exists(killed.path("results/checkpoint.cbor")) && std::filesystem::file_size(part) > 20'000;
  }));
  const auto journal = hdf5::read_journal(part);
  ASSERT_TRUE(journal);
  std::fstream file(part, std::ios::binary | std::ios::in | std::ios::out);
  journal->writes.for_each([&](std::uint64_t address, const char*, std::size_t size) {
    file.seekp(static_cast<std::streamoff>(address)).write(std::string(size, '\0').data(), static_cast<std::streamsize>(size));
  });
  file.close();
  const CliCall again = killed.run({"--resume"});
  ASSERT_EQ(again.code, 0) << again.err;
  expect_same(killed, whole);
}

TEST(TaskResume, LeavesNothingOfAnInterruptedSession) {
  const ExperimentFolder folder(with(often, "samples = 60", "samples = 20000"));
  ASSERT_TRUE(interrupt(folder));
  const std::string result = folder.path("results/result.json");
  ASSERT_TRUE(std::filesystem::exists(result));
  const auto gone = [&, until = std::chrono::steady_clock::now() + std::chrono::seconds(60)] {
    return !std::filesystem::exists(result) || std::chrono::steady_clock::now() > until;
  };
  ASSERT_TRUE(run_and_signal(folder, {"--resume"}, SIGKILL, gone));
  for (const auto& entry : std::filesystem::directory_iterator(folder.results())) {
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(name.starts_with("checkpoint.cbor") || name.starts_with("experiment.toml") || name.starts_with("spikes.")) << name;
    EXPECT_THAT(name, Not(testing::AnyOf("spikes.csv", "spikes.h5")));
  }
}

}  // namespace
}  // namespace synop
