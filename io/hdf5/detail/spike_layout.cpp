#include "synop/io/hdf5/detail/spike_layout.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/hdf5/detail/attribute.hpp"

namespace synop::hdf5 {

namespace {

void check_unit(const Object& times) {
  const std::string unit = read_text_attribute(times, "units").value_or("ms");
  if (unit != "ms" && unit != "milliseconds" && unit != "millisecond")
    throw Error(ErrorKind::input, fmt::format("{} is in '{}'; spike times must be in ms", times.name(), unit));
}

void check_equal_lengths(const Object& a, const Object& b) {
  if (shape_of(a).rows != shape_of(b).rows)
    throw Error(ErrorKind::input, fmt::format("{} has {} rows but {} has {}; they must be equally long", a.name(),
                                              shape_of(a).rows, b.name(), shape_of(b).rows));
}

}  // namespace

std::vector<std::pair<std::string, Object>> open_spike_populations(const Object& root) {
  if (!has_child(root, "spikes")) throw Error(ErrorKind::input, fmt::format("{} holds no group /spikes", root.name()));
  std::vector<std::pair<std::string, Object>> populations;
  Object spikes = open_group(root, "spikes");
  if (is_dataset(spikes, "timestamps")) {
    populations.emplace_back("spikes", std::move(spikes));
    return populations;
  }
  for (const std::string& name : child_names(spikes)) populations.emplace_back(name, open_group(spikes, name));
  return populations;
}

void end_spikes_at(const Object& group, Time stop) {
  const auto planned = read_number_attribute(group, "t_stop");
  if (!planned || *planned <= stop.ms()) return;
  const double start = read_number_attribute(group, "t_start").value_or(0.0);
  update_attribute(group, "t_stop", std::max(start, stop.ms()));
}

// A killed writer can leave datasets of unequal length, or an extent whose last rows never reached the disk; what it
// committed is whole.
std::optional<SpikeDatasets> open_spike_datasets(const Object& group, bool complete) {
  const std::string id_name = has_child(group, "gids") ? "gids" : "node_ids";
  if (!complete && !(is_dataset(group, "timestamps") && is_dataset(group, id_name))) return {};
  SpikeDatasets datasets{open_dataset(group, "timestamps"), open_dataset(group, id_name), {}, 0};
  if (is_dataset(group, "ticks")) datasets.ticks = open_dataset(group, "ticks");
  check_unit(datasets.times);
  datasets.count = shape_of(datasets.times).rows;
  if (!complete) {
    datasets.count = std::min(datasets.count, read_count_attribute(group, "committed").value_or(0));
    return datasets;
  }
  check_equal_lengths(datasets.times, datasets.ids);
  if (datasets.ticks) check_equal_lengths(datasets.times, *datasets.ticks);
  return datasets;
}

}  // namespace synop::hdf5
