#include "synop/core/work.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/price_tables.hpp"

namespace synop {

namespace {

using enum Operation;

void forget_memory(OperationCounts& counts) {
  for (const Operation operation : all_operations())
    if (is_memory_access(operation)) counts[operation] = 0;
}

Array states_of(const PopulationLedger& population) {
  return {checked_product(population.size, std::max<std::uint64_t>(1, population.state_variables), "state variables")};
}

unsigned index_bits(std::uint64_t targets) {
  return static_cast<unsigned>(std::bit_width(std::max<std::uint64_t>(targets, 2) - 1));
}

Work inference_of(const ProjectionLedger& p, const Ledger& ledger, const Deployment& deployment) {
  Work work{.name = p.name, .counts = {}, .weights = {p.weights()}};
  work.indices = {p.synapses, index_bits(p.targets)};
  work.states = states_of(ledger.population(p.target));
  work.counts[spike_routed] = p.source_spikes;
  if (p.relay) return work;
  work.counts[synaptic_add] = p.deliveries;
  work.counts[mac] = p.macs;
  work.counts[weight_read] = p.deliveries + p.macs;
  work.counts[activation_read] = p.macs;
  if (p.needs_indices()) work.counts[index_read] = p.deliveries;
  if (deployment.traffic == Traffic::every_use)
    work.counts[state_read] = work.counts[state_write] = p.deliveries + p.macs;
  work.activations = {p.sources};
  return work;
}

Work plasticity_of(const ProjectionLedger& p) {
  Work work{.name = p.name, .counts = {}, .weights = {p.weights()}};
  const std::uint64_t changes = p.plastic_pre + p.plastic_post;
  work.counts[plasticity_update] = changes;
  work.counts[weight_write] = changes;
  work.counts[weight_read] = p.plastic_post;  // on_pre changes a weight that the delivery fetches anyway
  if (changes != 0) work.counts[trace_update] = p.source_spikes + p.target_spikes;
  return work;
}

Work updates_of(const PopulationLedger& p, std::uint64_t inputs, std::uint64_t steps, const Deployment& deployment) {
  Work work{.name = p.name, .counts = {}, .weights = {1}};  // a stimulus has one weight
  work.states = states_of(p);
  work.counts[spike_emitted] = p.spikes;
  if (!p.neurons) return work;
  work.counts[synaptic_add] = work.counts[weight_read] = p.drive_deliveries;
  work.counts[reset] = p.spikes;
  const std::uint64_t updates = checked_product(p.size, steps, "updates of neurons");
  std::uint64_t accesses = p.drive_deliveries;
  if (deployment.traffic == Traffic::reused) accesses = std::min(inputs, updates);
  if (deployment.clocked) {
    work.counts[neuron_update] = std::min(inputs, updates);
    work.counts[idle_update] = updates - work.counts[neuron_update];
    work.counts[threshold_compare] = updates;
    work.counts[bias_add] = checked_product(p.currents, steps, "currents in all steps");
    accesses += work.counts[idle_update];
  } else {
    work.counts[neuron_update] = p.leaky ? inputs + p.spikes : 0;
    work.counts[threshold_compare] = inputs;
  }
  work.counts[state_read] = work.counts[state_write] = accesses;
  return work;
}

}  // namespace

std::string_view name(Traffic traffic) {
  constexpr std::array<std::string_view, 3> names = {"compute only", "with memory, every use", "with memory, reused"};
  return names.at(static_cast<std::size_t>(traffic));
}

OperationCounts total(std::span<const Work> work) {
  OperationCounts sum;
  for (const Work& each : work) sum += each.counts;
  return sum;
}

std::uint64_t steps_of(const Ledger& ledger, Delay step) {
  if (step.ticks <= 0)
    throw Error(ErrorKind::model, fmt::format("a step of {} ms is outside the allowed range (0, inf) ms", step.ms()));
  return static_cast<std::uint64_t>(ledger.simulated.ticks / step.ticks +
                                    (ledger.simulated.ticks % step.ticks != 0 ? 1 : 0));
}

SpikingWork spiking_work(const Ledger& ledger, const Deployment& deployment) {
  const std::uint64_t steps = steps_of(ledger, deployment.step);
  SpikingWork work;
  for (const ProjectionLedger& p : ledger.projections) {
    work.inference.push_back(inference_of(p, ledger, deployment));
    if (p.plastic) work.plasticity.push_back(plasticity_of(p));
  }
  for (const PopulationLedger& p : ledger.populations) {
    std::uint64_t inputs = p.drive_deliveries;
    for (const ProjectionLedger& projection : ledger.projections)
      if (projection.target == p.name && !projection.relay) inputs += projection.deliveries + projection.macs;
    work.inference.push_back(updates_of(p, inputs, steps, deployment));
  }
  if (deployment.traffic != Traffic::none) return work;
  for (Work& each : work.inference) forget_memory(each.counts);
  for (Work& each : work.plasticity) forget_memory(each.counts);
  return work;
}

AnnLayer dense_layer(std::string name, std::uint64_t inputs, std::uint64_t outputs, bool bias) {
  const std::uint64_t weights = checked_product(inputs, outputs, "the weights of a layer");
  return {.name = std::move(name),
          .inputs = inputs,
          .outputs = outputs,
          .weights = weights,
          .macs = weights,
          .biases = bias ? outputs : 0};
}

Work ann_work(const AnnLayer& layer, Traffic traffic) {
  if (!(layer.density >= 0.0 && layer.density <= 1.0))
    throw Error(ErrorKind::model,
                fmt::format("the density of the inputs of layer '{}' is {}, outside the allowed range [0, 1]",
                            layer.name, layer.density));
  const auto part = [&](std::uint64_t count) {
    return layer.density == 1.0 ? count
                                : static_cast<std::uint64_t>(std::ceil(static_cast<double>(count) * layer.density));
  };
  const std::uint64_t n = layer.evaluations;
  const std::uint64_t macs = part(checked_product(layer.macs, n, "the MACs of a layer"));
  const std::uint64_t biases = checked_product(layer.biases, n, "the biases of a layer");
  const std::uint64_t outputs = checked_product(layer.outputs, n, "the outputs of a layer");
  Work work{.name = layer.name, .counts = {}, .weights = {layer.weights + (layer.biases != 0 ? layer.outputs : 0)}};
  work.activations = {std::max(layer.inputs, layer.outputs), layer.activation_bits};
  work.counts[mac] = macs;
  work.counts[bias_add] = biases;
  work.counts[activation] = outputs;
  if (traffic == Traffic::none) return work;
  const bool reused = traffic == Traffic::reused;
  work.counts[weight_read] =
      reused ? std::min(layer.weights + std::min(layer.biases, layer.outputs), macs + biases) : macs + biases;
  work.counts[activation_read] =
      reused ? std::min(part(checked_product(layer.inputs, n, "the inputs of a layer")), macs) : macs;
  work.counts[state_write] = outputs;
  return work;
}

}  // namespace synop
