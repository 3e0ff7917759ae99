#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace synop {

// The classes of operation that a price table may put a price on, for spiking and conventional networks alike. What a
// simulator does on its own account (queues, sorting, random numbers) is no operation of the network and not here.
enum class Operation : std::uint8_t {
  synaptic_add,
  mac,
  bias_add,
  weight_read,
  weight_write,
  state_read,
  state_write,
  activation_read,
  neuron_update,
  threshold_compare,
  reset,
  spike_emitted,
  plasticity_update,
  index_read,
  idle_update,
  spike_routed,
  trace_update,
  activation,
};

inline constexpr std::size_t operation_count = 18;

std::span<const Operation, operation_count> all_operations();
std::string_view name(Operation operation);  // "synaptic_add", as in files and reports
std::string_view doc(Operation operation);   // one sentence: what counts as one

// How often each operation was performed: exact, and additive over layers, threads and inferences. Adding never wraps:
// counts that no longer fit 64 bits, and differences below zero, are Error(internal).
class OperationCounts {
 public:
  std::uint64_t operator[](Operation operation) const { return counts_[static_cast<std::size_t>(operation)]; }
  std::uint64_t& operator[](Operation operation) { return counts_[static_cast<std::size_t>(operation)]; }

  OperationCounts& operator+=(const OperationCounts& other);
  OperationCounts& operator-=(const OperationCounts& other);
  friend OperationCounts operator+(OperationCounts a, const OperationCounts& b) { return a += b; }
  friend OperationCounts operator-(OperationCounts a, const OperationCounts& b) { return a -= b; }
  bool operator==(const OperationCounts&) const = default;

 private:
  std::array<std::uint64_t, operation_count> counts_{};
};

// One inference of a fully connected network without sparsity: {784, 10} is 784 inputs and 10 outputs. Per weight one
// MAC, one weight read and one activation read; per output one activation function, one state write (its result) and, with
// a bias, one more weight read and one addition. Error(model) for fewer than two layers, an empty layer, or counts beyond 64 bits.
OperationCounts dense_ann_operations(std::span<const std::size_t> layer_sizes, bool bias = true);

}  // namespace synop
