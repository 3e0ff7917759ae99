#include "synop/io/output_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "io/temporary_folder.hpp"
#include "synop/core/error.hpp"
#include "synop/io/csv/spike_csv.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

TEST(OutputFolder, IsCreatedWithItsParents) {
  const TemporaryFolder folder;
  create_output_folder(folder / "a/b/c", Overwrite::no);
  EXPECT_TRUE(std::filesystem::is_directory(folder / "a/b/c"));
  create_output_folder(folder / "a/b/c", Overwrite::no);  // still empty
}

TEST(OutputFolder, IsNotReusedUnlessAskedTo) {
  const TemporaryFolder folder;
  write_text_file(folder / "old.txt", "old");
  const std::string message = message_of([&] { create_output_folder(folder.path(), Overwrite::no); });
  EXPECT_THAT(message, HasSubstr(folder.path().string()));
  EXPECT_THAT(message, HasSubstr("--overwrite"));
  create_output_folder(folder.path(), Overwrite::yes);
  EXPECT_EQ(read_text(folder / "old.txt"), "old");
}

TEST(OutputFolder, DeletesOnlyFilesInItThatItsResultLists) {
  const TemporaryFolder folder;
  const std::filesystem::path results = folder / "results";
  create_output_folder(results, Overwrite::no);
  for (const char* name : {"spikes.csv", "mine.txt", "../outside.txt"}) write_text_file(results / name, "old");
  const auto list = [&](const std::string& schema) {
    write_text_file(
        results / "result.json",
        "{\"schema\": \"" + schema + "\", \"files\": [\"spikes.csv\", \"../outside.txt\", \"..\", \"\", 3, \"gone\"]}");
  };
  list("another");
  create_output_folder(results, Overwrite::yes);
  EXPECT_TRUE(std::filesystem::exists(results / "spikes.csv"));
  list("synop.result");
  create_output_folder(results, Overwrite::yes);
  EXPECT_FALSE(std::filesystem::exists(results / "spikes.csv"));
  EXPECT_EQ(read_text(results / "mine.txt"), "old");
  EXPECT_EQ(read_text(folder / "outside.txt"), "old");
}

TEST(OutputFolder, MustBeAFolderThatCanBeWritten) {
  const TemporaryFolder folder;
  write_text_file(folder / "file", "");
  EXPECT_THAT(message_of([&] { create_output_folder(folder / "file", Overwrite::yes); }), HasSubstr("/file'"));
  EXPECT_THAT(message_of([&] { create_output_folder(folder / "file/below", Overwrite::no); }),
              HasSubstr("Not a directory"));
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  const bool is_root = ::geteuid() == 0;  // who may write everywhere
  constexpr uid_t nobody = 65534;
  if (is_root && ::seteuid(nobody) != 0) GTEST_SKIP() << "cannot act as a user without rights";
  EXPECT_THAT(message_of([&] { create_output_folder(folder.path(), Overwrite::yes); }), HasSubstr("Permission denied"));
  if (is_root && ::seteuid(0) != 0) FAIL() << "cannot become root again";
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}

TEST(TextFile, ReplacesTheOldOneWhole) {
  const TemporaryFolder folder;
  write_text_file(folder / "a.txt", "first, and longer");
  write_text_file(folder / "a.txt", "second");
  EXPECT_EQ(read_text(folder / "a.txt"), "second");
  EXPECT_FALSE(std::filesystem::exists(folder / "a.txt.part"));
}

TEST(TextFile, NamesThePathThatCannotBeWritten) {
  const std::string message = message_of([] { write_text_file("/nonexistent/a.txt", "x"); });
  EXPECT_EQ(message, "cannot create '/nonexistent/a.txt.part': No such file or directory");
}

TEST(SpikeCsv, HoldsEveryTick) {
  const TemporaryFolder folder;
  const std::vector<Spike> spikes{{Time{1}, 3}, {Time{9'000'000'000'000'000'001}, 4}};
  SpikeCsvWriter writer(folder / "a.csv", {"plain", "with, \"both\""});
  writer.append(0, spikes);
  writer.append(1, std::span(spikes).first(1));
  EXPECT_FALSE(std::filesystem::exists(folder / "a.csv"));
  writer.finish();
  EXPECT_EQ(read_text(folder / "a.csv"),
            "time_ms,population,neuron\n"
            "0.000000001,plain,3\n"
            "9000000000.000000001,plain,4\n"
            "0.000000001,\"with, \"\"both\"\"\",3\n");
}

TEST(SpikeCsv, SaysThatTheDiskIsFull) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("/dev/full", folder / "a.csv.part");
  SpikeCsvWriter writer(folder / "a.csv", {"a"});
  const std::string message = message_of([&] { writer.finish(); });
  EXPECT_THAT(message, HasSubstr("a.csv.part': No space left on device"));
}

}  // namespace
}  // namespace synop
