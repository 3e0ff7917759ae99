#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include "io/temporary_folder.hpp"
#include "synop/core/error.hpp"
#include "synop/io/hdf5/spike_file.hpp"

namespace synop {
namespace {

using testing::HasSubstr;

// Writes files as other programs do, or as none should.
class ForeignFile {
 public:
  explicit ForeignFile(const std::filesystem::path& path)
      : file_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {}
  ForeignFile(const ForeignFile&) = delete;
  ForeignFile& operator=(const ForeignFile&) = delete;
  ~ForeignFile() { H5Fclose(file_); }

  ForeignFile& group(const std::string& path) {
    H5Gclose(H5Gcreate2(file_, path.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    return *this;
  }

  template <class T>
  ForeignFile& array(const std::string& path, hid_t type, const std::vector<T>& values) {
    const hsize_t length = values.size();
    const hid_t space = H5Screate_simple(1, &length, nullptr);
    const hid_t dataset = H5Dcreate2(file_, path.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    H5Dclose(dataset);
    H5Sclose(space);
    return *this;
  }

  ForeignFile& text(const std::string& object, const std::string& name, const std::string& value) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, value.size());
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t attribute =
        H5Acreate_by_name(file_, object.c_str(), name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, value.data());
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    return *this;
  }

 private:
  hid_t file_;
};

const std::vector<double> three_times{2.5, 0.5, 1.5};

TEST(ForeignSpikeFile, IsSortedAndTakesIdsOfAnyWidth) {
  const TemporaryFolder folder;
  ForeignFile(folder / "a.h5")
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
  ForeignFile(folder / "a.h5")
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
  ForeignFile(folder / "a.h5")
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
  ForeignFile(folder / "empty.h5").group("/other");
  ForeignFile(folder / "half.h5")
      .group("/spikes")
      .group("/spikes/p")
      .array("/spikes/p/timestamps", H5T_NATIVE_DOUBLE, three_times);
  ForeignFile(folder / "float_ids.h5")
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
