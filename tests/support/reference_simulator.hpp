#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "synop/core/time.hpp"

namespace synop::reference {

// A second implementation of the simulator's semantics, to test the first: one ordered set of events, one event per
// synapse and spike, the potential in plain form in long double, std::exp. It is slow and shares nothing with the
// engine but the type of time.

enum class Model : std::uint8_t { source, parrot_neuron, iaf_psc_delta, iaf_psc_exp, iaf_psc_delta_adaptive, if_psc_delta, iaf_psc_alpha };

// Symbols and units as in the models' headers; what a model does not have is ignored.
struct Neuron {
  Model model = Model::iaf_psc_delta;
  double tau_m = 10.0;
  double C_m = 250.0;
  double E_L = -70.0;
  double V_th = -55.0;
  double V_reset = -70.0;
  double t_ref = 2.0;
  double I_e = 0.0;
  double tau_syn_ex = 2.0;
  double tau_syn_in = 2.0;
  double tau_theta = 1e3;
  double theta_plus = 0.0;
  double V_m = -70.0;       // initial, mV
  std::vector<Time> emits;  // of a source
};

// Pair STDP: traces of both sides decay with their time constants and grow by 1 per spike.
//   before a spike is transmitted:           w -= alpha lambda Wmax (w / Wmax)^mu_minus K_minus
//   when a spike of the target arrives:      w += lambda Wmax (1 - w / Wmax)^mu_plus K_plus
struct Stdp {
  double tau_plus = 20.0;
  double tau_minus = 20.0;
  double lambda = 0.01;
  double alpha = 1.0;
  double mu_plus = 1.0;
  double mu_minus = 1.0;
  double Wmax = 100.0;
  Delay axonal;  // part of the synapse's delay
};

struct Synapse {
  std::uint32_t source = 0;
  std::uint32_t target = 0;
  double weight = 0.0;
  Delay delay;
  std::optional<Stdp> stdp = std::nullopt;
};

struct CurrentStep {
  std::uint32_t neuron = 0;
  Time time;
  double amplitude = 0.0;  // pA, added
};

struct Network {
  std::vector<Neuron> neurons;
  std::vector<Synapse> synapses;
  std::vector<CurrentStep> steps;
};

struct Spike {
  Time time;
  std::uint32_t neuron = 0;
  // Of a spike that no input triggered: how far the exact crossing is from the nearest boundary between two ticks, and
  // by how many ticks an error of 1 mV would move it. Zero for the others.
  double boundary_distance = 0.0;
  double ticks_per_mV = 0.0;
  bool by_input = true;
};

struct Result {
  std::vector<Spike> spikes;    // by time, then neuron
  std::vector<double> weights;  // of the synapses, at the end
};

// All spikes before `end`. The zero-delay synapses must not form a cycle.
Result simulate(const Network& network, Time end);

}  // namespace synop::reference
