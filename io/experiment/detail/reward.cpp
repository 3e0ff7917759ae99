#include <algorithm>

#include <fmt/format.h>

#include "synop/io/experiment/detail/sections.hpp"

namespace synop::detail {

namespace {

using Kind = RewardSection::Kind;

constexpr Range delays{.low = RewardSection::least_delay_ms, .high = time_span.high};
constexpr Range windows{.low = 0.0, .high = time_span.high, .low_open = true};

void read_projections_of(TableReader& table, const ReadContext& context, RewardSection& reward) {
  const std::optional<Value> value = table.find(table.required("projection"));
  if (!value) return;
  std::vector<std::string_view> names;
  for (const ProjectionSection& projection : context.experiment.projections) names.push_back(projection.name);
  const auto add = [&](const Value& item) {
    const std::optional<std::string> name = item.text("the name of a projection, or an array of names");
    if (!name) return;
    const auto at = std::find(names.begin(), names.end(), *name);
    if (at == names.end())
      return item.report(fmt::format("value \"{}\" names no projection{}", *name, did_you_mean(*name, names)));
    const auto index = static_cast<std::uint32_t>(at - names.begin());
    if (std::find(reward.projections.begin(), reward.projections.end(), index) != reward.projections.end())
      return item.report(fmt::format("value \"{}\" is given twice", *name));
    reward.projections.push_back(index);
  };
  if (!value->is_array()) return add(*value);
  if (value->size() == 0) value->report("the array is empty; allowed: at least one projection");
  for (std::size_t i = 0; i < value->size(); ++i) add(value->item(i));
}

void read_delay(TableReader& table, RewardSection& reward) {
  Distribution delay;
  if (!table.distribution(table.required("delay"), delay, "ms", delays)) return;
  if (delay.kind != Distribution::constant && delay.kind != Distribution::uniform)
    return table.report("delay", "the value is another distribution; allowed: one delay, or { uniform = [low, high] }");
  reward.shortest_delay = Delay::from_ms(delay.a);
  reward.longest_delay = Delay::from_ms(delay.kind == Distribution::uniform ? delay.b : delay.a);
}

void read_amount_and_delay(TableReader& table, RewardSection& reward) {
  table.quantity("amount", reward.amount, "", RewardSection::amounts);
  read_delay(table, reward);
}

void read_given_rewards(TableReader& table, RewardSection& reward) {
  const std::optional<Value> times = table.find(table.required("reward_times"));
  const std::optional<Value> values = table.find(table.required("reward_values"));
  const auto at = times ? times->items(0, "an array of times") : std::nullopt;
  const auto amounts = values ? values->items(0, "an array of amounts") : std::nullopt;
  if (!at || !amounts) return;
  for (const Value& item : *at) {
    const std::optional<Time> time = item.time();
    if (!time) return;
    if (!reward.times.empty() && *time <= reward.times.back())
      return item.report(
          fmt::format("value {} is not after the one before it; allowed: ascending times", shown(item.node())));
    reward.times.push_back(*time);
  }
  for (const Value& item : *amounts)
    if (const auto amount = item.quantity("", RewardSection::amounts)) reward.values.push_back(*amount);
  if (amounts->size() != at->size())
    values->report(fmt::format("the array has {} values and reward_times has {}; allowed: as many", amounts->size(),
                               at->size()));
}

RewardSection read_reward(const Value& value, const std::string& name, const ReadContext& context) {
  TableReader table(value);
  RewardSection reward;
  reward.name = name;
  reward.where = table.where();
  table.find("name");
  read_projections_of(table, context, reward);
  const bool known = table.choice<Kind>(table.required("model"), reward.kind,
                                        {{"volume_transmitter", Kind::volume_transmitter},
                                         {"reward_generator", Kind::reward_generator},
                                         {"coincidence_detector", Kind::coincidence_detector}});
  if (!known) return reward;  // which keys are right depends on the model
  if (reward.kind == Kind::reward_generator) {
    read_given_rewards(table, reward);
  } else if (reward.kind == Kind::volume_transmitter) {
    read_slice(table, table.required("source"), context, reward.source);
    read_amount_and_delay(table, reward);
  } else {
    read_slice(table, table.required("pre"), context, reward.pre);
    read_slice(table, table.required("post"), context, reward.post);
    table.delay(table.required("window"), reward.window, windows);
    read_amount_and_delay(table, reward);
  }
  table.finish();
  return reward;
}

}  // namespace

void read_rewards(const Value& array, ReadContext& context) {
  const std::vector<std::string> names = checked_names("reward", array);
  for (std::size_t i = 0; i < array.size(); ++i)
    context.experiment.rewards.push_back(read_reward(array.item(i), names[i], context));
}

}  // namespace synop::detail
