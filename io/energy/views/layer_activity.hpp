#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "synop/core/ledger.hpp"

namespace synop {

// What tools that count operations look at: the inputs of a layer in the form of a tensor, step by step. Sums over all
// evaluations (time steps of all inferences), so that nothing is rounded.
struct LayerActivity {
  std::string name;
  std::uint64_t inputs = 0;  // units
  std::uint64_t outputs = 0;
  std::uint64_t connections = 0;  // multiplications of one dense evaluation; of convolutions those that lie inside
  std::uint64_t biases = 0;       // outputs that have one
  std::uint64_t evaluations = 0;
  bool spikes = true;                  // no input was other than 0, 1 or -1 ...
  bool binary = true;                  // ... or than 0 and 1
  std::uint64_t events = 0;            // inputs that were not zero
  double input_sum = 0.0;              // of all inputs; a count of two spikes is two
  std::uint64_t dense_events = 0;      // over the events: their connections ...
  std::uint64_t effective_events = 0;  // ... and those of them whose weight is not zero
  double fan_out_sum = 0.0;            // over all inputs: the value times its connections
  std::uint64_t gate_products = 0;     // of recurrent cells: products of states with states
};

struct NeuronActivity {
  std::string name;
  std::uint64_t neurons = 0;
  std::uint64_t evaluations = 0;  // steps of all inferences
  std::uint64_t spikes = 0;
  std::uint64_t changes = 0;  // membranes that a step changed
  bool leaky = true;
};

struct Activity {
  std::uint64_t inferences = 0;
  std::uint64_t steps = 0;                       // per inference, rounded up
  std::uint64_t synapses = 0, zero_weights = 0;  // stored; what a dense matrix has beyond them is zero as well
  std::vector<LayerActivity> layers;
  std::vector<NeuronActivity> neurons;
};

// A network's run as a clocked tool would have seen it in steps of `step`: each projection is a dense layer, stimuli
// are layers of one connection per event. Two spikes of one neuron in one step are two events. A leaky membrane changes
// in every step, one without leak when something reaches it.
Activity activity_of(const Ledger& ledger, Delay step);

// Observing tensors. Each of `steps` has as many values as the layer has inputs.
using Steps = std::span<const std::vector<double>>;

// weights[output][input].
LayerActivity dense_activity(const std::vector<std::vector<double>>& weights, bool bias, Steps steps);

// Without padding, all weights other than zero. Inputs are ordered by channel, line, column.
struct Convolution {
  std::uint64_t in_channels = 1, out_channels = 1;
  std::uint64_t height = 1, width = 1;  // of the input
  std::uint64_t kernel_height = 1, kernel_width = 1;
  std::uint64_t stride = 1;
};
LayerActivity convolution_activity(const Convolution& shape, Steps steps);

// A cell of a recurrent network with dense weights other than zero; steps are the inputs, `states` what the hidden
// units were before each.
enum class Cell { rnn, lstm, gru };
LayerActivity cell_activity(Cell cell, std::uint64_t inputs, std::uint64_t hidden, Steps steps, Steps states);

}  // namespace synop
