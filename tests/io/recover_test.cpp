#include <fstream>

#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/cli_call.hpp"
#include "synop/core/error.hpp"
#include "synop/io/hdf5/recover.hpp"
#include "synop/io/hdf5/report_file.hpp"
#include "synop/io/hdf5/spike_file.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

Spike spike_at(int i) {
  return {Time::from_ms(10.0 + i), static_cast<std::uint32_t>(i % 7)};
}

std::vector<Spike> spikes(int first, int end) {
  std::vector<Spike> result;
  for (int i = first; i < end; ++i) result.push_back(spike_at(i));
  return result;
}

// What a process leaves that is killed after 100 spikes were committed and 50 more were appended.
std::filesystem::path killed_recording(const TemporaryFolder& folder) {
  const std::filesystem::path path = folder / "spikes.h5";
  const pid_t child = ::fork();
  if (child == 0) {
    SpikeFileWriter writer(path, {{"a", 7}, {"silent", 3}}, {.start = Time::from_ms(10), .stop = Time::from_ms(1e6)});
    writer.append(0, spikes(0, 100));
    writer.commit(Time::from_ms(110));
    writer.append(0, spikes(100, 150));
    ::raise(SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  return path.string() + ".part";
}

TEST(Recover, MakesAFileOfWhatWasCommitted) {
  const TemporaryFolder folder;
  const std::filesystem::path part = killed_recording(folder);
  const Recovered recovered = recover_file(part, folder / "out.h5");
  EXPECT_FALSE(recovered.complete);
  EXPECT_EQ(recovered.until, Time::from_ms(110));
  EXPECT_EQ(recovered.planned_stop, Time::from_ms(1e6));
  EXPECT_THAT(recovered.rows, testing::ElementsAre(testing::Pair("/spikes/a", 100u), testing::Pair("/spikes/silent", 0u)));
  const SpikeFile file = read_spike_file(folder / "out.h5");
  EXPECT_FALSE(file.complete);
  EXPECT_EQ(file.provenance->stop, Time::from_ms(110));
  EXPECT_EQ(file.populations.at(0).spikes, spikes(0, 100));
  EXPECT_TRUE(file.populations.at(1).spikes.empty());
  EXPECT_TRUE(std::filesystem::exists(part));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "."), {}), 3);  // .part, its journal, out.h5
}

TEST(Recover, CutsAnExtentThatGoesBeyondWhatWasCommitted) {
  const TemporaryFolder folder;
  {
    ReportFileWriter writer(folder / "v.h5",
                            {.population = "a", .variable = "V_m", .unit = "mV", .neurons = {0, 1}, .start = {}, .step = Delay::from_ms(1)},
                            {.stop = Time::from_ms(1e9)});
    writer.append(std::vector<double>(200'000, 1.0));
    writer.commit(Time::from_ms(100'000));
    writer.append(std::vector<double>(300'000, 2.0));  // fills chunks that are never committed
  }
  const Recovered recovered = recover_file(folder / "v.h5.part", folder / "out.h5");
  EXPECT_EQ(recovered.rows.at(0).second, 100'000u);
  const RecordedReport report = read_report_file(folder / "out.h5").at(0);
  EXPECT_EQ(report.values, std::vector<double>(200'000, 1.0));
}

TEST(Recover, LeavesACompleteFileAsItIs) {
  const TemporaryFolder folder;
  SpikeFileWriter writer(folder / "spikes.h5", {{"a", 7}}, {.stop = Time::from_ms(500)});
  writer.append(0, spikes(0, 10));
  writer.finish();
  EXPECT_FALSE(std::filesystem::exists(folder / "spikes.h5.part.journal"));
  const Recovered recovered = recover_file(folder / "spikes.h5", folder / "out.h5");
  EXPECT_TRUE(recovered.complete);
  EXPECT_EQ(recovered.until, Time::from_ms(500));
  EXPECT_TRUE(read_spike_file(folder / "out.h5").complete);
  EXPECT_EQ(read_spike_file(folder / "out.h5").populations.at(0).spikes, spikes(0, 10));
}

TEST(Recover, IgnoresAJournalThatIsNotWhole) {
  const TemporaryFolder folder;
  const std::filesystem::path part = killed_recording(folder);
  const std::string journal = part.string() + ".journal";
  const auto size = std::filesystem::file_size(journal);
  for (const auto kept : {size - 1, size / 2, size / 4, decltype(size){10}, decltype(size){0}}) {
    std::filesystem::resize_file(journal, kept);
    std::filesystem::remove(folder / "out.h5");
    EXPECT_EQ(recover_file(part, folder / "out.h5").rows.at(0).second, 100u) << kept;
  }
  std::filesystem::remove(journal);
  EXPECT_EQ(read_spike_file(part).populations.at(0).spikes, spikes(0, 100));
}

TEST(Recover, TheProgramSaysHowMuchThereIsAndUpToWhen) {
  const TemporaryFolder folder;
  const std::string part = killed_recording(folder).string();
  const CliCall recover = call({"recover", part});
  EXPECT_EQ(recover.code, 0) << recover.err;
  EXPECT_THAT(recover.out, HasSubstr("/spikes/a: 100 spikes"));
  EXPECT_THAT(recover.out, HasSubstr("complete from 10 ms to 110 ms, of a run that was to end at 1000000 ms"));
  EXPECT_TRUE(std::filesystem::exists(folder / "spikes.recovered.h5"));
  EXPECT_THAT(call({"info", (folder / "spikes.recovered.h5").string()}).out, HasSubstr("complete: no"));
  const CliCall json = call({"recover", part, "-o", (folder / "b.h5").string(), "--json"});
  EXPECT_EQ(json.json().at("complete_until_ms"), 110.0);
  EXPECT_EQ(json.json().at("rows").at("/spikes/a"), 100);
}

TEST(Recover, RefusesWithTheReason) {
  const TemporaryFolder folder;
  const std::string part = killed_recording(folder).string();
  const auto expect = [&](const std::vector<std::string>& args, int code, const std::string& message) {
    const CliCall recover = call(args);
    EXPECT_EQ(recover.code, code) << message;
    EXPECT_THAT(recover.err, HasSubstr(message));
  };
  expect({"recover", (folder / "none.part").string()}, 4, "none.part");
  expect({"recover", part, "-o", part}, 4, "File exists");
  expect({"recover", part, "-o", (folder / "no/out.h5").string()}, 4, "out.h5");
  std::ofstream(folder / "empty.h5.part").close();
  expect({"recover", (folder / "empty.h5.part").string()}, 3, "before its first commit");
}

}  // namespace
}  // namespace synop
