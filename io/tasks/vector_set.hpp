#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace synop {

// Vectors of one length with intensities in [0, 1], each with a class.
struct VectorSet {
  std::uint32_t dimension = 0;
  std::vector<double> values;  // size() * dimension
  std::vector<std::uint32_t> labels;
  std::string origin;

  std::size_t size() const { return labels.size(); }
  std::span<const double> vector(std::size_t i) const { return std::span(values).subspan(i * dimension, dimension); }
};

// What a number of a file means: `low` is intensity 0, `high` is 1.
struct ValueRange {
  double low = 0.0;
  double high = 1.0;
};

// Reads a CSV file (CsvTable) with one vector in each row: the column `label`, an integer in [0, classes), and the
// other columns, in the order of the header, the values of the channels.
//
// Throws Error(file) if the file cannot be read and Error(input), with line and column, on a value outside the range, a
// label that is none, or a file without rows or channels.
VectorSet read_vector_csv(const std::filesystem::path& path, std::uint32_t classes, ValueRange range);

}  // namespace synop
