#include "synop/io/nir/detail/pulses.hpp"

#include <map>

#include <fmt/format.h>

namespace synop::nir::detail {

namespace {

// What happens to the current of one neuron at an instant. Whole pulses are counted, so that the current is 0 again,
// and not a rounding error, when all have ended.
struct Change {
  double amplitude = 0.0;
  int pulses = 0;
};

}  // namespace

void add_pulses(const Graph& graph, std::uint32_t input, Paths& paths, const std::vector<std::vector<Time>>& trains,
                Delay dt, ExactNetwork& made) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::map<Time, Change>> changes;  // by node and neuron
  for (std::uint32_t i = 0; i < trains.size(); ++i) {
    if (trains[i].empty()) continue;
    paths.follow(input, i, [&](std::uint32_t target, const std::vector<Paths::Arrival>& arrivals) {
      for (const Paths::Arrival& arrival : arrivals)
        for (const Time spike : trains[i]) {
          auto& of_neuron = changes[{target, arrival.neuron}];
          Change& begin = of_neuron[spike + Delay{arrival.delay}];
          begin.amplitude += arrival.weight;
          ++begin.pulses;
          Change& end = of_neuron[spike + Delay{arrival.delay} + dt];
          end.amplitude -= arrival.weight;
          --end.pulses;
        }
    });
  }
  for (const auto& [where, steps] : changes) {
    const auto [node, neuron] = where;
    StimulusSection stimulus;
    stimulus.name = fmt::format("{}_into_{}_{}", graph.nodes[input].name, graph.nodes[node].name, neuron);
    stimulus.model = "step_current_generator";
    stimulus.target = {made.population_of[node], neuron, neuron + 1};
    stimulus.injects_current = true;
    NamedList times{"amplitude_times", {}}, values{"amplitude_values", {}};
    double amplitude = 0.0;
    int pulses = 0;
    for (const auto& [time, change] : steps) {
      pulses += change.pulses;
      amplitude = pulses == 0 ? 0.0 : amplitude + change.amplitude;
      times.values.push_back(time.ms());
      values.values.push_back(amplitude);
    }
    stimulus.lists = {std::move(times), std::move(values)};
    made.stimuli.push_back(std::move(stimulus));
  }
}

}  // namespace synop::nir::detail
