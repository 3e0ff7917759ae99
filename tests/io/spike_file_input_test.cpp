#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include "io/small_circuit.hpp"
#include "io/temporary_folder.hpp"
#include "synop/core/error.hpp"
#include "synop/io/hdf5/spike_file.hpp"

namespace synop {
namespace {

using test::HdfFile;
using testing::HasSubstr;

const std::vector<double> three_times{2.5, 0.5, 1.5};

TEST(ForeignSpikeFile, IsSortedAndTakesIdsOfAnyWidth) {
  const TemporaryFolder folder;
  HdfFile(folder / "a.h5")
      .group("/spikes")
      .group("/spikes/u8")
      .array("/spikes/u8/timestamps", H5T_NATIVE_DOUBLE, three_times)
      .array<std::uint8_t>("/spikes/u8/node_ids", H5T_NATIVE_UINT8, {2, 0, 1})
      .text("/spikes/u8/timestamps", "units", "milliseconds")
      .text("/spikes/u8", "sorting", "by_gid")
      .group("/spikes/i64")
      .array<float>("/spikes/i64/timestamps", H5T_NATIVE_FLOAT, {2.5f, 0.5f, 1.5f})
      .array<std::int64_t>("/spikes/i64/node_ids", H5T_NATIVE_INT64, {2, 0, 1});
  const SpikeFile file = read_spike_file(folder / "a.h5");
  const std::vector<Spike> expected{{Time::from_ms(0.5), 0}, {Time::from_ms(1.5), 1}, {Time::from_ms(2.5), 2}};
  ASSERT_EQ(file.populations.size(), 2u);
  for (const auto& population : file.populations) {
    EXPECT_EQ(population.spikes, expected) << population.name;
    EXPECT_FALSE(population.size.has_value());
  }
  EXPECT_TRUE(file.complete);
  EXPECT_FALSE(file.provenance.has_value());
}

TEST(ForeignSpikeFile, MayHaveNoPopulations) {
  const TemporaryFolder folder;
  HdfFile(folder / "a.h5")
      .group("/spikes")
      .array("/spikes/timestamps", H5T_NATIVE_DOUBLE, three_times)
      .array<std::uint32_t>("/spikes/gids", H5T_NATIVE_UINT32, {2, 0, 1});
  const SpikeFile file = read_spike_file(folder / "a.h5");
  ASSERT_EQ(file.populations.size(), 1u);
  EXPECT_EQ(file.populations[0].spikes.size(), 3u);
}

std::string refusal(const std::vector<double>& times, const std::vector<std::int64_t>& ids,
                    const std::string& unit = "ms") {
  const TemporaryFolder folder;
  HdfFile(folder / "a.h5")
      .group("/spikes")
      .group("/spikes/p")
      .array("/spikes/p/timestamps", H5T_NATIVE_DOUBLE, times)
      .array("/spikes/p/node_ids", H5T_NATIVE_INT64, ids)
      .text("/spikes/p/timestamps", "units", unit);
  try {
    read_spike_file(folder / "a.h5");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_THAT(error.what(), HasSubstr("a.h5"));
    return error.what();
  }
  return "";
}

TEST(BadSpikeFile, IsRefusedWithTheDatasetAndTheValue) {
  EXPECT_THAT(refusal({1, 2}, {1}), HasSubstr("'/spikes/p/timestamps'"));
  EXPECT_THAT(refusal({1, 2}, {1}), HasSubstr("equally long"));
  EXPECT_THAT(refusal({1, -2}, {1, 2}), HasSubstr("holds -2 at row 1"));
  EXPECT_THAT(refusal({1, std::nan("")}, {1, 2}), HasSubstr("holds nan at row 1"));
  EXPECT_THAT(refusal({1, HUGE_VAL}, {1, 2}), HasSubstr("holds inf at row 1"));
  EXPECT_THAT(refusal({1, 2}, {1, -7}), HasSubstr("holds the id -7 at row 1"));
  EXPECT_THAT(refusal({1, 2}, {1, 1LL << 32}), HasSubstr("holds the id 4294967296 at row 1"));
  EXPECT_THAT(refusal({1, 2}, {1, 2}, "s"), HasSubstr("is in 's'"));
}

TEST(BadSpikeFile, IsRefusedWithoutItsDatasets) {
  const TemporaryFolder folder;
  HdfFile(folder / "empty.h5").group("/other");
  HdfFile(folder / "half.h5")
      .group("/spikes")
      .group("/spikes/p")
      .array("/spikes/p/timestamps", H5T_NATIVE_DOUBLE, three_times);
  HdfFile(folder / "float_ids.h5")
      .group("/spikes")
      .group("/spikes/p")
      .array("/spikes/p/timestamps", H5T_NATIVE_DOUBLE, three_times)
      .array("/spikes/p/node_ids", H5T_NATIVE_DOUBLE, three_times);
  EXPECT_THAT(message_of([&] { read_spike_file(folder / "empty.h5"); }), HasSubstr("no group /spikes"));
  EXPECT_THAT(message_of([&] { read_spike_file(folder / "half.h5"); }), HasSubstr("no dataset '/spikes/p/node_ids'"));
  EXPECT_THAT(message_of([&] { read_spike_file(folder / "float_ids.h5"); }), HasSubstr("does not hold integers"));
}

TEST(BadSpikeFile, IsRefusedWhenItIsNotHdf5) {
  const TemporaryFolder folder;
  std::ofstream(folder / "text.h5") << "time,neuron\n";
  EXPECT_THAT(message_of([&] { read_spike_file(folder / "text.h5"); }), HasSubstr("is not an HDF5 file"));
  EXPECT_THAT(message_of([&] { read_spike_file(folder / "absent.h5"); }), HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace synop
