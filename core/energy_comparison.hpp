#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synop/core/energy.hpp"

namespace synop {

// What a spiking network did in a test: the sums over all its inferences, so that nothing is rounded.
struct SpikingRun {
  OperationCounts counts;
  std::uint64_t inferences = 0;
  std::uint64_t synapses = 0;
  double accuracy = 0.0;  // fraction right, 0..1
  std::vector<Work> work = {};  // the same operations with their arrays, for prices by the size of memory
};

// The conventional network that does the same job.
struct AnnBaseline {
  std::string name;
  OperationCounts counts;  // of one inference
  double accuracy = 0.0;
  std::vector<Work> work = {};  // as above
};

enum class Verdict { spiking_wins, about_equal, spiking_loses, undecided };
std::string_view name(Verdict verdict);  // "spiking wins", "about equal (within 10 %)", ...

struct Comparison {
  PriceTable table;
  SpikingRun spiking;
  AnnBaseline ann;
  EnergyEstimate spiking_energy;         // of all inferences
  EnergyEstimate ann_energy;             // of one inference
  std::optional<double> spiking_joules;  // modelled, per inference
  std::optional<double> ann_joules;      // modelled, per inference
  std::optional<double> ratio;           // spiking / ann
  double spikes_per_synapse = 0.0;       // S: synaptic additions / (synapses x inferences)
  std::optional<double> break_even;      // S* of the table
  Verdict verdict = Verdict::undecided;
  std::string sentence;  // the verdict in words: both accuracies, and what no price covers
};

// Error(model) when there is no inference, no synapse or no operation to compare, or an accuracy lies outside 0..1.
Comparison compare(const SpikingRun& spiking, const AnnBaseline& ann, const PriceTable& table);

// S* = A / B: how many spikes may cross each synapse per inference before spiking costs more than one MAC per synapse.
// A is a MAC with the reads of its weight and activation, B a synaptic addition with the read of its weight and the
// read and write of the target's state. A term the table does not cover, or includes in another, adds nothing;
// costs per neuron are left out, as for large fan-in. Empty when a term is covered without a price, or when the table
// has no price for MACs or for synaptic additions.
std::optional<double> break_even_spikes_per_synapse(const PriceTable& table);

}  // namespace synop
