#pragma once

#include <array>
#include <string_view>

#include "synop/core/parameters.hpp"
#include "synop/learning/synapse_rule.hpp"
#include "synop/learning/trace_decay.hpp"
#include "synop/learning/weight_bound.hpp"

namespace synop {

// Spike-timing dependent plasticity modulated by reward (name and symbols: NEST, without its baseline b).
//
//   dw/dt = c n                       the weight changes where eligibility and reward meet
//   dc/dt = -c / tau_c                eligibility of the synapse: c += Aplus x at a post, c -= Aminus y at a pre
//   dn/dt = -n / tau_n                dopamine, the same at all synapses: n += r / tau_n at a reward r
//   dx/dt = -x / tau_plus, x += 1 at a pre;   dy/dt = -y / tau_minus, y += 1 at a post
//
// and w stays in [0, Wmax]. Between two events c n is one exponential, of 1 / tau_cn = 1 / tau_c + 1 / tau_n, so that
//
//   w(t + s) = w(t) + c n tau_cn (1 - exp(-s / tau_cn))
//
// is exact. Rewards are given by Simulation::reward(projection, r), in experiments by [[reward]] sections; r = 1 is what
// one dopamine spike is in NEST.
//
//   tau_c       1000 ms   of the eligibility
//   tau_n       200 ms    of dopamine
//   tau_plus    20 ms     window in which a pre before a post makes c larger
//   tau_minus   20 ms     window in which a post before a pre makes c smaller
//   Aplus       1         in the weight's unit
//   Aminus      1.5       in the weight's unit
//   Wmax        200       bound of the weight, in the weight's unit
//
// Izhikevich (2007) Cereb. Cortex 17:2443; Potjans, Morrison & Diesmann (2010) Front. Comput. Neurosci. 4:141.
struct StdpDopamineSynapse {
  static constexpr std::string_view name = "stdp_dopamine_synapse";
  static constexpr std::string_view doc = "pairs of spikes make a synapse eligible, a reward changes its weight";
  static constexpr std::string_view source = "Izhikevich 2007, Cereb. Cortex 17:2443";

  double tau_c = 1000.0;    // ms
  double tau_n = 200.0;     // ms
  double tau_plus = 20.0;   // ms
  double tau_minus = 20.0;  // ms
  double Aplus = 1.0;       // the weight's unit
  double Aminus = 1.5;      // the weight's unit
  double Wmax = 200.0;      // the weight's unit

  std::array<Trace, 1> pre_traces() const { return {{{tau_plus}}}; }
  std::array<Trace, 1> post_traces() const { return {{{tau_minus}}}; }
  std::array<Trace, 1> own_traces() const { return {{{tau_c}}}; }  // the eligibility
  double reward_time_constant() const { return tau_n; }

  float pass(float w, const auto& at, Delay span) const {
    const double tau_cn = 1.0 / (1.0 / tau_c + 1.0 / tau_n);
    const double n = at.reward / tau_n;
    return changed_within(Wmax, w, at.own[0] * n * tau_cn * (1.0 - TraceDecay(tau_cn)(span)));
  }
  float on_pre(float w, auto& at) const {
    at.own[0] -= Aminus * at.post[0];
    return w;
  }
  float on_post(float w, auto& at) const {
    at.own[0] += Aplus * at.pre[0];
    return w;
  }

  static constexpr auto parameter_table() {
    using P = Parameter<StdpDopamineSynapse>;
    constexpr Range time_constant{.low = 1e-3, .high = 1e6};
    constexpr Range amplitude{.low = 0.0, .high = 1e6};
    return std::array{
        P{{"tau_c", "ms", time_constant, "time constant of the eligibility"}, &StdpDopamineSynapse::tau_c},
        P{{"tau_n", "ms", time_constant, "time constant of dopamine"}, &StdpDopamineSynapse::tau_n},
        P{{"tau_plus", "ms", time_constant, "time constant of the pre trace"}, &StdpDopamineSynapse::tau_plus},
        P{{"tau_minus", "ms", time_constant, "time constant of the post trace"}, &StdpDopamineSynapse::tau_minus},
        P{{"Aplus", "", amplitude, "eligibility by a pre before a post (the weight's unit)"},
          &StdpDopamineSynapse::Aplus},
        P{{"Aminus", "", amplitude, "loss of it by a post before a pre (the weight's unit)"},
          &StdpDopamineSynapse::Aminus},
        P{{"Wmax", "", any_value, "bound of the weight (its unit), not 0"}, &StdpDopamineSynapse::Wmax},
    };
  }
  void validate() const {
    check_parameters(*this);
    check_weight_bound(name, Wmax);
  }
  void check_weight(double w) const { check_weight_within(name, Wmax, w); }
};

}  // namespace synop
