#pragma once

#include <cstdint>

#include "synop/io/deployment/precision.hpp"
#include "synop/io/deployment/step_network.hpp"

namespace synop {

// How the synapses of a projection lie in memory: the one of these that takes the fewest bytes.
enum class Connectivity : std::uint8_t {
  dense,               // a weight for every pair, sources first; 0 where there is no synapse; no indices
  dense_without_self,  // the same without the pairs of a neuron with itself
  rows                 // compressed rows: offsets and targets
};

struct ProjectionLayout {
  Connectivity connectivity = Connectivity::rows;
  bool grouped = false;      // rows are made of groups of one delay; else one delay holds for all
  std::uint64_t stored = 0;  // weights; 1 where all are equal, which is then no array
  std::uint64_t groups = 0;  // grouped: of all rows
  std::uint32_t distinct_delays = 0;
  // Bytes of an index of this kind: 1, 2 or 4.
  std::uint32_t target_width = 0;  // 0: none are stored
  std::uint32_t row_width = 0;     // of an offset of rows, in synapses or, grouped, in groups
  std::uint32_t group_width = 0;   // of an offset of groups, in synapses
  std::uint32_t delay_width = 0;
};

ProjectionLayout layout_of(const StepProjection& projection, WeightType weights);

// Steps of spikes that a population keeps: as far back as its longest delay reaches.
std::uint32_t kept_steps(const StepNetwork& network, std::uint32_t population);

// Bytes of the counter that holds what remains of a neuron's refractory time: 0, 1 or 2.
std::uint32_t refractory_width(const StepPopulation& population);

// The bytes of the smallest unsigned integer that holds `largest`.
std::uint32_t width_for(std::uint64_t largest);

// Arrays begin at multiples of 4 bytes.
constexpr std::uint64_t padded(std::uint64_t bytes) {
  return (bytes + 3) / 4 * 4;
}

}  // namespace synop
