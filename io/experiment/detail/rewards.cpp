#include "synop/io/experiment/detail/rewards.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "synop/io/model_catalogue.hpp"

namespace synop::detail {

void check_reward(const RewardSection& section, const Experiment& experiment) {
  for (const std::uint32_t p : section.projections) {
    const ProjectionSection& projection = experiment.projections[p];
    if (!plasticity_traits(projection.synapse).takes_reward)
      throw experiment_error(section.where.at("projection"),
                             fmt::format("projection '{}' takes no reward: its synapses are of {}; allowed: projections "
                                         "with {}",
                                         projection.name, projection.synapse, fmt::join(rewarded_synapses(), ", ")));
  }
  const Time end = Time{} + experiment.simulation.duration;
  if (!section.times.empty() && section.times.back() >= end)
    throw experiment_error(section.where.at("reward_times"),
                           fmt::format("'{}' would give a reward at {} ms; allowed: before the end of the run at {} ms",
                                       section.name, section.times.back().ms(), end.ms()));
}

bool is_rewarded(const Experiment& experiment, std::size_t projection) {
  const auto names_it = [&](const RewardSection& section) {
    return std::find(section.projections.begin(), section.projections.end(), projection) != section.projections.end();
  };
  return std::any_of(experiment.rewards.begin(), experiment.rewards.end(), names_it);
}

}  // namespace synop::detail
