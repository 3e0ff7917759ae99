#include "synop/io/hdf5/detail/file_summary.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/hdf5/detail/attribute.hpp"
#include "synop/io/hdf5/detail/result_file.hpp"
#include "synop/io/hdf5/detail/spike_layout.hpp"

namespace synop::hdf5 {

namespace {

struct Interval {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
};

// The extremes of the first `count` rows, a block at a time.
Interval range_of(const Object& dataset, std::uint64_t count) {
  constexpr std::uint64_t block = 1 << 20;
  Interval range;
  for (std::uint64_t first = 0; first < count; first += block) {
    const auto values = read_vector<double>(dataset, first, std::min(block, count - first));
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    range = {std::min(range.low, *low), std::max(range.high, *high)};
  }
  return range;
}

void describe_source(Json& info, const Object& root) {
  info["complete"] = is_complete(root);
  const auto provenance = read_provenance(root);
  if (!provenance) return;
  info["program"] = "synop " + provenance->version;
  info["command_line"] = provenance->command_line;
  info["seed"] = provenance->seed;
  info["t_start_ms"] = provenance->start.ms();
  info["t_stop_ms"] = provenance->stop.ms();
  if (const auto until = committed_until(root); until && !is_complete(root)) info["committed_until_ms"] = until->ms();
  info["created"] = read_text_attribute(root, "created").value_or("");
  info["experiment"] = provenance->experiment_text;
}

Json describe_spikes_of(const std::string& name, const Object& group, const Json& info) {
  Json row{{"population", name}, {"neurons", nullptr}, {"recorded", nullptr}, {"spikes", 0}, {"rate_hz", nullptr}};
  const auto size = read_count_attribute(group, "size");
  const auto recorded = read_count_attribute(group, "recorded");
  if (size) row["neurons"] = *size;
  if (recorded) row["recorded"] = *recorded;
  const auto datasets = open_spike_datasets(group, info.at("complete"));
  const std::uint64_t count = datasets ? datasets->count : 0;
  row["spikes"] = count;
  const double start = read_number_attribute(group, "t_start").value_or(info.value("t_start_ms", 0.0));
  const double stop = read_number_attribute(group, "t_stop").value_or(info.value("t_stop_ms", 0.0));
  // Of an unfinished file only what was committed counts.
  const double duration_ms = std::min(stop, info.value("committed_until_ms", stop)) - start;
  const std::uint64_t neurons = recorded ? *recorded : size.value_or(0);
  if (neurons > 0 && duration_ms > 0)
    row["rate_hz"] = static_cast<double>(count) * 1000.0 / (duration_ms * static_cast<double>(neurons));
  if (count == 0) return row;
  const Interval range = range_of(datasets->times, count);
  row["first_ms"] = range.low;
  row["last_ms"] = range.high;
  return row;
}

void describe_spikes(Json& info, const Object& root) {
  info["populations"] = Json::array();
  for (const auto& [name, group] : open_spike_populations(root))
    info["populations"].push_back(describe_spikes_of(name, group, info));
}

void describe_weights(Json& info, const Object& root) {
  const Object edges = open_group(root, "edges");
  info["projections"] = Json::array();
  for (const std::string& name : child_names(edges)) {
    const Object group = open_group(edges, name);
    const Object sources = open_dataset(group, "source_node_id");
    const std::uint64_t count = shape_of(sources).rows;
    Json row{{"projection", name},
             {"source", read_text_attribute(sources, "node_population").value_or("")},
             {"synapses", count}};
    if (count > 0 && has_child(group, "0")) {
      const Interval range = range_of(open_dataset(open_group(group, "0"), "syn_weight"), count);
      row["smallest_weight"] = range.low;
      row["largest_weight"] = range.high;
    }
    info["projections"].push_back(row);
  }
}

// Those that a reader may trust.
std::uint64_t rows_of(const Object& dataset, const Object& group, const Json& info) {
  const std::uint64_t rows = shape_of(dataset).rows;
  if (info.at("complete")) return rows;
  return std::min(rows, read_count_attribute(group, "committed").value_or(0));
}

void describe_reports(Json& info, const Object& root) {
  const Object reports = open_group(root, "report");
  info["reports"] = Json::array();
  for (const std::string& name : child_names(reports)) {
    const Object group = open_group(reports, name);
    const Object mapping = open_group(group, "mapping");
    const bool any = is_dataset(group, "data");
    info["reports"].push_back({{"population", name},
                               {"variable", read_text_attribute(group, "variable").value_or("")},
                               {"neurons", shape_of(open_dataset(mapping, "node_ids")).rows},
                               {"rows", any ? rows_of(open_dataset(group, "data"), group, info) : 0}});
  }
}

void describe_rates(Json& info, const Object& root) {
  const Object rates = open_group(root, "rates");
  info["rates"] = Json::array();
  for (const std::string& name : child_names(rates)) {
    const Object group = open_group(rates, name);
    const bool any = is_dataset(group, "counts");
    info["rates"].push_back({{"recorder", name},
                             {"population", read_text_attribute(group, "population").value_or("")},
                             {"recorded", read_count_attribute(group, "recorded").value_or(0)},
                             {"bin_ms", read_number_attribute(group, "bin").value_or(0.0)},
                             {"bins", any ? rows_of(open_dataset(group, "counts"), group, info) : 0}});
  }
}

void describe_weight_courses(Json& info, const Object& root) {
  const Object weights = open_group(root, "weights");
  info["weight_courses"] = Json::array();
  for (const std::string& name : child_names(weights)) {
    const Object group = open_group(weights, name);
    const bool any = is_dataset(group, "weights");
    info["weight_courses"].push_back({{"projection", name},
                                      {"synapses", shape_of(open_dataset(group, "source_node_id")).rows},
                                      {"interval_ms", read_number_attribute(group, "interval").value_or(0.0)},
                                      {"samples", any ? rows_of(open_dataset(group, "weights"), group, info) : 0}});
  }
}

// How many comparisons each price table has.
void describe_energy(Json& info, const Object& root) {
  const Object energy = open_group(root, "energy");
  const Object tables = open_dataset(energy, "table");
  std::vector<std::uint64_t> comparisons;
  for (const std::uint64_t table : read_ids(tables, 0, shape_of(tables).rows)) {
    if (table > 100'000) throw Error(ErrorKind::input, fmt::format("{} names a price table {}", tables.name(), table));
    comparisons.resize(std::max<std::size_t>(comparisons.size(), table + 1));
    ++comparisons[table];
  }
  info["energy"] = Json::array();
  for (std::size_t i = 0; i < comparisons.size(); ++i)
    info["energy"].push_back({{"price_table", read_text_attribute(energy, fmt::format("name_{}", i)).value_or("")},
                              {"comparisons", comparisons[i]}});
}

void describe_counts(Json& info, const Object& root) {
  if (!has_child(root, "counts")) return;
  const Object counts = open_group(root, "counts");
  for (const std::string& name : attribute_names(counts))
    info["counts"][name] = read_count_attribute(counts, name).value_or(0);
}

}  // namespace

Json summarise(const std::filesystem::path& path) {
  const Object root = open_file(path);
  Json info{{"file", path.string()}};
  describe_source(info, root);
  const bool spikes = has_child(root, "spikes");
  const bool edges = has_child(root, "edges");
  const bool report = has_child(root, "report");
  const bool rates = has_child(root, "rates");
  const bool weights = has_child(root, "weights");
  const bool energy = has_child(root, "energy");
  if (!spikes && !edges && !report && !rates && !weights && !energy)
    throw Error(ErrorKind::input, fmt::format("{} holds none of /spikes, /edges, /report, /rates, /weights and /energy",
                                              root.name()));
  if (spikes) describe_spikes(info, root);
  if (edges) describe_weights(info, root);
  if (report) describe_reports(info, root);
  if (rates) describe_rates(info, root);
  if (weights) describe_weight_courses(info, root);
  if (energy) describe_energy(info, root);
  describe_counts(info, root);
  return info;
}

}  // namespace synop::hdf5
