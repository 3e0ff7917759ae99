#include <algorithm>

#include <fmt/format.h>

#include "synop/io/experiment/detail/sections.hpp"

namespace synop::detail {

namespace {

// A stimulus that has an amplitude (NEST's word) injects a current; all others send spikes, which have weight and
// delay.
bool injects_current(const ModelEntry& model) {
  return std::any_of(model.parameters.begin(), model.parameters.end(),
                     [](const ParameterDefault& parameter) { return parameter.info.name == "amplitude"; });
}

// Keys that this reader handles itself, whether or not the model's table lists them too.
ModelEntry without_schema_keys(ModelEntry model) {
  constexpr std::string_view keys[] = {"weight", "delay", "start", "stop"};
  std::erase_if(model.parameters, [&](const ParameterDefault& parameter) {
    return std::find(std::begin(keys), std::end(keys), parameter.info.name) != std::end(keys);
  });
  return model;
}

void read_weight_and_delay(TableReader& table, bool target_known, const ModelEntry& model, const ReadContext& context,
                           StimulusSection& stimulus) {
  table.find("weight");
  const std::optional<std::string> unit =
      target_known ? weight_unit(table, stimulus.target, context) : std::optional<std::string>();
  if (injects_current(model)) {
    for (const std::string_view key : {"weight", "delay"})
      table.refuse(key, fmt::format("this key has no effect on {}, which injects a current", model.name));
    return;
  }
  if (unit) {
    stimulus.weight_unit = *unit;
    table.quantity("weight", stimulus.weight, *unit, any_weight);
  }
  table.delay("delay", stimulus.delay);
}

StimulusSection read_stimulus(const Value& value, const std::string& name, const ReadContext& context) {
  TableReader table(value);
  StimulusSection stimulus;
  stimulus.name = name;
  stimulus.where = table.where();
  table.find("name");
  const bool target = read_slice(table, table.required("target"), context, stimulus.target);
  table.time("start", stimulus.start);
  if (table.time("stop", stimulus.stop) && stimulus.stop <= stimulus.start)
    table.report("stop",
                 fmt::format("value {} ms is not after start = {} ms", stimulus.stop.ms(), stimulus.start.ms()));
  if (!table.name(table.required("model"), stimulus.model, "stimulus", context.catalogue.names(ModelKind::stimulus)))
    return stimulus;  // which keys are right depends on the model
  const ModelEntry model = without_schema_keys(*context.catalogue.find(ModelKind::stimulus, stimulus.model));
  read_weight_and_delay(table, target, model, context, stimulus);
  read_parameters(table, model, stimulus.parameters);
  table.finish();
  return stimulus;
}

}  // namespace

void read_stimuli(const Value& array, ReadContext& context) {
  const std::vector<std::string> names = checked_names("stimulus", array);
  for (std::size_t i = 0; i < array.size(); ++i)
    context.experiment.stimuli.push_back(read_stimulus(array.item(i), names[i], context));
}

}  // namespace synop::detail
