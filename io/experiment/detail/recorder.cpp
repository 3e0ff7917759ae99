#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "synop/io/experiment/detail/sections.hpp"

namespace synop::detail {

namespace {

using Kind = RecorderSection::Kind;

constexpr Range at_least_a_nanosecond{.low = 1e-6, .high = time_span.high};  // ms

// Of a recorder that writes <name>.h5.
void check_file_name(TableReader& table, const RecorderSection& recorder) {
  if (recorder.name == "spikes" || recorder.name == "weights" || recorder.name == "rates")
    table.report(
        "name", fmt::format("value \"{}\" is the name of another result file; allowed: any other name", recorder.name));
}

void read_multimeter(TableReader& table, RecorderSection& recorder) {
  check_file_name(table, recorder);
  table.delay("interval", recorder.interval, at_least_a_nanosecond);
  const std::optional<Value> record = table.find("record");
  if (!record) {
    recorder.recorded_values = {"V_m"};
    return;
  }
  const auto names = record->items(0, "an array of names, for example [\"V_m\"]");
  if (!names) return;
  if (names->empty()) record->report("the array is empty; allowed: at least one name, for example [\"V_m\"]");
  for (const Value& item : *names) {
    const std::optional<std::string> name = item.text("the name of a state variable, for example \"V_m\"");
    if (!name) continue;
    const auto& known = recorder.recorded_values;
    if (std::find(known.begin(), known.end(), *name) != known.end())
      item.report(fmt::format("value \"{}\" is given twice", *name));
    recorder.recorded_values.push_back(*name);
  }
}

void read_span(TableReader& table, RecorderSection& recorder) {
  Time start;
  if (table.time("start", start)) recorder.start = start;
  if (table.time("stop", recorder.stop) && recorder.start && recorder.stop <= *recorder.start)
    table.report("stop",
                 fmt::format("value {} ms is not after start = {} ms", recorder.stop.ms(), recorder.start->ms()));
}

void read_end(TableReader& table, std::string_view key, const ReadContext& context, std::uint32_t population,
              std::optional<PopulationSlice>& out) {
  PopulationSlice slice;
  if (!read_slice(table, key, context, slice)) return;
  if (slice.population != population)
    table.report(key, fmt::format("this is not the {} of the projection; allowed: '{}' or a slice of it", key,
                                  context.experiment.populations[population].name));
  out = slice;
}

void read_weight_recorder(TableReader& table, const ReadContext& context, RecorderSection& recorder) {
  check_file_name(table, recorder);
  table.delay(table.required("interval"), recorder.interval, at_least_a_nanosecond);
  read_span(table, recorder);
  if (!read_projection_name(table, table.required("projection"), context, recorder.projection)) {
    table.find("source");
    table.find("target");
    return;
  }
  const ProjectionSection& projection = context.experiment.projections[recorder.projection];
  read_end(table, "source", context, projection.source.population, recorder.from);
  read_end(table, "target", context, projection.target.population, recorder.onto);
}

void read_recorded_projection(TableReader& table, const ReadContext& context, RecorderSection& recorder) {
  if (!read_projection_name(table, table.required("projection"), context, recorder.projection)) {
    recorder.projection = std::numeric_limits<std::uint32_t>::max();  // none that another could repeat
    return;
  }
  for (const RecorderSection& other : context.experiment.recorders)
    if (other.kind == Kind::weights && other.projection == recorder.projection)
      table.report("projection", fmt::format("the weights of '{}' are recorded by '{}' already; allowed: one recorder",
                                             context.experiment.projections[recorder.projection].name, other.name));
}

void read_recorder_of_neurons(TableReader& table, const ReadContext& context, RecorderSection& recorder) {
  read_slice(table, table.required("source"), context, recorder.source);
  read_span(table, recorder);
  if (recorder.kind == Kind::multimeter) read_multimeter(table, recorder);
  if (recorder.kind == Kind::population_rate_recorder) table.delay("bin", recorder.bin, at_least_a_nanosecond);
}

RecorderSection read_recorder(const Value& value, const std::string& name, const ReadContext& context) {
  TableReader table(value);
  RecorderSection recorder;
  recorder.name = name;
  recorder.where = table.where();
  table.find("name");
  const bool known = table.choice<Kind>(
      table.required("model"), recorder.kind,
      {{"spike_recorder", Kind::spike_recorder},
       {"multimeter", Kind::multimeter},
       {"population_rate_recorder", Kind::population_rate_recorder},
       {"weight_recorder", Kind::weight_recorder},
       {"weights", Kind::weights}});
  if (!known) return recorder;  // which keys are right depends on the model
  if (recorder.kind == Kind::weights)
    read_recorded_projection(table, context, recorder);
  else if (recorder.kind == Kind::weight_recorder)
    read_weight_recorder(table, context, recorder);
  else
    read_recorder_of_neurons(table, context, recorder);
  table.finish();
  return recorder;
}

}  // namespace

void read_recorders(const Value& array, ReadContext& context) {
  const std::vector<std::string> names = checked_names("recorder", array);
  for (std::size_t i = 0; i < array.size(); ++i)
    context.experiment.recorders.push_back(read_recorder(array.item(i), names[i], context));
}

}  // namespace synop::detail
