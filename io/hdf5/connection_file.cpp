#include "synop/io/hdf5/connection_file.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/parameters.hpp"
#include "synop/io/experiment/detail/value.hpp"
#include "synop/io/hdf5/snapshot.hpp"

namespace synop {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::input, message); }

constexpr std::array<std::string_view, 4> allowed{"source", "target", "weight", "delay"};

void refuse_other_names(const Hdf5Snapshot& file) {
  for (const std::string& name : file.children("/"))
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
      refuse(fmt::format("'{}': there is no place for '/{}'{}; allowed: the datasets source, target, weight and delay", file.file(),
                         name, did_you_mean(name, allowed)));
}

void check_length(const Hdf5Snapshot& file, const std::string& path, std::size_t length, std::size_t rows) {
  if (length != rows)
    refuse(fmt::format("{} has {} values; /source has {}, and there must be as many", file.name_of(path), length, rows));
}

std::vector<std::uint32_t> read_ids(const Hdf5Snapshot& file, const std::string& path, std::size_t rows, std::uint32_t count) {
  std::vector<std::uint32_t> narrow;
  const std::vector<std::int64_t> ids = file.integers(path);
  check_length(file, path, ids.size(), rows);
  narrow.reserve(ids.size());
  for (const std::int64_t id : ids) {
    if (id < 0 || id >= std::int64_t{count})
      refuse(fmt::format("{} holds the id {} at row {}; allowed: [0, {}]", file.name_of(path), id, narrow.size(), count - 1));
    narrow.push_back(static_cast<std::uint32_t>(id));
  }
  return narrow;
}

std::vector<double> read_values(const Hdf5Snapshot& file, const std::string& path, std::size_t rows, const Range& range) {
  if (!file.has_dataset(path)) return {};
  std::vector<double> values = file.numbers(path);
  check_length(file, path, values.size(), rows);
  for (std::size_t row = 0; row < values.size(); ++row)
    if (!range.contains(values[row]))
      refuse(fmt::format("{} holds {} at row {}; allowed: {}", file.name_of(path), values[row], row, range.text()));
  return values;
}

// The unit that a dataset names; empty: none.
std::string unit_of(const Hdf5Snapshot& file, const std::string& path) {
  for (const char* name : {"units", "unit"}) {
    if (file.find_attribute(path, name) == nullptr) continue;
    const auto unit = file.text_attribute(path, name);
    if (!unit) refuse(fmt::format("{} has an attribute '{}' that is no text", file.name_of(path), name));
    return *unit;
  }
  return "";
}

}  // namespace

ConnectionList read_hdf5_connections(const std::filesystem::path& path, std::uint32_t source_count,
                                     std::uint32_t target_count) {
  const Hdf5Snapshot file = Hdf5Snapshot::read(path);
  refuse_other_names(file);
  const std::size_t rows = file.integers("/source").size();
  ConnectionList list{.sources = read_ids(file, "/source", rows, source_count),
                      .targets = read_ids(file, "/target", rows, target_count),
                      .weights = read_values(file, "/weight", rows, any_weight),
                      .delays_ms = read_values(file, "/delay", rows, detail::time_span)};
  list.weight_unit = unit_of(file, "/weight");
  const std::string unit = unit_of(file, "/delay");
  if (!unit.empty() && unit != "ms" && unit != "milliseconds" && unit != "millisecond")
    refuse(fmt::format("{} is in '{}'; allowed: ms", file.name_of("/delay"), unit));
  if (unit.empty() && file.has_dataset("/delay"))
    list.assumption = fmt::format("the delays of {} are taken in ms (no unit is given)", file.name_of("/delay"));
  return list;
}

}  // namespace synop
