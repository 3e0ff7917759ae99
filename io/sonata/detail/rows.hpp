#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synop/io/hdf5/snapshot.hpp"
#include "synop/io/sonata/detail/type_table.hpp"

namespace synop::sonata {

inline constexpr std::uint32_t no_value = std::numeric_limits<std::uint32_t>::max();

// An attribute that is text, of every row: the number of its value, or no_value.
struct TextColumn {
  std::vector<std::string> values;  // each once
  std::vector<std::uint32_t> of_row;

  const std::string* at(std::size_t row) const { return of_row[row] == no_value ? nullptr : &values[of_row[row]]; }
};

// The nodes or the edges of one population with their attributes. An attribute is a dataset of the row's group or,
// where the group has none of that name, a column of the table of types.
class Rows {
 public:
  // `kind` is "node" or "edge"; `path` is the group of the population. Throws Error(input), naming dataset and row, on
  // missing datasets, unequal lengths, an index beyond its group and a type that the table does not have.
  Rows(std::shared_ptr<const Hdf5Snapshot> file, std::string path, std::string_view kind,
       std::shared_ptr<const TypeTable> types, std::string population);

  std::size_t size() const { return types_of_rows_.size(); }
  const Hdf5Snapshot& file() const { return *file_; }
  const std::string& path() const { return path_; }
  const std::string& population() const { return population_; }
  std::string where(std::string_view dataset = "") const;  // "'/nodes/v1/0' of 'nodes.h5'", for messages

  TextColumn text(std::string_view name) const;
  // NaN where neither the group nor the table has a value; a value given is finite.
  std::vector<double> numbers(std::string_view name) const;
  // Whether any group or the table has an attribute of that name.
  bool has(std::string_view name) const;
  // Names of the datasets in the groups' dynamics_params.
  std::vector<std::string> dynamics_names() const;
  // Their values; NaN where the group of a row has none.
  std::vector<double> dynamics(std::string_view name) const;
  std::int64_t type_of(std::size_t row) const { return types_of_rows_[row]; }

 private:
  struct Group {
    std::uint64_t id = 0;
    std::string path;
  };

  void read_groups(std::string_view kind);
  void check_types(std::string_view kind) const;
  std::vector<std::uint32_t> type_rows() const;  // of the table, or no_value
  void add_numbers(const std::string& dataset, std::size_t group, std::vector<double>& values) const;
  void add_texts(const std::string& dataset, const std::string& library, std::size_t group, TextColumn& column) const;
  void check_length(const std::string& dataset, std::size_t length, std::size_t group) const;

  std::shared_ptr<const Hdf5Snapshot> file_;
  std::shared_ptr<const TypeTable> types_;
  std::string path_;
  std::string population_;
  std::vector<std::int64_t> types_of_rows_;
  std::vector<Group> groups_;
  std::vector<std::uint32_t> group_of_row_;   // index in groups_
  std::vector<std::uint64_t> index_of_row_;   // within the group
};

}  // namespace synop::sonata
