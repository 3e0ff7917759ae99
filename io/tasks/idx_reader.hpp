#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "synop/io/tasks/dataset.hpp"

namespace synop {

// Readers of the IDX files in which MNIST (LeCun, Cortes and Burges) and its relatives are distributed, plain or
// gzip-compressed: a big-endian magic number (2051 for images, 2049 for labels), the sizes, then one byte per value.
// Error(file): a file is missing or cannot be read. Error(input): its content is not what the header promises.

// Images and labels of one set; both files must hold the same number of items.
ImageSet read_idx(const std::filesystem::path& images, const std::filesystem::path& labels);

// Labels alone, each in 0..9.
std::vector<std::uint8_t> read_idx_labels(const std::filesystem::path& labels);

// Looks in `folder` for <prefix>-images-idx3-ubyte and <prefix>-labels-idx1-ubyte, also spelt with a dot before
// "idx", also with ".gz". MNIST's prefixes are "train" and "t10k".
ImageSet read_idx_folder(const std::filesystem::path& folder, std::string_view prefix = "train");
// The files that it reads: images, then labels. Throws Error(file) where one is missing.
std::vector<std::filesystem::path> idx_files(const std::filesystem::path& folder, std::string_view prefix = "train");

}  // namespace synop
