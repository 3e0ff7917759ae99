#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synop/io/energy/energy_result.hpp"

namespace synop {

// The conventional networks that a spiking one is compared with: always of three kinds, because each answers another
// question.
enum class EquivalentKind {
  same_topology,   // (a) one MAC per synapse; recurrent projections once per step
  bit_matched,     // (b) the quantised network that carries the same information, evaluated once
  equal_accuracy,  // (c) trained ones that do the job as well
};
std::string_view name(EquivalentKind kind);

struct Equivalent {
  EquivalentKind kind = EquivalentKind::same_topology;
  std::string name;
  std::string remark;  // what was assumed
  std::vector<AnnLayer> layers;
  std::optional<double> accuracy;
  std::optional<double> int8_accuracy = {};  // with weights of 8 bits
  unsigned activation_bits = 0;              // 0: those of the price table
  std::uint64_t training_macs = 0;           // 0: not known
};

// How spikes carry information, for (b).
struct Code {
  bool latency = false;  // when the first spike comes, to `step`; else how many spikes there are
  Delay step{ticks_per_ms};
};

// (a) and, of a task, (b).
std::vector<Equivalent> equivalents_of(const EnergyResult& result, const Code& code);

// (c): of the trained networks those whose accuracy is at least that of the spiking one minus `tolerance`, each as
// dense and, where it is known how many of its activations are zero, as one that skips them.
std::vector<Equivalent> equally_accurate(const std::vector<AnnResult>& anns, double accuracy, double tolerance);

// Bits of one activation: of the largest spike count of any neuron in an inference or, of a latency, of the steps.
unsigned activation_bits(const Ledger& ledger, const Code& code);

}  // namespace synop
