#include <fmt/format.h>

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

void read_dataset(TableReader& table, const ReadContext& context, DatasetSection& dataset) {
  using Source = DatasetSection::Source;
  dataset.where = table.where();
  if (!table.choice<Source>(table.required("source"), dataset.source,
                            {{"generated", Source::generated}, {"idx", Source::idx}})) {
    table.find("seed");
    table.find("path");
    return;
  }
  if (dataset.source == Source::idx) {
    table.refuse("seed", "this key has no effect on source = \"idx\"; allowed: with source = \"generated\"");
    read_path(table, table.required("path"), context, dataset.path);
  } else {
    table.refuse("path", "this key has no effect on source = \"generated\"; allowed: with source = \"idx\"");
    table.integer("seed", dataset.seed, 0, max_seed);
  }
}

void read_encoder(TableReader& table, EncoderSection& encoder) {
  encoder.where = table.where();
  table.name("type", encoder.type, "encoder", {"poisson_rate"});
  table.quantity("max_rate", encoder.max_rate, "Hz", non_negative);
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

void read_between_samples(TableReader& table, const ReadContext& context, BetweenSamplesSection& between) {
  between.where = table.where();
  table.boolean("reset_state", between.reset_state);
  with_table(table, "normalize",
             [&](TableReader& inner) { read_normalize(inner, context, between.normalize.emplace()); });
  with_table(table, "repeat_when_silent",
             [&](TableReader& inner) { read_repeat(inner, between.repeat_when_silent.emplace()); });
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
  if (input_known && !populations[task.input].model.empty() && !populations[task.input].is_source)
    table.report("input",
                 fmt::format("population '{}' is not a spike source; allowed: a population that the encoder can "
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
  check_roles(table, context, input, readout, task);
  constexpr Range some_time{.low = 0.0, .high = time_span.high, .low_open = true};
  table.delay(table.required("presentation"), task.presentation, some_time);
  table.delay("rest", task.rest);
  table.required("dataset");
  with_table(table, "dataset", [&](TableReader& inner) { read_dataset(inner, context, task.dataset); });
  with_table(table, "encoder", [&](TableReader& inner) { read_encoder(inner, task.encoder); });
  with_table(table, "between_samples",
             [&](TableReader& inner) { read_between_samples(inner, context, task.between_samples); });
  with_table(table, "readout_rule", [&](TableReader& inner) {
    inner.name(inner.required("type"), task.readout_rule, "readout rule", {"max_mean_rate"});
  });
  read_phases(table, task.phases);
  table.finish();
}

}  // namespace synop::detail
