#include "synop/io/energy/views/lemaire.hpp"

#include <algorithm>

namespace synop {

namespace {

constexpr double add = 0.1e-12;
constexpr double multiply = 3.1e-12;

void price_operations(LemaireView& view) {
  view.operation_joules = view.accumulations * add + view.macs * (multiply + add);
  view.addressing_joules = view.address_accumulations * add + view.address_macs * (multiply + add);
}

}  // namespace

double lemaire_ram_joules(double words, double bits) {
  return (1.09e-5 * words * bits + 13.2) * 1e-12;
}

LemaireView& LemaireView::operator+=(const LemaireView& other) {
  using Member = double LemaireView::*;
  constexpr Member members[] = {&LemaireView::accumulations,
                                &LemaireView::macs,
                                &LemaireView::input_reads,
                                &LemaireView::weight_reads,
                                &LemaireView::bias_reads,
                                &LemaireView::potential_reads,
                                &LemaireView::potential_writes,
                                &LemaireView::output_writes,
                                &LemaireView::address_accumulations,
                                &LemaireView::address_macs,
                                &LemaireView::operation_joules,
                                &LemaireView::memory_joules,
                                &LemaireView::addressing_joules};
  for (const Member member : members) this->*member += other.*member;
  return *this;
}

LemaireView lemaire_spiking(const LemaireLayer& layer) {
  LemaireView view;
  const auto updates = static_cast<double>(layer.steps) * static_cast<double>(layer.outputs);
  const double synaptic = layer.spikes_in * static_cast<double>(layer.fan_out);
  view.accumulations = synaptic + (layer.biases ? updates : 0.0) + layer.spikes_out;
  view.macs = layer.leaky ? updates : 0.0;
  view.input_reads = layer.spikes_in;
  view.weight_reads = synaptic;
  view.bias_reads = layer.biases ? updates : 0.0;
  view.potential_reads = view.potential_writes = synaptic + updates;
  view.output_writes = layer.spikes_out;
  view.address_accumulations = layer.kernel != 0 ? layer.spikes_in * static_cast<double>(layer.kernel) : synaptic;
  view.address_macs = layer.kernel != 0 ? 2.0 * layer.spikes_in : 0.0;
  price_operations(view);
  const auto words = [](auto count) { return static_cast<double>(count); };
  view.memory_joules = view.input_reads * lemaire_ram_joules(layer.spikes_in) +
                       view.weight_reads * lemaire_ram_joules(words(layer.weights)) +
                       view.bias_reads * lemaire_ram_joules(words(layer.outputs)) +
                       (view.potential_reads + view.potential_writes) * lemaire_ram_joules(words(layer.outputs)) +
                       view.output_writes * lemaire_ram_joules(layer.spikes_out);
  return view;
}

LemaireView lemaire_graded(std::uint64_t inputs, std::uint64_t outputs, std::uint64_t fan_in, std::uint64_t weights) {
  LemaireView view;
  const auto n = static_cast<double>(outputs);
  view.macs = n * static_cast<double>(fan_in);
  view.accumulations = n;
  const bool fully_connected = fan_in == inputs;
  view.input_reads = fully_connected ? static_cast<double>(inputs) : view.macs;
  view.weight_reads = view.macs;
  view.bias_reads = view.output_writes = n;
  view.address_accumulations = static_cast<double>(inputs) + n + (fully_connected ? 0.0 : static_cast<double>(weights));
  price_operations(view);
  view.memory_joules = view.input_reads * lemaire_ram_joules(static_cast<double>(inputs)) +
                       view.weight_reads * lemaire_ram_joules(static_cast<double>(weights)) +
                       (view.bias_reads + view.output_writes) * lemaire_ram_joules(n);
  return view;
}

LemaireView lemaire(const Activity& activity) {
  LemaireView sum;
  if (activity.inferences == 0) return sum;
  const auto inferences = static_cast<double>(activity.inferences);
  for (const LayerActivity& layer : activity.layers)
    sum += lemaire_spiking({.inputs = layer.inputs,
                            .outputs = layer.outputs,
                            .fan_out = layer.inputs == 0 ? 0 : layer.connections / layer.inputs,
                            .weights = layer.connections,
                            .steps = 0,
                            .leaky = false,
                            .biases = layer.biases != 0,
                            .spikes_in = static_cast<double>(layer.events) / inferences});
  for (const NeuronActivity& n : activity.neurons)
    sum += lemaire_spiking({.outputs = n.neurons,
                            .steps = activity.steps,
                            .leaky = n.leaky,
                            .biases = false,
                            .spikes_out = static_cast<double>(n.spikes) / inferences});
  return sum;
}

}  // namespace synop
