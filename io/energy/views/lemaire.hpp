#pragma once

#include <cstdint>

#include "synop/io/energy/views/layer_activity.hpp"

namespace synop {

// E. Lemaire et al., An analytical estimation of spiking neural networks energy efficiency, ICONIP 2022 (arXiv
// 2210.13107), with the corrections of the authors' own code (qualia-plugin-snn, commit 15165fe). Of one inference:
//
//   fully connected, spiking   ACC = s_in N_out + T N_out + s_out,  MAC = T N_out where the neurons leak
//   fully connected, graded    ACC = N_out,                         MAC = N_in N_out
//   convolution, spiking       ACC = s_in ceil(H_k / S) ceil(W_k / S) C_out + T N_out + s_out,  MAC as above
//   memory, spiking            reads s_in of the input, one weight per accumulation, T biases; s_out writes; potentials
//   are
//                              read and written s_in fan_out + T N_out times each
//   energy                     ACC E_add + MAC (E_mul + E_add) + accesses E_ram(words)
//   E_ram(words)               1.09e-5 words bits + 13.2 pJ, E_add = 0.1 pJ, E_mul = 3.1 pJ
//
// s_in and s_out are spikes into and out of the layer, T the steps.
struct LemaireLayer {
  std::uint64_t inputs = 0, outputs = 0;
  std::uint64_t fan_out = 0;  // of one input: outputs, or ceil(H_k / S) ceil(W_k / S) C_out
  std::uint64_t weights = 0;
  std::uint64_t kernel = 0;  // H_k W_k of a convolution, 0 of a fully connected layer
  std::uint64_t steps = 0;   // T
  bool leaky = true;
  bool biases = true;  // they are read and added in every step
  double spikes_in = 0.0, spikes_out = 0.0;
};

struct LemaireView {
  double accumulations = 0.0, macs = 0.0;
  double input_reads = 0.0, weight_reads = 0.0, bias_reads = 0.0;
  double potential_reads = 0.0, potential_writes = 0.0, output_writes = 0.0;
  double address_accumulations = 0.0, address_macs = 0.0;
  double operation_joules = 0.0, memory_joules = 0.0, addressing_joules = 0.0;

  double accesses() const {
    return input_reads + weight_reads + bias_reads + potential_reads + potential_writes + output_writes;
  }
  double joules() const { return operation_joules + memory_joules + addressing_joules; }
  LemaireView& operator+=(const LemaireView& other);
};

LemaireView lemaire_spiking(const LemaireLayer& layer);
// A conventional layer of the same shape: fully connected, or a convolution with `fan_in` weights per output.
LemaireView lemaire_graded(std::uint64_t inputs, std::uint64_t outputs, std::uint64_t fan_in, std::uint64_t weights);
// One access to a memory of so many words of so many bits, in J.
double lemaire_ram_joules(double words, double bits = 32.0);

// Every projection as a fully connected layer; the spikes of a population are written once, its bias terms added once.
LemaireView lemaire(const Activity& activity);

}  // namespace synop
