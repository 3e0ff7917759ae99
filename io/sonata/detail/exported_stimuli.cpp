#include "synop/io/sonata/detail/exported_stimuli.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/machine.hpp"
#include "synop/neurons/current_generators.hpp"

namespace synop::sonata {

namespace {

// While a train is written a spike is held as it is and as the columns of its file: time, node, ticks.
constexpr double bytes_per_spike = 16.0 + 24.0;

std::string unique_name(const std::string& wanted, std::set<std::string>& taken) {
  std::string name = wanted;
  for (int i = 2; !taken.insert(name).second; ++i) name = fmt::format("{}_{}", wanted, i);
  return name;
}

void check_size(const Drive& drive, Time stop) {
  const double spikes = drive.model->expected_rate() * drive.targets.count * stop.ms() * 1e-3;
  const double available = static_cast<double>(available_memory());
  if (spikes * bytes_per_spike > available)
    throw Error(ErrorKind::model,
                fmt::format("stimulus '{}' ({}) sends some {:.3g} spikes in {} ms; to write its trains takes {:.1f} GB, of "
                            "which {:.1f} are available",
                            drive.name, drive.model->name(), spikes, stop.ms(), spikes * bytes_per_spike * 1e-9, available * 1e-9));
}

}  // namespace

std::vector<ExportedDrive> exported_drives(const Network& network, Time stop) {
  std::set<std::string> populations, projections;
  for (const Population& population : network.populations()) populations.insert(population.name);
  for (const Projection& projection : network.projections()) projections.insert(projection.name);
  std::vector<ExportedDrive> drives;
  for (const Drive& drive : network.drives()) {
    check_size(drive, stop);
    const std::string nodes = unique_name(drive.name, populations);
    const std::string& target = network.population(drive.target).name;
    drives.push_back({nodes, unique_name(fmt::format("{}_to_{}", nodes, target), projections)});
  }
  return drives;
}

std::vector<std::pair<PopulationId, CurrentStep>> exported_steps(const Network& network, Time stop) {
  std::vector<std::pair<PopulationId, CurrentStep>> steps;
  for (const Current& current : network.currents())
    if (current.step.time < stop) steps.emplace_back(current.target, current.step);
  std::vector<double> change;
  for (const ChangingCurrent& current : network.changing_currents()) {
    if (dynamic_cast<const StepCurrentGenerator*>(current.model.get()) == nullptr)
      throw Error(ErrorKind::model, fmt::format("population '{}' has a stimulus {}, which SONATA cannot carry; currents of "
                                                "dc_generator and step_current_generator can be exported",
                                                network.population(current.target).name, current.model->name()));
    const auto stream = current.model->make_stream(network.seed(), 0, current.targets.first, current.targets.count);
    for (Time t = stream->next(); t < stop; t = stream->next()) {
      stream->advance(change);
      steps.emplace_back(current.target, CurrentStep{t, current.targets, change.front()});
    }
  }
  return steps;
}

}  // namespace synop::sonata
