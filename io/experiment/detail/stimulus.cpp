#include <algorithm>

#include <fmt/format.h>

#include "synop/io/experiment/detail/sections.hpp"

namespace synop::detail {

namespace {

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
  if (model.injects_current()) {
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

// Arrays of quantities; those named ..._times ascend, and arrays of one model are equally long.
void read_lists(TableReader& table, const ModelEntry& model, StimulusSection& stimulus) {
  for (const ParameterInfo& info : model.lists) {
    const std::optional<Value> value = table.find(table.required(info.name));
    const auto items = value ? value->items(0, fmt::format("an array of values in {}", info.unit)) : std::nullopt;
    if (!items) continue;
    std::vector<double> values;
    for (const Value& item : *items) {
      const std::optional<double> x = item.quantity(info.unit, info.range);
      if (!x) return;
      if (info.name == "rate_times" || info.name == "amplitude_times")
        if (!values.empty() && *x <= values.back())
          return item.report(fmt::format("value {} is not after the one before it; allowed: ascending times", shown(item.node())));
      values.push_back(*x);
    }
    if (!stimulus.lists.empty() && stimulus.lists.front().values.size() != values.size())
      value->report(fmt::format("the array has {} values and {} has {}; allowed: as many", values.size(),
                                stimulus.lists.front().name, stimulus.lists.front().values.size()));
    stimulus.lists.push_back({std::string(info.name), std::move(values)});
  }
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
  stimulus.injects_current = model.injects_current();
  read_parameters(table, model, stimulus.parameters);
  read_lists(table, model, stimulus);
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
