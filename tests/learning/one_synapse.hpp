#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "synop/learning/plastic.hpp"

namespace synop::test {

using Times = std::vector<double>;  // ms, at the synapse

// The rule at a synapse without delay, one target, one source.
template <class Rule>
double by_rule(const Rule& rule, double w, const Times& pre, const Times& post, double until = 2000.0) {
  Shard shard;
  shard.sources = {0, 1};
  shard.constant_weight = w;
  shard.row_begin = {0, 1};
  shard.target = {0};
  LazyPlasticity<Rule> plasticity(rule, shard, 1, {});
  std::vector<std::pair<double, bool>> events;
  for (const double t : pre) events.push_back({t, false});
  for (const double t : post) events.push_back({t, true});
  std::sort(events.begin(), events.end());
  for (const double t : pre) plasticity.on_source_spike(0, Time::from_ms(t));
  for (const auto& [t, is_post] : events)
    if (is_post)
      plasticity.on_target_spike(0, Time::from_ms(t));
    else
      plasticity.on_delivery(0, shard.group(0, 0), Time::from_ms(t));
  float now = 0.0F;
  plasticity.weights_at(Time::from_ms(until), {&now, 1});
  return now;
}

}  // namespace synop::test
