#include "synop/io/hdf5/connection_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/parameters.hpp"
#include "synop/io/experiment/detail/value.hpp"
#include "synop/io/hdf5/detail/dataset.hpp"

namespace synop {

namespace {

constexpr std::array<std::string_view, 4> allowed{"source", "target", "weight", "delay"};

void refuse_other_names(const hdf5::Object& root, const std::filesystem::path& path) {
  for (const std::string& name : hdf5::child_names(root))
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
      throw Error(ErrorKind::input,
                  fmt::format("'{}': there is no place for '/{}'{}; allowed: the datasets source, target, "
                              "weight and delay",
                              path.string(), name, did_you_mean(name, allowed)));
}

hdf5::Object open_column(const hdf5::Object& root, const std::string& name, std::uint64_t rows) {
  hdf5::Object dataset = hdf5::open_dataset(root, name);
  const hdf5::Shape shape = hdf5::shape_of(dataset);
  if (shape.columns != 0)
    throw Error(ErrorKind::input, fmt::format("{} is a matrix; a vector is expected", dataset.name()));
  if (shape.rows != rows)
    throw Error(ErrorKind::input, fmt::format("{} has {} values; /source has {}, and there must be as many",
                                              dataset.name(), shape.rows, rows));
  return dataset;
}

std::vector<std::uint32_t> read_ids(const hdf5::Object& root, const std::string& name, std::uint64_t rows,
                                    std::uint32_t count) {
  const hdf5::Object dataset = open_column(root, name, rows);
  const std::vector<std::uint64_t> ids = hdf5::read_ids(dataset, 0, rows);
  std::vector<std::uint32_t> narrow(ids.size());
  for (std::size_t row = 0; row < ids.size(); ++row) {
    if (ids[row] >= count)
      throw Error(ErrorKind::input, fmt::format("{} holds the id {} at row {}; allowed: [0, {}]", dataset.name(),
                                                ids[row], row, count - 1));
    narrow[row] = static_cast<std::uint32_t>(ids[row]);
  }
  return narrow;
}

std::vector<double> read_values(const hdf5::Object& root, const std::string& name, std::uint64_t rows,
                                const Range& range) {
  if (!hdf5::has_child(root, name)) return {};
  const hdf5::Object dataset = open_column(root, name, rows);
  std::vector<double> values = hdf5::read_vector<double>(dataset, 0, rows);
  for (std::size_t row = 0; row < values.size(); ++row)
    if (!range.contains(values[row]))
      throw Error(ErrorKind::input,
                  fmt::format("{} holds {} at row {}; allowed: {}", dataset.name(), values[row], row, range.text()));
  return values;
}

}  // namespace

ConnectionList read_hdf5_connections(const std::filesystem::path& path, std::uint32_t source_count,
                                     std::uint32_t target_count) {
  const hdf5::Object root = hdf5::open_file(path);
  refuse_other_names(root, path);
  const std::uint64_t rows = hdf5::shape_of(hdf5::open_dataset(root, "source")).rows;
  return {.sources = read_ids(root, "source", rows, source_count),
          .targets = read_ids(root, "target", rows, target_count),
          .weights = read_values(root, "weight", rows, any_weight),
          .delays_ms = read_values(root, "delay", rows, detail::time_span)};
}

}  // namespace synop
