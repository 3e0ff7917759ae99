#include "synop/io/sonata/detail/type_table.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/sonata/detail/json_file.hpp"

namespace synop::sonata {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::input, message); }

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::vector<std::string> fields_of(std::string_view line, const std::string& where) {
  std::vector<std::string> fields;
  std::size_t i = 0;
  while (true) {
    while (i < line.size() && is_blank(line[i])) ++i;
    if (i == line.size()) return fields;
    std::string field;
    if (line[i] != '"') {
      while (i < line.size() && !is_blank(line[i])) field += line[i++];
      fields.push_back(std::move(field));
      continue;
    }
    for (++i;; ++i) {
      if (i == line.size()) refuse(fmt::format("{}: a quote is opened and not closed", where));
      if (line[i] != '"') {
        field += line[i];
        continue;
      }
      ++i;
      if (i == line.size() || line[i] != '"') break;
      field += '"';
    }
    fields.push_back(std::move(field));
  }
}

std::int64_t integer_of(const std::string& text, const std::string& where, std::string_view column) {
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size())
    refuse(fmt::format("{}: {} = '{}' is not an integer", where, column, text));
  return value;
}

constexpr std::size_t no_column = ~std::size_t{0};

}  // namespace

TypeTable::TypeTable(const std::filesystem::path& path, std::string_view id_column) : file_(path.string()) {
  std::istringstream in(read_text_file(path));
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    const std::string where = fmt::format("{}:{}", file_, number);
    std::vector<std::string> fields = fields_of(line, where);
    if (fields.empty()) continue;
    if (columns_.empty()) {
      columns_ = std::move(fields);
      for (std::size_t i = 0; i < columns_.size(); ++i)
        if (std::find(columns_.begin(), columns_.begin() + static_cast<std::ptrdiff_t>(i), columns_[i]) !=
            columns_.begin() + static_cast<std::ptrdiff_t>(i))
          refuse(fmt::format("{}: the column '{}' is given twice", where, columns_[i]));
      continue;
    }
    if (fields.size() != columns_.size())
      refuse(fmt::format("{}: {} fields, separated by blanks, for {} columns", where, fields.size(), columns_.size()));
    rows_.push_back(std::move(fields));
    lines_.push_back(number);
  }
  const std::size_t id = column_of(id_column);
  if (id == no_column) {
    std::vector<std::string_view> known(columns_.begin(), columns_.end());
    refuse(fmt::format("{}: there is no column '{}'{}", file_, id_column, did_you_mean(id_column, known)));
  }
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    const std::int64_t type = integer_of(rows_[row][id], where(row), id_column);
    if (!row_of_.emplace(std::pair(type, field(row, "population").value_or("")), row).second)
      refuse(fmt::format("{}: {} {} is given twice", where(row), id_column, type));
  }
}

std::size_t TypeTable::column_of(std::string_view column) const {
  const auto at = std::find(columns_.begin(), columns_.end(), column);
  return at == columns_.end() ? no_column : static_cast<std::size_t>(at - columns_.begin());
}

bool TypeTable::has_column(std::string_view column) const { return column_of(column) != no_column; }

std::optional<std::size_t> TypeTable::find(std::int64_t type, const std::string& population) const {
  auto at = row_of_.find({type, population});
  if (at == row_of_.end()) at = row_of_.find({type, ""});
  if (at == row_of_.end()) return std::nullopt;
  return at->second;
}

std::optional<std::string> TypeTable::field(std::size_t row, std::string_view column) const {
  const std::size_t i = column_of(column);
  if (i == no_column || rows_[row][i] == "NULL" || rows_[row][i].empty()) return std::nullopt;
  return rows_[row][i];
}

std::string TypeTable::where(std::size_t row) const { return fmt::format("{}:{}", file_, lines_[row]); }

}  // namespace synop::sonata
