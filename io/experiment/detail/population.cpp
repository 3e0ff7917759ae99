#include <fmt/format.h>

#include "synop/io/experiment/detail/sections.hpp"

namespace synop::detail {

namespace {

const ModelEntry* read_model(TableReader& table, const Catalogue& catalogue, PopulationSection& population) {
  std::vector<std::string_view> names = catalogue.names(ModelKind::neuron);
  const std::vector<std::string_view> sources = catalogue.names(ModelKind::source);
  names.insert(names.end(), sources.begin(), sources.end());
  if (!table.name(table.required("model"), population.model, "neuron model or spike source", names)) return nullptr;
  const ModelEntry* source = catalogue.find(ModelKind::source, population.model);
  population.is_source = source != nullptr;
  return population.is_source ? source : catalogue.find(ModelKind::neuron, population.model);
}

std::optional<std::vector<Time>> read_spike_train(const Value& value) {
  const auto items = value.items(0, "an array of times, for example [1.0, \"2.5 ms\"]");
  if (!items) return std::nullopt;
  std::vector<Time> times;
  times.reserve(items->size());
  for (const Value& item : *items) {
    const std::optional<Time> time = item.time();
    if (!time) return std::nullopt;
    if (!times.empty() && *time < times.back()) {
      item.report(fmt::format("value {} comes before the one ahead of it; allowed: sorted times", shown(item.node())));
      return std::nullopt;
    }
    times.push_back(*time);
  }
  return times;
}

void read_spike_times(const Value& value, std::uint32_t size, std::vector<std::vector<Time>>& out) {
  const bool flat = size == 1 && value.is_array() && (value.size() == 0 || !value.item(0).is_array());
  if (flat) {
    if (auto train = read_spike_train(value)) out.push_back(std::move(*train));
    return;
  }
  const auto trains = value.items(size, fmt::format("an array of {} arrays of times, one for each neuron", size));
  if (!trains) return;
  for (const Value& item : *trains)
    if (auto train = read_spike_train(item)) out.push_back(std::move(*train));
}

void read_spikes(TableReader& table, const ReadContext& context, PopulationSection& population) {
  if (population.model != "spike_generator") {
    for (const std::string_view key : {"spike_times", "spike_file", "spike_population"})
      table.refuse(key, fmt::format("this key has no effect on {}; allowed: with spike_generator", population.model));
    return;
  }
  const std::optional<Value> times = table.find("spike_times");
  const bool file = table.find("spike_file").has_value();
  if (times.has_value() == file) {
    table.report("spike_times", "exactly one of the keys spike_times and spike_file must be given");
    return;
  }
  if (file) read_path(table, "spike_file", context, population.spike_file);
  if (const std::optional<Value> name = table.find("spike_population")) {
    if (!file) name->report("this key has no effect without spike_file");
    if (const auto text = name->text("the name of a population in the file")) population.spike_population = *text;
  }
  if (times && population.size > 0) read_spike_times(*times, population.size, population.spike_times);
}

// A model whose inputs have no unit has a potential without one.
void read_initial_potential(TableReader& table, const ModelEntry& model, PopulationSection& population) {
  if (population.is_source)
    return table.refuse("V_m", fmt::format("this key has no effect on {}, which has no potential", population.model));
  const std::optional<Value> value = table.find("V_m");
  if (!value) return;
  population.initial_potential = value->distribution(model.weight_unit.empty() ? "" : "mV", any_value);
  const auto& drawn = population.initial_potential;
  if (drawn && drawn->kind == Distribution::list && population.size > 0 && drawn->values.size() != population.size)
    value->report(fmt::format("the list has {} values; allowed: one for each of the {} neurons", drawn->values.size(),
                              population.size));
}

PopulationSection read_population(const Value& value, const std::string& name, const ReadContext& context) {
  TableReader table(value);
  PopulationSection population;
  population.name = name;
  population.where = table.where();
  table.find(table.required("name"));
  const ModelEntry* model = read_model(table, context.catalogue, population);
  table.integer(table.required("size"), population.size, 1, max_count);
  if (model == nullptr) return population;  // which keys are right depends on the model
  read_neuron_parameters(table, *model, population);
  read_initial_potential(table, *model, population);
  read_spikes(table, context, population);
  read_positions(table, context, population);
  table.finish();
  return population;
}

}  // namespace

void read_populations(const Value& array, ReadContext& context) {
  const std::vector<std::string> names = checked_names("population", array);
  for (std::size_t i = 0; i < array.size(); ++i)
    context.experiment.populations.push_back(read_population(array.item(i), names[i], context));
}

}  // namespace synop::detail
