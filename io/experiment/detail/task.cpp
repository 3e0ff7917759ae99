#include <algorithm>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "synop/io/events/address_bin.hpp"
#include "synop/io/experiment/detail/sections.hpp"

namespace synop::detail {

namespace {

constexpr std::int64_t max_seed = std::numeric_limits<std::int64_t>::max();

// Reads the table under `key` with `read`, if it is there.
template <class Read>
void with_table(TableReader& parent, std::string_view key, Read read) {
  const std::optional<Value> value = parent.find(key);
  if (!value) return;
  TableReader table(*value);
  read(table);
  table.finish();
}

using Source = DatasetSection::Source;

constexpr std::int64_t most_classes = 1000;
constexpr std::int64_t largest_side = 32768;  // of a sensor, so that its channels have numbers of 32 bits

// Reports the keys of a dataset or an encoder that the chosen kind does not have.
void refuse_others(TableReader& table, std::span<const std::string_view> all,
                   std::initializer_list<std::string_view> own, std::string_view kind) {
  for (const std::string_view key : all)
    if (std::find(own.begin(), own.end(), key) == own.end())
      table.refuse(key, fmt::format("this key has no effect on {}", kind));
}

void read_sensor(TableReader& table, DatasetSection& dataset) {
  const bool bytes = dataset.source == Source::event_bin;  // x and y are a byte each
  table.integer(table.required("width"), dataset.width, 1, bytes ? std::int64_t{address_bin_largest_width} : largest_side);
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
                                             "channels", "time_unit", "sort_events", "threshold"};

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
  switch (dataset.source) {
    case Source::generated:
      refuse_others(table, dataset_keys, {"seed"}, "source = \"generated\"");
      table.integer("seed", dataset.seed, 0, max_seed);
      return;
    case Source::idx:
      refuse_others(table, dataset_keys, {"path"}, "source = \"idx\"");
      read_path(table, table.required("path"), context, dataset.path);
      return;
    case Source::synthetic_saccades:
      refuse_others(table, dataset_keys, {"seed", "path", "threshold"}, "source = \"synthetic_saccades\"");
      if (table.has("path")) {
        read_path(table, "path", context, dataset.path);
        table.refuse("seed", "this key has no effect on images of files; allowed: without the key path");
      } else {
        table.integer("seed", dataset.seed, 0, max_seed);
      }
      table.quantity("threshold", dataset.threshold, "", {.low = 0.01, .high = 2.0});
      return;
    case Source::csv:
      refuse_others(table, dataset_keys, {"path", "classes", "low", "high"}, "source = \"csv\"");
      read_values(table, dataset);
      break;
    case Source::event_bin:
      refuse_others(table, dataset_keys, {"path", "classes", "width", "height", "polarities", "sort_events"},
                    "source = \"event_bin\"");
      read_sensor(table, dataset);
      break;
    case Source::event_csv:
      refuse_others(table, dataset_keys,
                    {"path", "classes", "width", "height", "polarities", "time_unit", "sort_events"},
                    "source = \"event_csv\"");
      read_sensor(table, dataset);
      table.name("time_unit", dataset.time_unit, "unit of time", {"s", "ms", "us", "ns"});
      break;
    case Source::event_hdf5:
      refuse_others(table, dataset_keys, {"path", "classes", "channels", "sort_events"}, "source = \"event_hdf5\"");
      table.integer(table.required("channels"), dataset.channels, 1, max_count);
      break;
  }
  table.boolean("sort_events", dataset.sort_events);
  read_path(table, table.required("path"), context, dataset.path);
  table.integer(table.required("classes"), dataset.classes, 2, most_classes);
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

void read_normalize(TableReader& table, const ReadContext& context, NormalizeSection& normalize) {
  normalize.where = table.where();
  std::string unit;
  if (read_projection_name(table, table.required("projection"), context, normalize.projection))
    unit = context.experiment.projections[normalize.projection].weight_unit;
  table.quantity(table.required("total"), normalize.total, unit, positive);
}

void read_repeat(TableReader& table, RepeatSection& repeat) {
  repeat.where = table.where();
  table.integer(table.required("min_spikes"), repeat.min_spikes, 1, max_count);
  table.quantity(table.required("rate_step"), repeat.rate_step, "Hz", positive);
  table.integer(table.required("max_repeats"), repeat.max_repeats, 0, most_repeats);
}

void read_between_samples(TableReader& table, const ReadContext& context, bool has_rate,
                          BetweenSamplesSection& between) {
  between.where = table.where();
  table.boolean("reset_state", between.reset_state);
  with_table(table, "normalize",
             [&](TableReader& inner) { read_normalize(inner, context, between.normalize.emplace()); });
  with_table(table, "repeat_when_silent",
             [&](TableReader& inner) { read_repeat(inner, between.repeat_when_silent.emplace()); });
  if (!has_rate)
    table.refuse("repeat_when_silent",
                 "this key raises the rate of an encoder; allowed: with encoder type poisson_rate or regular_rate");
}

PhaseSection read_phase(const Value& value, const std::string& name) {
  using Role = PhaseSection::Role;
  TableReader table(value);
  PhaseSection phase;
  phase.name = name;
  phase.where = table.where();
  table.find("name");
  table.choice<Role>(table.required("role"), phase.role,
                     {{"train", Role::train}, {"label", Role::label}, {"test", Role::test}});
  phase.plasticity = phase.homeostasis = phase.role == Role::train;
  table.boolean("plasticity", phase.plasticity);
  table.boolean("homeostasis", phase.homeostasis);
  table.integer("first", phase.first, 0, max_count - 1);
  table.integer(table.required("samples"), phase.samples, 1, max_count - std::int64_t{phase.first});
  table.finish();
  return phase;
}

void read_phases(TableReader& table, std::vector<PhaseSection>& phases) {
  const std::optional<Value> array = table.find(table.required("phase"));
  if (!array || !array->items(0, "[[task.phase]] tables")) return;
  if (array->size() == 0) array->report("a task needs at least one phase");
  const std::vector<std::string> names = checked_names("phase", *array);
  for (std::size_t i = 0; i < array->size(); ++i) phases.push_back(read_phase(array->item(i), names[i]));
}

void check_roles(TableReader& table, const ReadContext& context, bool input_known, bool readout_known,
                 const TaskSection& task) {
  const auto& populations = context.experiment.populations;
  const bool current = !task.dataset.is_events() && task.encoder.type == "direct_current";
  if (input_known && !populations[task.input].model.empty() && populations[task.input].is_source == current)
    table.report("input",
                 current
                     ? fmt::format("population '{}' is a spike source; allowed with encoder type = \"direct_current\": "
                                   "neurons, into which the current flows",
                                   populations[task.input].name)
                     : fmt::format("population '{}' is not a spike source; allowed: a population that the encoder can "
                                   "drive, such as a poisson_population",
                                   populations[task.input].name));
  if (readout_known && populations[task.readout].is_source)
    table.report("readout", fmt::format("population '{}' is a spike source; allowed: a population of neurons",
                                        populations[task.readout].name));
}

}  // namespace

void read_task(const Value& value, ReadContext& context) {
  TableReader table(value);
  TaskSection& task = context.experiment.task.emplace();
  task.where = table.where();
  table.name(table.required("type"), task.type, "task", {"unsupervised_classification"});
  const bool input = read_population_name(table, table.required("input"), context, task.input);
  const bool readout = read_population_name(table, table.required("readout"), context, task.readout);
  constexpr Range some_time{.low = 0.0, .high = time_span.high, .low_open = true};
  table.delay(table.required("presentation"), task.presentation, some_time);
  table.delay("rest", task.rest);
  table.required("dataset");
  with_table(table, "dataset", [&](TableReader& inner) { read_dataset(inner, context, task.dataset); });
  if (task.dataset.is_events())
    table.refuse("encoder", "events need no encoder; allowed: with images or vectors");
  else
    with_table(table, "encoder", [&](TableReader& inner) { read_encoder(inner, task.presentation, task.encoder); });
  check_roles(table, context, input, readout, task);
  const bool has_rate = !task.dataset.is_events() && task.encoder.has_rate();
  with_table(table, "between_samples",
             [&](TableReader& inner) { read_between_samples(inner, context, has_rate, task.between_samples); });
  with_table(table, "readout_rule", [&](TableReader& inner) {
    inner.name(inner.required("type"), task.readout_rule, "readout rule", {"max_mean_rate", "most_spikes"});
  });
  read_path(table, "learned", context, task.learned);
  read_phases(table, task.phases);
  table.finish();
}

}  // namespace synop::detail
