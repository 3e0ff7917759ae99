#pragma once

#include <string>
#include <vector>

#include "synop/io/experiment/network_sections.hpp"
#include "synop/io/nir/graph.hpp"
#include "synop/io/nir/input_spikes.hpp"
#include "synop/io/nir/options.hpp"

namespace synop::nir {

// A graph as populations and projections of an experiment, in continuous time. With 1 mV and 1 pA for 1:
//
//   Input          spike_generator
//   LIF, LI        iaf_psc_delta   tau_m = tau, C_m = tau / r, E_L = v_leak; a spike of weight w: V += r w area / tau
//   IF, I          if_psc_delta    C_m = 1 / r;                                                   V += r w area
//   CubaLIF/LI     iaf_psc_exp     tau_m = tau_mem, C_m = tau_mem / r, tau_syn;                   I += w_in w area /
//   tau_syn maps, Delay    between two of these: synapses with the product of the weights and the sum of the delays
//
// Constants (biases) are constant currents; those of Cuba nodes rise with tau_syn, by one spike of the population
// `biases` at 0 ms. Potentials begin at 0. LI, I and CubaLI have a threshold at 1e6, and
// ReadoutGuard sees that none comes there. NIR's v >
// v_threshold becomes V >= V_th by a V_th that is larger by some 4e-12 of the potentials of the neuron.
struct ExactNetwork {
  std::vector<PopulationSection> populations;
  std::vector<ProjectionSection> projections;
  std::vector<StimulusSection> stimuli;      // pulses that enter from outside
  std::vector<std::uint32_t> population_of;  // by node; none where there is none
  static constexpr std::uint32_t none = 0xffff'ffff;
};

// `first_population` counts the populations that come before these. Throws Error(model) naming nodes and reasons if the
// graph cannot run exactly (exact_limits.hpp).
ExactNetwork make_exact_network(const Graph& graph, const Options& options, const InputSpikes& spikes,
                                std::uint32_t first_population = 0);

}  // namespace synop::nir
