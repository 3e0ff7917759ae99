#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace synop::sonata {

// A table of node or edge types: fields between blanks, text in double quotes (a doubled one inside is a quote), a
// header line, NULL for what is absent. Types are found by id and, where the table has a column `population`, by
// population.
class TypeTable {
 public:
  TypeTable() = default;  // no types
  // `id_column` is node_type_id or edge_type_id. Throws Error(file) when the file cannot be read and Error(input), with
  // file and line, on a missing column, a row with too few or too many fields, an id that is no integer or given twice.
  TypeTable(const std::filesystem::path& path, std::string_view id_column);

  const std::string& file() const { return file_; }
  bool has_column(std::string_view column) const;
  // The row of a type; nothing if there is none.
  std::optional<std::size_t> find(std::int64_t type, const std::string& population) const;
  // The field of a row; nothing where it is NULL, empty or the table has no such column.
  std::optional<std::string> field(std::size_t row, std::string_view column) const;
  std::string where(std::size_t row) const;  // "file:line"

 private:
  std::size_t column_of(std::string_view column) const;

  std::string file_;
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> lines_;
  std::map<std::pair<std::int64_t, std::string>, std::size_t> row_of_;  // population "": every one
};

}  // namespace synop::sonata
