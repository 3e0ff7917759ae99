#include "synop/io/csv/csv_table.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view blank = " \t\r";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t comma = line.find(',');
    fields.push_back(trim(line.substr(0, comma)));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

CsvTable CsvTable::read(std::istream& in, std::string file_name) {
  CsvTable table;
  table.file_name_ = std::move(file_name);
  std::string text;
  for (std::size_t line = 1; std::getline(in, text); ++line) {
    const std::string_view content = trim(text);
    if (content.empty() || content.starts_with('#')) continue;
    if (table.header_line_ == 0) {
      table.header_line_ = line;
      table.read_header(content);
    } else {
      table.lines_.push_back(line);
      table.read_row(content);
    }
  }
  if (in.bad()) throw Error(ErrorKind::file, fmt::format("the file '{}' cannot be read to its end", table.file_name_));
  if (table.header_line_ == 0)
    throw Error(ErrorKind::input,
                fmt::format("{}:1: the header line with the names of the columns is missing", table.file_name_));
  return table;
}

CsvTable CsvTable::read(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in.is_open() || std::filesystem::is_directory(path))
    throw Error(ErrorKind::file, fmt::format("the file '{}' cannot be read", path.string()));
  return read(in, path.string());
}

void CsvTable::read_header(std::string_view line) {
  for (const std::string_view name : split(line)) {
    const std::string place = fmt::format("{}:{}: column {}", file_name_, header_line_, columns_.size() + 1);
    if (name.empty()) throw Error(ErrorKind::input, place + " of the header has no name");
    if (parse_number(name))
      throw Error(ErrorKind::input,
                  fmt::format("{}: '{}' is a number, so the header line with the names of the columns "
                              "is missing",
                              place, name));
    if (has(name)) throw Error(ErrorKind::input, fmt::format("{}: the name '{}' is given twice", place, name));
    columns_.emplace_back(name);
  }
  values_.resize(columns_.size());
}

void CsvTable::read_row(std::string_view line) {
  const std::vector<std::string_view> fields = split(line);
  if (fields.size() != columns_.size())
    throw Error(ErrorKind::input, fmt::format("{}:{}: the row has {} fields, but the header names {} columns",
                                              file_name_, lines_.back(), fields.size(), columns_.size()));
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::optional<double> value = parse_number(fields[i]);
    if (!value) refuse(rows() - 1, columns_[i], fmt::format("'{}' is not a finite number", fields[i]));
    values_[i].push_back(*value);
  }
}

bool CsvTable::has(std::string_view column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

void CsvTable::allow_only(std::span<const std::string_view> allowed) const {
  for (const std::string& column : columns_)
    if (std::find(allowed.begin(), allowed.end(), column) == allowed.end())
      throw Error(ErrorKind::input, fmt::format("{}:{}: there is no column '{}' in such a file{}", file_name_,
                                                header_line_, column, did_you_mean(column, allowed)));
}

std::size_t CsvTable::index_of(std::string_view column) const {
  const auto at = std::find(columns_.begin(), columns_.end(), column);
  if (at != columns_.end()) return static_cast<std::size_t>(at - columns_.begin());
  const std::vector<std::string_view> known(columns_.begin(), columns_.end());
  throw Error(ErrorKind::input, fmt::format("{}:{}: the header has no column '{}'{}", file_name_, header_line_, column,
                                            did_you_mean(column, known)));
}

std::span<const double> CsvTable::values(std::string_view column) const {
  return values_[index_of(column)];
}

std::vector<std::uint32_t> CsvTable::ids(std::string_view column, std::uint32_t count) const {
  const std::span<const double> given = values(column);
  std::vector<std::uint32_t> result;
  result.reserve(given.size());
  for (std::size_t row = 0; row < given.size(); ++row) {
    const double id = given[row];
    if (!(id >= 0.0 && id < count) || id != std::floor(id))
      refuse(row, column, fmt::format("value {} is not an id; allowed: integers in [0, {})", id, count));
    result.push_back(static_cast<std::uint32_t>(id));
  }
  return result;
}

void CsvTable::refuse(std::size_t row, std::string_view column, std::string_view problem) const {
  throw Error(ErrorKind::input, fmt::format("{}:{}: column '{}': {}", file_name_, lines_[row], column, problem));
}

}  // namespace synop
