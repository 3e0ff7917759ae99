#include "synop/io/hdf5/file_info.hpp"

#include <algorithm>
#include <limits>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include "synop/core/error.hpp"
#include "synop/io/hdf5/detail/attribute.hpp"
#include "synop/io/hdf5/detail/result_file.hpp"
#include "synop/io/hdf5/detail/spike_layout.hpp"

namespace synop {

namespace {

using Json = nlohmann::ordered_json;

struct Interval {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
};

// The extremes of the first `count` rows, a block at a time.
Interval range_of(const hdf5::Object& dataset, std::uint64_t count) {
  constexpr std::uint64_t block = 1 << 20;
  Interval range;
  for (std::uint64_t first = 0; first < count; first += block) {
    const auto values = hdf5::read_vector<double>(dataset, first, std::min(block, count - first));
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    range = {std::min(range.low, *low), std::max(range.high, *high)};
  }
  return range;
}

void describe_source(Json& info, const hdf5::Object& root) {
  info["complete"] = hdf5::is_complete(root);
  const auto provenance = hdf5::read_provenance(root);
  if (!provenance) return;
  info["program"] = "synop " + provenance->version;
  info["command_line"] = provenance->command_line;
  info["seed"] = provenance->seed;
  info["t_start_ms"] = provenance->start.ms();
  info["t_stop_ms"] = provenance->stop.ms();
  info["created"] = hdf5::read_text_attribute(root, "created").value_or("");
  info["experiment"] = provenance->experiment_text;
}

Json describe_spikes_of(const std::string& name, const hdf5::Object& group, const Json& info) {
  Json row{{"population", name}, {"neurons", nullptr}, {"spikes", 0}, {"rate_hz", nullptr}};
  const auto size = hdf5::read_count_attribute(group, "size");
  if (size) row["neurons"] = *size;
  const auto datasets = hdf5::open_spike_datasets(group, info.at("complete"));
  const std::uint64_t count = datasets ? datasets->count : 0;
  row["spikes"] = count;
  const double duration_ms = info.value("t_stop_ms", 0.0) - info.value("t_start_ms", 0.0);
  if (size.value_or(0) > 0 && duration_ms > 0)
    row["rate_hz"] = static_cast<double>(count) * 1000.0 / (duration_ms * static_cast<double>(*size));
  if (count == 0) return row;
  const Interval range = range_of(datasets->times, count);
  row["first_ms"] = range.low;
  row["last_ms"] = range.high;
  return row;
}

void describe_spikes(Json& info, const hdf5::Object& root) {
  info["populations"] = Json::array();
  for (const auto& [name, group] : hdf5::open_spike_populations(root))
    info["populations"].push_back(describe_spikes_of(name, group, info));
}

void describe_weights(Json& info, const hdf5::Object& root) {
  const hdf5::Object edges = hdf5::open_group(root, "edges");
  info["projections"] = Json::array();
  for (const std::string& name : hdf5::child_names(edges)) {
    const hdf5::Object group = hdf5::open_group(edges, name);
    const hdf5::Object sources = hdf5::open_dataset(group, "source_node_id");
    const std::uint64_t count = hdf5::shape_of(sources).rows;
    Json row{{"projection", name},
             {"source", hdf5::read_text_attribute(sources, "node_population").value_or("")},
             {"synapses", count}};
    if (count > 0 && hdf5::has_child(group, "0")) {
      const Interval range = range_of(hdf5::open_dataset(hdf5::open_group(group, "0"), "syn_weight"), count);
      row["smallest_weight"] = range.low;
      row["largest_weight"] = range.high;
    }
    info["projections"].push_back(row);
  }
}

void describe_reports(Json& info, const hdf5::Object& root) {
  const hdf5::Object reports = hdf5::open_group(root, "report");
  info["reports"] = Json::array();
  for (const std::string& name : hdf5::child_names(reports)) {
    const hdf5::Object group = hdf5::open_group(reports, name);
    const hdf5::Object mapping = hdf5::open_group(group, "mapping");
    const bool any = hdf5::is_dataset(group, "data");
    info["reports"].push_back({{"population", name},
                               {"variable", hdf5::read_text_attribute(group, "variable").value_or("")},
                               {"neurons", hdf5::shape_of(hdf5::open_dataset(mapping, "node_ids")).rows},
                               {"rows", any ? hdf5::shape_of(hdf5::open_dataset(group, "data")).rows : 0}});
  }
}

void describe_counts(Json& info, const hdf5::Object& root) {
  if (!hdf5::has_child(root, "counts")) return;
  const hdf5::Object counts = hdf5::open_group(root, "counts");
  for (const std::string& name : hdf5::attribute_names(counts))
    info["counts"][name] = hdf5::read_count_attribute(counts, name).value_or(0);
}

Json describe(const std::filesystem::path& path) {
  const hdf5::Object root = hdf5::open_file(path);
  Json info{{"file", path.string()}};
  describe_source(info, root);
  const bool spikes = hdf5::has_child(root, "spikes");
  const bool edges = hdf5::has_child(root, "edges");
  const bool report = hdf5::has_child(root, "report");
  if (!spikes && !edges && !report)
    throw Error(ErrorKind::input, fmt::format("{} holds neither /spikes nor /edges nor /report", root.name()));
  if (spikes) describe_spikes(info, root);
  if (edges) describe_weights(info, root);
  if (report) describe_reports(info, root);
  describe_counts(info, root);
  return info;
}

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
  const Json info = describe(path);
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
  return describe(path).dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace synop
