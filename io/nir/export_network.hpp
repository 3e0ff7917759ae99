#pragma once

#include <set>
#include <string>
#include <vector>

#include "synop/core/network.hpp"
#include "synop/io/nir/graph.hpp"

namespace synop::nir {

// A network as a NIR graph whose spikes are impulses of the area 1 s:
//
//   sources of spikes   Input
//   iaf_psc_delta       LIF      tau = tau_m, r = tau_m, v_leak = E_L + R I_e: an input of weight w makes v jump by w
//   if_psc_delta        IF       r = 1: the same; I_e is a bias
//   iaf_psc_exp         CubaLIF  tau_mem = tau_m, r = R, w_in = tau_syn: an input of weight w makes the current jump by
//   w projections         Linear (Affine where it carries a bias), after a Delay where the delay is not 0
//
// Weights are the numbers that the network has, in mV or pA. `outputs` are the populations that get an Output; empty:
// those that send nothing to another population, or else all neurons. Throws Error(model), naming population or
// projection, for what NIR has no words for: refractory times, plasticity, stimuli, receptors with different time
// constants, other models.
Graph export_network(const Network& network, const std::set<std::uint32_t>& outputs = {});

// What of a network does not go along, one sentence each.
std::vector<std::string> left_out(const Network& network);

}  // namespace synop::nir
