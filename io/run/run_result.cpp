#include "synop/io/run/run_result.hpp"

namespace synop {

OperationCounts operations_of(const Simulation& simulation) {
  OperationCounts counts;
  const Network& network = simulation.network();
  for (std::uint32_t p = 0; p < network.projections().size(); ++p) {
    if (network.population(network.projections()[p].target).model->bytes_per_delivery() == 0) continue;  // parrots
    const ProjectionCounters c = simulation.counters(ProjectionId{p});
    counts[Operation::synaptic_add] += c.deliveries;
    counts[Operation::weight_read] += c.deliveries;
    counts[Operation::plasticity_update] += c.plastic_pre + c.plastic_post;
    counts[Operation::weight_write] += c.plastic_pre + c.plastic_post;
  }
  for (std::uint32_t p = 0; p < network.populations().size(); ++p) {
    const PopulationCounters c = simulation.counters(PopulationId{p});
    counts[Operation::spike_emitted] += c.spikes;
    if (!network.populations()[p].model->accepts_input()) continue;
    counts[Operation::synaptic_add] += c.drive_deliveries;
    counts[Operation::weight_read] += c.drive_deliveries;
    counts[Operation::reset] += c.spikes;
  }
  // Every delivery brings one neuron's state forward in time, reads, compares and writes it; every spike resets it.
  counts[Operation::neuron_update] = counts[Operation::synaptic_add] + counts[Operation::reset];
  counts[Operation::state_read] = counts[Operation::synaptic_add];
  counts[Operation::state_write] = counts[Operation::synaptic_add];
  counts[Operation::threshold_compare] = counts[Operation::synaptic_add];
  return counts;
}

void collect_counters(const Simulation& simulation, RunResult& result) {
  const Network& network = simulation.network();
  const double seconds = (result.stop - result.start).ms() * 1e-3;
  for (std::uint32_t p = 0; p < network.populations().size(); ++p) {
    const Population& population = network.populations()[p];
    const PopulationCounters counters = simulation.counters(PopulationId{p});
    const double rate = seconds > 0.0 ? static_cast<double>(counters.spikes) / population.size / seconds : 0.0;
    result.populations.push_back({.name = population.name,
                                  .model = std::string(population.model->name()),
                                  .size = population.size,
                                  .counters = counters,
                                  .rate = rate});
    if (population.model->accepts_input())
      result.populations.back().neuron_updates = counters.drive_deliveries + counters.spikes;
  }
  for (std::uint32_t p = 0; p < network.projections().size(); ++p) {
    const Projection& projection = network.projections()[p];
    ProjectionResult row{.name = projection.name,
                         .synapses = projection.synapses,
                         .groups = projection.groups,
                         .plastic = projection.plasticity != nullptr,
                         .counters = simulation.counters(ProjectionId{p})};
    if (network.population(projection.target).model->accepts_input())
      result.populations[projection.target.index].neuron_updates += row.counters.deliveries;
    row.sent = simulation.sent({p});
    row.in_flight_after = simulation.in_flight({p});
    if (p < result.projections.size()) row.in_flight_before = result.projections[p].in_flight_before;
    if (p < result.projections.size())
      result.projections[p] = row;
    else
      result.projections.push_back(row);
  }
  result.operations = operations_of(simulation);
}

}  // namespace synop
