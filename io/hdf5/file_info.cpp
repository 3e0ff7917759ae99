#include "synop/io/hdf5/file_info.hpp"

#include <algorithm>
#include <ostream>
#include <vector>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "synop/io/hdf5/detail/file_summary.hpp"

namespace synop {

namespace {

using hdf5::Json;

std::string cell(const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return fmt::format("{:.6g}", value.get<double>());
  return value.dump();
}

// Rows with equal keys in equal order, of which the last may be missing.
void print_table(const Json& rows, std::ostream& out) {
  std::vector<std::vector<std::string>> table(1);
  for (const Json& row : rows)
    if (row.size() > table[0].size()) {
      table[0].clear();
      for (const auto& [key, value] : row.items()) table[0].push_back(key);
    }
  for (const Json& row : rows) {
    std::vector<std::string> cells;
    for (const auto& [key, value] : row.items()) cells.push_back(cell(value));
    cells.resize(table[0].size(), "-");
    table.push_back(cells);
  }
  std::vector<std::size_t> widths(table[0].size());
  for (const auto& row : table)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  for (const auto& row : table) {
    fmt::print(out, "  {:<{}}", row[0], widths[0]);
    for (std::size_t i = 1; i < row.size(); ++i) fmt::print(out, "  {:>{}}", row[i], widths[i]);
    out << '\n';
  }
}

}  // namespace

void describe_file(const std::filesystem::path& path, std::ostream& out) {
  const Json info = hdf5::summarise(path);
  for (const auto& [key, value] : info.items()) {
    if (value.is_array()) {
      fmt::print(out, "{}:\n", key);
      if (!value.empty()) print_table(value, out);
    } else if (value.is_object()) {
      fmt::print(out, "{}:\n", key);
      for (const auto& [name, count] : value.items()) fmt::print(out, "  {}: {}\n", name, cell(count));
    } else if (key == "experiment") {
      fmt::print(out, "experiment: {} characters in the file\n", value.get_ref<const std::string&>().size());
    } else if (key == "complete") {
      out << (value.get<bool>() ? "complete: yes\n" : "complete: no, the run that wrote it did not finish\n");
    } else {
      fmt::print(out, "{}: {}\n", key, cell(value));
    }
  }
}

std::string describe_file_as_json(const std::filesystem::path& path) {
  return hdf5::summarise(path).dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace synop
