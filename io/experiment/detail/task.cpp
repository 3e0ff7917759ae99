#include <fmt/format.h>

#include "synop/io/experiment/detail/task_data.hpp"

namespace synop::detail {

namespace {

// Reads the table under `key` with `read`, if it is there.
template <class Read>
void with_table(TableReader& parent, std::string_view key, Read read) {
  const std::optional<Value> value = parent.find(key);
  if (!value) return;
  TableReader table(*value);
  read(table);
  table.finish();
}

void read_normalize(TableReader& table, const ReadContext& context, NormalizeSection& normalize) {
  using Every = NormalizeSection::Every;
  normalize.where = table.where();
  table.choice<Every>("every", normalize.every, {{"sample", Every::sample}, {"presentation", Every::presentation}});
  std::string unit;
  if (read_projection_name(table, table.required("projection"), context, normalize.projection))
    unit = context.experiment.projections[normalize.projection].weight_unit;
  if (table.has("length")) {
    normalize.norm = WeightNorm::length;
    table.quantity("length", normalize.size, unit, positive);
    table.refuse("total", "this key has no effect beside length; allowed: one of total and length");
  } else {
    table.quantity(table.required("total"), normalize.size, unit, positive);
    table.find("length");
  }
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

void read_readout_rule(TableReader& table, Delay presentation, ReadoutRuleSection& rule) {
  rule.where = table.where();
  table.name(table.required("type"), rule.type, "readout rule", {"max_mean_rate", "linear", "most_spikes", "highest_potential"});
  if (rule.type != "highest_potential")
    return table.refuse("interval", fmt::format("this key has no effect on type = \"{}\"", rule.type));
  Delay interval;
  if (!table.delay("interval", interval, Range{.low = 0.0, .high = time_span.high, .low_open = true})) return;
  if (interval > presentation && presentation.ticks > 0)
    table.report("interval", fmt::format("value {} ms is longer than the presentation of {} ms", interval.ms(),
                                         presentation.ms()));
  rule.interval = interval;
}

// The Input of a graph of [nir] becomes the population by which samples enter.
void drive_nir(TableReader& table, bool input_known, Experiment& experiment) {
  if (!experiment.nir || !input_known) return;
  const NirSection& nir = *experiment.nir;
  const TaskSection& task = *experiment.task;
  PopulationSection& input = experiment.populations[task.input];
  const bool clocked = nir.options.mode == nir::Mode::clocked;
  if (!input.is_source || !experiment.is_of_nir(input)) {
    if (clocked)
      table.report("input", fmt::format("population '{}' is no Input of the graph of [nir]; allowed in time steps: an Input",
                                        input.name));
    return;
  }
  for (const std::string_view key : {"spike_file", "spike_times", "rate"})
    if (nir.where.has(key))
      table.report("input", fmt::format("'{}' takes what nir.{} says already; allowed with a task: without that key",
                                        input.name, key));
  if (clocked) return;
  if (task.is_current())
    table.report("input", fmt::format("'{}' (Input) takes spikes in continuous time, encoder type = \"direct_current\" gives "
                                      "currents; allowed with mode = \"clocked\" of [nir]",
                                      input.name));
  if (nir.options.spike == nir::SpikeMeaning::pulse)
    table.report("input", fmt::format("'{}' (Input) takes samples as spikes that are impulses; allowed in continuous time: "
                                      "spike = \"delta\" of [nir], with spike_area = dt for the charge of a pulse",
                                      input.name));
  input.model = task.input_model();
}

void check_roles(TableReader& table, const ReadContext& context, bool input_known, bool readout_known,
                 const TaskSection& task) {
  const auto& populations = context.experiment.populations;
  const bool current = task.is_current();
  const bool graph_input = input_known && populations[task.input].is_source && context.experiment.is_of_nir(populations[task.input]);
  if (input_known && !graph_input && !populations[task.input].model.empty() && populations[task.input].is_source == current)
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
  drive_nir(table, input, context.experiment);
  check_roles(table, context, input, readout, task);
  const bool has_rate = !task.dataset.is_events() && task.encoder.has_rate();
  with_table(table, "between_samples",
             [&](TableReader& inner) { read_between_samples(inner, context, has_rate, task.between_samples); });
  with_table(table, "readout_rule", [&](TableReader& inner) {
    read_readout_rule(inner, task.presentation, task.readout_rule);
  });
  read_path(table, "learned", context, task.learned);
  read_phases(table, task.phases);
  table.finish();
}

}  // namespace synop::detail
