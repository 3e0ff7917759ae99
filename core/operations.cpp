#include "synop/core/operations.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

struct OperationText {
  Operation operation;
  std::string_view name;
  std::string_view doc;
};

constexpr std::array<OperationText, operation_count> texts = {{
    {Operation::synaptic_add, "synaptic_add", "A spike adds one synapse's weight to the state of its target."},
    {Operation::mac, "mac", "A graded value is multiplied by a weight and the product is accumulated."},
    {Operation::bias_add, "bias_add", "A constant is added to the sum of one neuron or unit."},
    {Operation::weight_read, "weight_read", "One weight or bias is fetched from memory."},
    {Operation::weight_write, "weight_write", "One changed weight is stored."},
    {Operation::state_read, "state_read", "One state variable of a neuron is fetched."},
    {Operation::state_write, "state_write", "One state variable of a neuron, or the activation of a unit, is stored."},
    {Operation::activation_read, "activation_read", "One graded input of a multiplication is fetched."},
    {Operation::neuron_update, "neuron_update", "The state of one neuron is brought forward in time (leak)."},
    {Operation::threshold_compare, "threshold_compare", "The state of one neuron is compared with its threshold."},
    {Operation::reset, "reset", "A neuron that fired is put back."},
    {Operation::spike_emitted, "spike_emitted", "A neuron sends one spike, whatever the number of its targets."},
    {Operation::plasticity_update, "plasticity_update", "A learning rule computes one change of one weight."},
    {Operation::index_read, "index_read", "The target of one synapse is fetched; dense rows of synapses need none."},
    {Operation::idle_update, "idle_update", "A clocked chip updates a neuron in a step in which nothing reached it."},
    {Operation::spike_routed, "spike_routed", "A spike is sent along one projection, whatever the number of its targets."},
    {Operation::trace_update, "trace_update", "A learning rule's trace of one neuron is brought forward at a spike."},
    {Operation::activation, "activation", "The activation function of one unit is evaluated."},
}};

constexpr std::array<Operation, operation_count> listed() {
  std::array<Operation, operation_count> operations{};
  for (std::size_t i = 0; i < operation_count; ++i) operations[i] = static_cast<Operation>(i);
  return operations;
}

constexpr bool texts_follow_the_enumeration() {
  for (std::size_t i = 0; i < operation_count; ++i) {
    if (static_cast<std::size_t>(texts[i].operation) != i) return false;
  }
  return true;
}
static_assert(texts_follow_the_enumeration());

constexpr std::array<Operation, operation_count> operations = listed();

// Weights of one fully connected layer.
std::uint64_t product(std::size_t inputs, std::size_t outputs) {
  std::uint64_t weights = 0;
  if (!__builtin_mul_overflow(std::uint64_t{inputs}, std::uint64_t{outputs}, &weights)) return weights;
  throw Error(ErrorKind::model,
              fmt::format("a layer of {} x {} units has more weights than 64 bits count", inputs, outputs));
}

}  // namespace

std::span<const Operation, operation_count> all_operations() {
  return operations;
}

std::string_view name(Operation operation) {
  return texts.at(static_cast<std::size_t>(operation)).name;
}

std::string_view doc(Operation operation) {
  return texts.at(static_cast<std::size_t>(operation)).doc;
}

OperationCounts& OperationCounts::operator+=(const OperationCounts& other) {
  for (const Operation operation : operations) {
    std::uint64_t& count = (*this)[operation];
    if (__builtin_add_overflow(count, other[operation], &count)) {
      throw Error(ErrorKind::internal, fmt::format("the count of {} passed 2^64", name(operation)));
    }
  }
  return *this;
}

OperationCounts& OperationCounts::operator-=(const OperationCounts& other) {
  for (const Operation operation : operations) {
    std::uint64_t& count = (*this)[operation];
    if (__builtin_sub_overflow(count, other[operation], &count)) {
      throw Error(ErrorKind::internal, fmt::format("the count of {} fell below zero", name(operation)));
    }
  }
  return *this;
}

OperationCounts dense_ann_operations(std::span<const std::size_t> layer_sizes, bool bias) {
  if (layer_sizes.size() < 2) {
    throw Error(
        ErrorKind::model,
        fmt::format("a network needs an input and an output layer, but {} layer sizes were given", layer_sizes.size()));
  }
  OperationCounts total;
  for (std::size_t i = 0; i < layer_sizes.size(); ++i) {
    if (layer_sizes[i] == 0) throw Error(ErrorKind::model, fmt::format("layer {} of the network has no units", i));
    if (i == 0) continue;
    const std::uint64_t weights = product(layer_sizes[i - 1], layer_sizes[i]);
    const std::uint64_t biases = bias ? layer_sizes[i] : 0;
    OperationCounts layer;
    layer[Operation::mac] = weights;
    layer[Operation::bias_add] = biases;
    layer[Operation::weight_read] = weights;
    layer[Operation::activation_read] = weights;
    layer[Operation::activation] = layer_sizes[i];
    layer[Operation::state_write] = layer_sizes[i];
    total += layer;
    OperationCounts bias_reads;
    bias_reads[Operation::weight_read] = biases;
    total += bias_reads;
  }
  return total;
}

}  // namespace synop
