#include "synop/io/run/ledger_of.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace synop {

namespace {

std::uint64_t spikes_in(std::span<const std::uint64_t> counts, const Slice& slice) {
  const auto part = counts.subspan(slice.first, slice.count);
  return std::accumulate(part.begin(), part.end(), std::uint64_t{0});
}

bool has_zeros(const Shard& shard) {
  switch (shard.weights) {
    case Shard::Weights::float32:
      return std::find(shard.weight32.begin(), shard.weight32.end(), 0.0F) != shard.weight32.end();
    case Shard::Weights::float64:
      return std::find(shard.weight64.begin(), shard.weight64.end(), 0.0) != shard.weight64.end();
    default:
      return shard.constant_weight == 0.0;
  }
}

// Synapses of weight 0 by source of the slice, as they stand now; empty if there are none.
std::vector<std::uint64_t> zeros_by_source(const Simulation& simulation, ProjectionId id) {
  const Projection& projection = simulation.network().projection(id);
  std::vector<std::uint64_t> zeros;
  if (projection.plasticity) {
    const Simulation::SynapseView view = simulation.synapses(id);
    zeros.resize(projection.sources.count);
    for (std::size_t i = 0; i < view.weights.size(); ++i)
      if (view.weights[i] == 0.0) ++zeros[view.sources[i] - projection.sources.first];
    return zeros;
  }
  for (const Shard& shard : simulation.network().shards()) {
    if (shard.projection != id || !has_zeros(shard)) continue;
    zeros.resize(projection.sources.count);
    for (std::uint32_t row = 0; row < projection.sources.count; ++row) {
      if (shard.is_procedural()) zeros[row] += shard.row_size(row);
      if (shard.is_procedural()) continue;
      for (std::uint32_t i = shard.row_begin[row]; i < shard.row_begin[row + 1]; ++i)
        zeros[row] += shard.weight(i) == 0.0;
    }
  }
  return zeros;
}

void count_zeros(const Simulation& simulation, ProjectionId id, const SpikeTally& tally, ProjectionLedger& p) {
  p.effective_deliveries = p.sent;
  const std::vector<std::uint64_t> zeros = zeros_by_source(simulation, id);
  if (zeros.empty()) return;
  const Projection& projection = simulation.network().projection(id);
  const auto spikes = tally.counts(projection.source).subspan(projection.sources.first, projection.sources.count);
  std::uint64_t through_zeros = 0;
  for (std::size_t row = 0; row < zeros.size(); ++row) {
    p.zero_weights += zeros[row];
    through_zeros += zeros[row] * spikes[row];
  }
  p.effective_deliveries -= std::min(p.sent, through_zeros);
}

ProjectionLedger projection_ledger(const Simulation& simulation, ProjectionId id, const SpikeTally& tally) {
  const Network& network = simulation.network();
  const Projection& projection = network.projection(id);
  const ProjectionCounters c = simulation.counters(id);
  ProjectionLedger p;
  p.name = projection.name;
  p.source = network.population(projection.source).name;
  p.target = network.population(projection.target).name;
  p.sources = projection.sources.count;
  p.targets = projection.targets.count;
  p.synapses = projection.synapses;
  if (projection.rule) p.shared_weights = projection.rule->shared_weights();
  if (projection.rule) p.pooled_sources = projection.rule->pooled_sources();
  p.plastic = projection.plasticity != nullptr;
  p.relay = network.population(projection.target).model->bytes_per_delivery() == 0;
  p.source_spikes = spikes_in(tally.counts(projection.source), projection.sources);
  p.target_spikes = spikes_in(tally.counts(projection.target), projection.targets);
  p.deliveries = c.deliveries;
  p.dense_deliveries = checked_product(p.source_spikes, p.targets, "the deliveries through a dense matrix");
  p.sent = simulation.sent(id);
  p.in_flight_after = simulation.in_flight(id);
  p.plastic_pre = c.plastic_pre;
  p.plastic_post = c.plastic_post;
  p.queue_operations = c.queue_operations;
  p.bytes_touched = c.bytes_touched;
  count_zeros(simulation, id, tally, p);
  return p;
}

// Neurons into which some stimulus injects a current.
std::uint64_t neurons_with_currents(const Network& network, PopulationId id) {
  std::vector<bool> reached(network.population(id).size);
  const auto reach = [&](const Slice& slice) { std::fill_n(reached.begin() + slice.first, slice.count, true); };
  for (const ChangingCurrent& current : network.changing_currents())
    if (current.target == id) reach(current.targets);
  for (const Current& current : network.currents())
    if (current.target == id) reach(current.step.neurons);
  return static_cast<std::uint64_t>(std::count(reached.begin(), reached.end(), true));
}

PopulationLedger population_ledger(const Simulation& simulation, PopulationId id, const SpikeTally& tally) {
  const Population& population = simulation.network().population(id);
  const PopulationCounters c = simulation.counters(id);
  PopulationLedger p;
  p.name = population.name;
  p.model = population.model->name();
  p.size = population.size;
  p.state_variables = population.model->bytes_per_delivery() / (2 * sizeof(double));  // each read and written
  p.relay = population.model->accepts_input() && population.model->bytes_per_delivery() == 0;
  p.neurons = population.model->accepts_input() && !p.relay;
  p.leaky = p.neurons && p.model != "if_psc_delta";
  p.currents = neurons_with_currents(simulation.network(), id);
  p.spikes = c.spikes;
  p.drive_deliveries = p.relay ? 0 : c.drive_deliveries;
  p.attended = c.attended;
  p.self_events = c.self_events;
  p.active = tally.active(id);
  p.largest_count = tally.largest(id);
  return p;
}

}  // namespace

Ledger ledger_of(const Simulation& simulation, const SpikeTally& tally) {
  Ledger ledger;
  ledger.inferences = tally.inferences();
  for (std::uint32_t p = 0; p < simulation.network().populations().size(); ++p)
    ledger.populations.push_back(population_ledger(simulation, {p}, tally));
  for (std::uint32_t p = 0; p < simulation.network().projections().size(); ++p)
    ledger.projections.push_back(projection_ledger(simulation, {p}, tally));
  return ledger;
}

}  // namespace synop
