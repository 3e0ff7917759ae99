#include "synop/io/experiment/detail/task_data.hpp"

#include <algorithm>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "synop/io/events/address_bin.hpp"

namespace synop::detail {

namespace {

using Source = DatasetSection::Source;

constexpr std::int64_t max_seed = std::numeric_limits<std::int64_t>::max();

constexpr std::int64_t most_classes = 1000;
constexpr std::int64_t largest_side = 32768;  // of a sensor, so that its channels have numbers of 32 bits

// Reports the keys of a dataset or an encoder that the chosen kind does not have.
void refuse_others(TableReader& table, std::span<const std::string_view> all, const std::vector<std::string_view>& own,
                   std::string_view kind) {
  for (const std::string_view key : all)
    if (std::find(own.begin(), own.end(), key) == own.end())
      table.refuse(key, fmt::format("this key has no effect on {}", kind));
}

void read_sensor(TableReader& table, DatasetSection& dataset) {
  const bool bytes = dataset.source == Source::event_bin;  // x and y are a byte each
  table.integer(table.required("width"), dataset.width, 1,
                bytes ? std::int64_t{address_bin_largest_width} : largest_side);
  table.integer(table.required("height"), dataset.height, 1,
                bytes ? std::int64_t{address_bin_largest_height} : largest_side);
  table.integer(table.required("polarities"), dataset.polarities, 1, 2);
}

void read_values(TableReader& table, DatasetSection& dataset) {
  table.quantity(table.required("low"), dataset.low, "", any_value);
  table.quantity(table.required("high"), dataset.high, "", any_value);
  if (dataset.high <= dataset.low)
    table.report("high", fmt::format("value {} is not above low = {}", dataset.high, dataset.low));
}

constexpr std::string_view dataset_keys[] = {"seed",     "path",      "classes",     "low",
                                             "high",     "width",     "height",      "polarities",
                                             "channels", "time_unit", "sort_events", "threshold",   "patch"};

void read_saccades(TableReader& table, const ReadContext& context, DatasetSection& dataset) {
  if (table.has("path")) {
    read_path(table, "path", context, dataset.path);
    table.refuse("seed", "this key has no effect on images of files; allowed: without the key path");
  } else {
    table.integer("seed", dataset.seed, 0, max_seed);
  }
  table.quantity("threshold", dataset.threshold, "", {.low = 0.01, .high = 2.0});
}

void read_patch(const Value& value, PatchSection& patch) {
  TableReader table(value);
  patch.where = table.where();
  read_pair(table, table.required("size"), {1, largest_side}, patch.rows, patch.columns);
  table.quantity("least_intensity", patch.least_intensity, "", {.low = 0.0, .high = 1.0, .high_open = true});
  table.finish();
}

// Vectors, and events of files.
void read_files(TableReader& table, const ReadContext& context, DatasetSection& dataset) {
  if (dataset.source == Source::csv) read_values(table, dataset);
  if (dataset.source == Source::event_bin || dataset.source == Source::event_csv) read_sensor(table, dataset);
  if (dataset.source == Source::event_csv)
    table.name("time_unit", dataset.time_unit, "unit of time", {"s", "ms", "us", "ns"});
  if (dataset.source == Source::event_hdf5) table.integer(table.required("channels"), dataset.channels, 1, max_count);
  if (dataset.is_events()) table.boolean("sort_events", dataset.sort_events);
  read_path(table, table.required("path"), context, dataset.path);
  table.integer(table.required("classes"), dataset.classes, 2, most_classes);
}

// The keys that each source has, of dataset_keys.
std::vector<std::string_view> keys_of(Source source) {
  switch (source) {
    case Source::generated:
      return {"seed", "patch"};
    case Source::idx:
      return {"path", "patch"};
    case Source::csv:
      return {"path", "classes", "low", "high"};
    case Source::event_bin:
      return {"path", "classes", "width", "height", "polarities", "sort_events"};
    case Source::event_csv:
      return {"path", "classes", "width", "height", "polarities", "time_unit", "sort_events"};
    case Source::event_hdf5:
      return {"path", "classes", "channels", "sort_events"};
    case Source::synthetic_saccades:
      break;
  }
  return {"seed", "path", "threshold"};
}

constexpr std::string_view encoder_keys[] = {"max_rate", "random_phase", "course",     "t_max",
                                             "tau",      "threshold",    "max_current"};

void read_latency(TableReader& table, Delay presentation, EncoderSection& encoder) {
  table.choice<bool>(table.required("course"), encoder.logarithmic, {{"linear", false}, {"logarithmic", true}});
  table.quantity(table.required("t_max"), encoder.t_max, "ms", {.low = 0.0, .high = time_span.high, .low_open = true});
  if (encoder.t_max >= presentation.ms() && presentation.ticks > 0)
    table.report("t_max", fmt::format("value {} ms is not before the end of the presentation at {} ms", encoder.t_max,
                                      presentation.ms()));
  if (encoder.logarithmic)
    table.quantity("tau", encoder.tau, "ms", {.low = 0.0, .high = time_span.high, .low_open = true});
  else
    table.refuse("tau", "this key has no effect on course = \"linear\"");
  constexpr Range below_one{.low = 0.0, .high = 1.0, .high_open = true};
  constexpr Range above_zero{.low = 0.0, .high = 1.0, .low_open = true, .high_open = true};
  if (encoder.logarithmic)
    table.quantity(table.required("threshold"), encoder.threshold, "", above_zero);
  else
    table.quantity("threshold", encoder.threshold, "", below_one);
}

}  // namespace

void read_dataset(TableReader& table, const ReadContext& context, DatasetSection& dataset) {
  dataset.where = table.where();
  if (!table.choice<Source>(table.required("source"), dataset.source,
                            {{"generated", Source::generated},
                             {"idx", Source::idx},
                             {"csv", Source::csv},
                             {"event_bin", Source::event_bin},
                             {"event_csv", Source::event_csv},
                             {"event_hdf5", Source::event_hdf5},
                             {"synthetic_saccades", Source::synthetic_saccades}})) {
    for (const std::string_view key : dataset_keys) table.find(key);
    return;
  }
  std::string name;
  table.text("source", name);
  refuse_others(table, dataset_keys, keys_of(dataset.source), fmt::format("source = \"{}\"", name));
  if (const std::optional<Value> patch = table.find("patch")) read_patch(*patch, dataset.patch.emplace());
  switch (dataset.source) {
    case Source::generated:
      table.integer("seed", dataset.seed, 0, max_seed);
      return;
    case Source::idx:
      read_path(table, table.required("path"), context, dataset.path);
      return;
    case Source::synthetic_saccades:
      return read_saccades(table, context, dataset);
    default:
      return read_files(table, context, dataset);
  }
}

void read_encoder(TableReader& table, Delay presentation, EncoderSection& encoder) {
  encoder.where = table.where();
  if (!table.name("type", encoder.type, "encoder", {"poisson_rate", "regular_rate", "latency", "direct_current"}) &&
      table.has("type")) {
    for (const std::string_view key : encoder_keys) table.find(key);
    return;
  }
  const std::string kind = fmt::format("type = \"{}\"", encoder.type);
  if (encoder.type == "latency") {
    refuse_others(table, encoder_keys, {"course", "t_max", "tau", "threshold"}, kind);
    read_latency(table, presentation, encoder);
  } else if (encoder.type == "direct_current") {
    refuse_others(table, encoder_keys, {"max_current"}, kind);
    table.quantity(table.required("max_current"), encoder.max_current, "pA", any_current);
  } else {
    const bool regular = encoder.type == "regular_rate";
    if (regular)
      refuse_others(table, encoder_keys, {"max_rate", "random_phase"}, kind);
    else
      refuse_others(table, encoder_keys, {"max_rate"}, kind);
    table.quantity("max_rate", encoder.max_rate, "Hz", non_negative);
    if (regular) table.boolean("random_phase", encoder.random_phase);
  }
}

}  // namespace synop::detail
