#include "synop/io/run/run_result.hpp"

#include "synop/io/run/ledger_of.hpp"

namespace synop {

OperationCounts operations_of(const Ledger& ledger) {
  const SpikingWork work = spiking_work(ledger, {});
  return total(work.inference) + total(work.plasticity);
}

EnergyEstimate price_run(const Ledger& ledger, const PriceTable& table) {
  SpikingWork work = spiking_work(ledger, {.clocked = table.clocked});
  for (Work& learning : work.plasticity) {
    learning.name += " (plasticity)";
    work.inference.push_back(std::move(learning));
  }
  return price(work.inference, table);
}

void collect_counters(const Simulation& simulation, SpikeTally& tally, RunResult& result) {
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
    result.measured.synaptic_events += row.counters.deliveries;
    row.sent = simulation.sent({p});
    row.in_flight_after = simulation.in_flight({p});
    if (p < result.projections.size()) row.in_flight_before = result.projections[p].in_flight_before;
    if (p < result.projections.size())
      result.projections[p] = row;
    else
      result.projections.push_back(row);
  }
  tally.end_inference();
  result.ledger = ledger_of(simulation, tally);
  result.ledger.simulated = result.stop - result.start;
  for (std::size_t p = 0; p < result.projections.size(); ++p)
    result.ledger.projections[p].in_flight_before = result.projections[p].in_flight_before;
  result.operations = operations_of(result.ledger);
}

}  // namespace synop
