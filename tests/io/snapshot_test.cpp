#include <csignal>
#include <cstdint>
#include <fstream>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/small_circuit.hpp"
#include "synop/core/error.hpp"
#include "synop/io/hdf5/snapshot.hpp"

namespace synop {
namespace {

using test::HdfFile;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Hdf5Snapshot, HoldsEveryTypeOfValueByPath) {
  const TemporaryFolder folder;
  HdfFile(folder / "a.h5")
      .array<std::int8_t>("/a/b/signed", H5T_NATIVE_INT8, {-1, 2})
      .array<std::uint16_t>("/a/b/unsigned", H5T_STD_U16BE, {1, 2, 3, 4}, 2)
      .array<float>("/a/real", H5T_NATIVE_FLOAT, {0.5f})
      .text("/a/real", "units", "ms")
      .ids("/a/empty", {});
  const Hdf5Snapshot file = Hdf5Snapshot::read(folder / "a.h5");
  EXPECT_THAT(file.children("/a"), ElementsAre("b", "empty", "real"));
  EXPECT_THAT(file.integers("/a/b/signed"), ElementsAre(-1, 2));
  EXPECT_THAT(file.dataset("/a/b/unsigned").shape, ElementsAre(2, 2));
  EXPECT_THAT(file.numbers("/a/real"), ElementsAre(0.5));
  EXPECT_EQ(file.text_attribute("/a/real", "units"), "ms");
  EXPECT_TRUE(file.ids("/a/empty").empty());
  EXPECT_TRUE(file.has_group("/a/b"));
  EXPECT_THAT(message_of([&] { (void)file.ids("/a/real"); }), HasSubstr("'/a/real' of"));
  EXPECT_THAT(message_of([&] { (void)file.ids("/a/b/signed"); }), HasSubstr("holds -1 at row 0"));
  EXPECT_THAT(message_of([&] { (void)file.ids("/a/b/unsigned"); }), HasSubstr("2 dimensions"));
  EXPECT_THAT(message_of([&] { (void)file.ids("/a/c"); }), HasSubstr("no dataset '/a/c'"));
}

TEST(Hdf5Snapshot, RefusesWhatIsTooLargeOrNoHdf5) {
  const TemporaryFolder folder;
  HdfFile(folder / "a.h5").ids("/a", std::vector<std::int64_t>(100000));
  EXPECT_THAT(message_of([&] { Hdf5Snapshot::read(folder / "a.h5", {.memory_bytes = 100000}); }), HasSubstr("100000 bytes"));
  std::ofstream(folder / "t.h5") << "text";
  EXPECT_THAT(message_of([&] { Hdf5Snapshot::read(folder / "t.h5"); }), HasSubstr("is not an HDF5 file"));
  EXPECT_THAT(message_of([&] { Hdf5Snapshot::read(folder / "absent.h5"); }), HasSubstr("No such file"));
  EXPECT_THAT(message_of([&] { Hdf5Snapshot::read(folder.path()); }), HasSubstr("Is a directory"));
}

// Every damaged file is read or refused with its name; nothing else happens to this process.
TEST(Hdf5Snapshot, SurvivesDamagedFiles) {
  const TemporaryFolder folder;
  {
    HdfFile file(folder / "a.h5");
    for (const char* group : {"/edges/a/", "/edges/b/"})
      file.ids(std::string(group) + "ids", {1, 2, 3}).reals(std::string(group) + "0/w", {1.0, 2.0}).text(std::string(group) + "ids", "n", "v1");
  }
  const std::string whole = read_text(folder / "a.h5");
  std::mt19937 random(1);
  int refused = 0;
  for (int trial = 0; trial < 300; ++trial) {
    std::string damaged = whole;
    for (unsigned n = 1 + random() % 4; n > 0; --n) damaged[random() % damaged.size()] = static_cast<char>(random());
    if (trial % 10 == 0) damaged.resize(random() % damaged.size());
    std::ofstream(folder / "d.h5", std::ios::binary) << damaged;
    try {
      Hdf5Snapshot::read(folder / "d.h5", {.memory_bytes = 1 << 26, .seconds = 1.0});
    } catch (const Error& error) {
      ++refused;
      EXPECT_THAT(error.what(), HasSubstr("d.h5"));
    }
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace synop
