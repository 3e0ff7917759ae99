#include "synop/io/energy/views/layer_activity.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/core/work.hpp"

namespace synop {

namespace {

LayerActivity layer_of(const ProjectionLedger& p, std::uint64_t steps) {
  LayerActivity layer{.name = p.name, .inputs = p.sources, .outputs = p.targets, .evaluations = steps};
  layer.connections = checked_product(p.sources, p.targets, "the connections of a dense layer");
  layer.events = p.source_spikes;
  layer.input_sum = static_cast<double>(p.source_spikes);
  layer.dense_events = p.dense_deliveries;
  layer.effective_events = p.effective_deliveries;
  layer.fan_out_sum = static_cast<double>(p.dense_deliveries);
  return layer;
}

LayerActivity stimuli_of(const PopulationLedger& p, std::uint64_t steps) {
  LayerActivity layer{
      .name = "stimuli of " + p.name, .inputs = p.size, .outputs = p.size, .connections = p.size, .evaluations = steps};
  layer.events = layer.dense_events = layer.effective_events = p.drive_deliveries;
  layer.input_sum = layer.fan_out_sum = static_cast<double>(p.drive_deliveries);
  return layer;
}

// Adds one input value that goes to `fan_out` outputs, through `effective` weights that are not zero.
void observe(LayerActivity& layer, double value, std::uint64_t fan_out, std::uint64_t effective) {
  layer.binary = layer.binary && (value == 0.0 || value == 1.0);
  layer.spikes = layer.spikes && (value == 0.0 || std::abs(value) == 1.0);
  layer.input_sum += value;
  layer.fan_out_sum += value * static_cast<double>(fan_out);
  if (value == 0.0) return;
  ++layer.events;
  layer.dense_events += fan_out;
  layer.effective_events += effective;
}

void check_size(const std::vector<double>& step, std::uint64_t inputs) {
  if (step.size() != inputs)
    throw Error(ErrorKind::usage, fmt::format("a step has {} values; the layer has {} inputs", step.size(), inputs));
}

// Outputs of a convolution along one axis that reach a position.
std::uint64_t windows_over(std::uint64_t at, std::uint64_t size, std::uint64_t kernel, std::uint64_t stride) {
  const std::uint64_t count = (size - kernel) / stride + 1;
  std::uint64_t windows = 0;
  for (std::uint64_t w = 0; w < count; ++w) windows += at >= w * stride && at < w * stride + kernel ? 1 : 0;
  return windows;
}

}  // namespace

Activity activity_of(const Ledger& ledger, Delay step) {
  Activity activity;
  activity.inferences = ledger.inferences;
  const std::uint64_t steps = steps_of(ledger, step);
  activity.steps = ledger.inferences == 0 ? 0 : (steps + ledger.inferences - 1) / ledger.inferences;
  for (const ProjectionLedger& p : ledger.projections) {
    if (p.relay) continue;
    activity.layers.push_back(layer_of(p, steps));
    activity.synapses += p.synapses;
    activity.zero_weights += p.zero_weights;
  }
  for (const PopulationLedger& p : ledger.populations) {
    if (!p.neurons) continue;
    if (p.drive_deliveries != 0) activity.layers.push_back(stimuli_of(p, steps));
    std::uint64_t inputs = p.drive_deliveries;
    for (const ProjectionLedger& projection : ledger.projections)
      if (projection.target == p.name) inputs += projection.deliveries;
    const std::uint64_t all = checked_product(p.size, steps, "updates of neurons");
    activity.neurons.push_back({p.name, p.size, steps, p.spikes, p.leaky ? all : std::min(all, inputs), p.leaky});
  }
  return activity;
}

LayerActivity dense_activity(const std::vector<std::vector<double>>& weights, bool bias, Steps steps) {
  LayerActivity layer{.name = "dense", .inputs = weights.at(0).size(), .outputs = weights.size()};
  layer.connections = layer.inputs * layer.outputs;
  layer.biases = bias ? layer.outputs : 0;
  layer.evaluations = steps.size();
  for (const std::vector<double>& step : steps) {
    check_size(step, layer.inputs);
    for (std::size_t i = 0; i < step.size(); ++i) {
      std::uint64_t effective = 0;
      for (const std::vector<double>& row : weights) effective += row.at(i) != 0.0 ? 1 : 0;
      observe(layer, step[i], layer.outputs, effective);
    }
  }
  return layer;
}

LayerActivity convolution_activity(const Convolution& c, Steps steps) {
  if (c.stride == 0 || c.kernel_height > c.height || c.kernel_width > c.width)
    throw Error(ErrorKind::usage,
                fmt::format("a kernel of {} x {} with stride {} does not fit into an input of {} x {}", c.kernel_height,
                            c.kernel_width, c.stride, c.height, c.width));
  const std::uint64_t lines = (c.height - c.kernel_height) / c.stride + 1;
  const std::uint64_t columns = (c.width - c.kernel_width) / c.stride + 1;
  LayerActivity layer{
      .name = "convolution", .inputs = c.in_channels * c.height * c.width, .outputs = c.out_channels * lines * columns};
  layer.connections = layer.outputs * c.in_channels * c.kernel_height * c.kernel_width;
  layer.evaluations = steps.size();
  for (const std::vector<double>& step : steps) {
    check_size(step, layer.inputs);
    for (std::size_t i = 0; i < step.size(); ++i) {
      const std::uint64_t y = i / c.width % c.height, x = i % c.width;
      const std::uint64_t fan_out = c.out_channels * windows_over(y, c.height, c.kernel_height, c.stride) *
                                    windows_over(x, c.width, c.kernel_width, c.stride);
      observe(layer, step[i], fan_out, fan_out);
    }
  }
  return layer;
}

LayerActivity cell_activity(Cell cell, std::uint64_t inputs, std::uint64_t hidden, Steps steps, Steps states) {
  if (steps.size() != states.size())
    throw Error(ErrorKind::usage,
                fmt::format("{} inputs and {} states of a cell; there must be as many", steps.size(), states.size()));
  const std::uint64_t gates = cell == Cell::lstm ? 4 : cell == Cell::gru ? 3 : 1;
  LayerActivity layer{.name = "cell", .inputs = inputs + hidden, .outputs = hidden};
  layer.connections = gates * hidden * (inputs + hidden);
  layer.evaluations = steps.size();
  layer.gate_products = cell == Cell::rnn ? 0 : 3 * hidden * steps.size();
  for (std::size_t t = 0; t < steps.size(); ++t) {
    check_size(steps[t], inputs);
    check_size(states[t], hidden);
    for (const double value : steps[t]) observe(layer, value, gates * hidden, gates * hidden);
    for (const double value : states[t]) observe(layer, value, gates * hidden, gates * hidden);
  }
  return layer;
}

}  // namespace synop
