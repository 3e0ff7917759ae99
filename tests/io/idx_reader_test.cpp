#include "synop/io/tasks/idx_reader.hpp"

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <zlib.h>

#include "synop/core/error.hpp"

namespace synop {
namespace {

namespace fs = std::filesystem;

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

// Three images of 2 rows x 3 columns with pixels 0..17.
std::string images() {
  std::string bytes = big_endian(2051) + big_endian(3) + big_endian(2) + big_endian(3);
  for (int p = 0; p < 18; ++p) bytes += static_cast<char>(p);
  return bytes;
}

std::string labels() {
  return big_endian(2049) + big_endian(3) + std::string("\x07\x00\x09", 3);
}

class IdxReader : public testing::Test {
 protected:
  IdxReader() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() / (std::string("synop_idx_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~IdxReader() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }

  void write_gzip(const std::string& name, const std::string& bytes) const {
    const gzFile file = gzopen((folder_ / name).c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
  }

  // The kind of the error that reading the folder gives; every part of `said` must be in its message.
  void expect_error(ErrorKind kind, std::initializer_list<std::string> said) const {
    try {
      read_idx_folder(folder_);
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind) << error.what();
      for (const std::string& part : said) {
        EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << part << " is not in: " << error.what();
      }
    }
  }

  void expect_images_error(const std::string& bytes, std::initializer_list<std::string> said) const {
    write("train-images-idx3-ubyte", bytes);
    write("train-labels-idx1-ubyte", labels());
    expect_error(ErrorKind::input, said);
  }

  fs::path folder_;
};

TEST_F(IdxReader, ReadsPlainFilesRowByRow) {
  write("train-images-idx3-ubyte", images());
  write("train-labels-idx1-ubyte", labels());
  const ImageSet set = read_idx_folder(folder_);
  EXPECT_EQ(set.size(), 3U);
  EXPECT_EQ(set.width, 3U);
  EXPECT_EQ(set.height, 2U);
  EXPECT_EQ(set.labels, (std::vector<std::uint8_t>{7, 0, 9}));
  EXPECT_EQ(set.image(1)[0], 6);
  EXPECT_EQ(set.image(2)[5], 17);
  EXPECT_NO_THROW(set.validate());
}

TEST_F(IdxReader, ReadsGzipAndTheDottedSpellingAlike) {
  write("train-images-idx3-ubyte", images());
  write("train-labels-idx1-ubyte", labels());
  write_gzip("t10k-images.idx3-ubyte.gz", images());
  write_gzip("t10k-labels-idx1-ubyte.gz", labels());
  const ImageSet plain = read_idx_folder(folder_);
  const ImageSet compressed = read_idx_folder(folder_, "t10k");
  EXPECT_EQ(plain.pixels, compressed.pixels);
  EXPECT_EQ(plain.labels, compressed.labels);
}

TEST_F(IdxReader, NamesTheFilesItLookedFor) {
  expect_error(ErrorKind::file, {"train-images-idx3-ubyte", "train-images.idx3-ubyte.gz"});
}

TEST_F(IdxReader, ReportsTheWrongMagicNumber) {
  expect_images_error(labels(), {"train-images-idx3-ubyte", "2049", "2051", "labels"});
  expect_images_error("not an IDX file", {"2051"});
}

TEST_F(IdxReader, ReportsTruncation) {
  expect_images_error(images().substr(0, 24), {"truncated", "18 bytes were expected", "found 8"});
  expect_images_error(images().substr(0, 10), {"inside its header", "height"});
}

TEST_F(IdxReader, ReportsTrailingBytes) {
  expect_images_error(images() + "x", {"goes on", "18 bytes"});
}

TEST_F(IdxReader, ReportsACutOrDamagedGzipFile) {
  write_gzip("whole.gz", images());
  std::ifstream in(folder_ / "whole.gz", std::ios::binary);
  std::string compressed((std::istreambuf_iterator<char>(in)), {});
  expect_images_error(compressed.substr(0, compressed.size() - 12), {"train-images-idx3-ubyte", "end in the middle"});
  compressed[compressed.size() - 6] ^= 0x55;  // in the checksum
  write("train-images-idx3-ubyte", compressed);
  expect_error(ErrorKind::input, {"train-images-idx3-ubyte"});
}

TEST_F(IdxReader, ReportsDifferentCounts) {
  write("train-images-idx3-ubyte", images());
  write("train-labels-idx1-ubyte", big_endian(2049) + big_endian(2) + std::string("\x01\x02", 2));
  expect_error(ErrorKind::input, {"3 images", "2 labels"});
}

TEST_F(IdxReader, ReportsALabelAboveNine) {
  write("train-images-idx3-ubyte", images());
  write("train-labels-idx1-ubyte", big_endian(2049) + big_endian(3) + std::string("\x01\x0a\x02", 3));
  expect_error(ErrorKind::input, {"train-labels-idx1-ubyte", "label 10 of image 1", "[0, 9]"});
}

// A header of 16 bytes must not make the reader allocate what it claims.
TEST_F(IdxReader, RefusesAbsurdSizes) {
  const std::string head = big_endian(2051);
  expect_images_error(head + big_endian(3) + big_endian(100'000) + big_endian(28), {"height", "100000", "[1, 4096]"});
  expect_images_error(head + big_endian(3) + big_endian(28) + big_endian(0), {"width", "is 0"});
  expect_images_error(head + big_endian(~0U) + big_endian(4096) + big_endian(4096), {"more than", "allowed"});
  expect_images_error(head + big_endian(5'000'000) + big_endian(28) + big_endian(28), {"truncated", "found 0"});
}

TEST(ImageSet, SlicesImagesWithTheirLabels) {
  ImageSet set{2, 1, {0, 1, 2, 3, 4, 5}, {7, 8, 9}, "a test"};
  const ImageSet part = set.slice(1, 2);
  EXPECT_EQ(part.pixels, (std::vector<std::uint8_t>{2, 3, 4, 5}));
  EXPECT_EQ(part.labels, (std::vector<std::uint8_t>{8, 9}));
  EXPECT_EQ(set.slice(3, 0).size(), 0U);
  EXPECT_THROW(set.slice(2, 2), Error);
  EXPECT_THROW(set.slice(1, ~std::size_t{0}), Error);
  set.pixels.pop_back();
  EXPECT_THROW(set.validate(), Error);
}

}  // namespace
}  // namespace synop
