#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace synop {

// A table of numbers with a header line, read from CSV: fields between commas, blanks around them ignored, blank lines
// and lines that begin with # skipped. Values are finite doubles.
class CsvTable {
 public:
  // Throws Error(input), naming file, line and column, on a missing header, a column name that is empty or given
  // twice, a row with another number of fields than the header, and a field that is not a finite number.
  static CsvTable read(std::istream& in, std::string file_name);
  // The same; Error(file) when the file cannot be read.
  static CsvTable read(const std::filesystem::path& path);

  std::size_t rows() const { return lines_.size(); }
  std::span<const std::string> columns() const { return columns_; }
  bool has(std::string_view column) const;

  // Throws Error(input) on a column whose name is not among those allowed, naming the nearest.
  void allow_only(std::span<const std::string_view> allowed) const;
  // The values of a column; Error(input) when there is none of that name.
  std::span<const double> values(std::string_view column) const;
  // The values of a column as ids; Error(input) on one that is not an integer in [0, count).
  std::vector<std::uint32_t> ids(std::string_view column, std::uint32_t count) const;

  // Throws Error(input) "<file>:<line>: column '<column>': <problem>".
  [[noreturn]] void refuse(std::size_t row, std::string_view column, std::string_view problem) const;

 private:
  void read_header(std::string_view line);
  void read_row(std::string_view line);
  std::size_t index_of(std::string_view column) const;

  std::string file_name_;
  std::size_t header_line_ = 0;
  std::vector<std::string> columns_;
  std::vector<std::vector<double>> values_;  // by column
  std::vector<std::size_t> lines_;           // of the file, by row
};

}  // namespace synop
