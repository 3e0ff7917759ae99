#pragma once

#include <array>
#include <string_view>

#include "synop/core/parameters.hpp"
#include "synop/learning/synapse_rule.hpp"
#include "synop/learning/weight_bound.hpp"

namespace synop {

// Triplet rule of spike-timing dependent plasticity (name and symbols: NEST; those of the paper in brackets).
//
//   a presynaptic spike:   w -= o1 (Aminus + Aminus_triplet r2)
//   a postsynaptic spike:  w += r1 (Aplus + Aplus_triplet o2)
//
//   dr1/dt = -r1 / tau_plus,   dr2/dt = -r2 / tau_plus_triplet,   r1 += 1, r2 += 1 at a pre
//   do1/dt = -o1 / tau_minus,  do2/dt = -o2 / tau_minus_triplet,  o1 += 1, o2 += 1 at a post
//
// and w stays in [0, Wmax], or in [Wmax, 0] if Wmax < 0. A spike reads all traces, those of its own side too, before it
// raises its own. In stdp_triplet_nn_synapse only nearest spikes count: traces become 1 instead of growing by 1.
//
//                              all   nearest    the paper's full models of visual cortex (table 3)
//   tau_plus          ms      16.8     16.8     [tau_+]   fast trace of pre
//   tau_plus_triplet  ms      101      714      [tau_x]   slow trace of pre
//   tau_minus         ms      33.7     33.7     [tau_-]   fast trace of post
//   tau_minus_triplet ms      125      40       [tau_y]   slow trace of post
//   Aplus                     5e-10    8.8e-11  [A2+]     strengthening by pairs, in the weight's unit
//   Aplus_triplet             6.2e-3   5.3e-2   [A3+]     strengthening by triplets
//   Aminus                    7e-3     6.6e-3   [A2-]     weakening by pairs
//   Aminus_triplet            2.3e-4   3.1e-3   [A3-]     weakening by triplets
//   Wmax                      100      100                bound of the weight
//
// Minimal models: visual cortex, all spikes: Aplus = 0, Aplus_triplet = 6.5e-3, Aminus = 7.1e-3, Aminus_triplet = 0,
// tau_minus_triplet = 114 ms; hippocampus, all spikes: 5.3e-3, 8e-3, 3.5e-3, 0, 40 ms. Pfister & Gerstner (2006) J.
// Neurosci. 26:9673.
template <AtSpike at_spike>
struct TripletRule {
  static constexpr bool nearest = at_spike == AtSpike::set_to_one;
  static constexpr std::string_view name = nearest ? "stdp_triplet_nn_synapse" : "stdp_triplet_synapse";
  static constexpr std::string_view doc =
      nearest ? "triplets of spikes, nearest ones" : "triplets of spikes, all to all";
  static constexpr std::string_view source = "Pfister & Gerstner 2006, J. Neurosci. 26:9673";
  static constexpr bool pre_needs_post = true;

  double tau_plus = 16.8;                             // ms
  double tau_plus_triplet = nearest ? 714.0 : 101.0;  // ms
  double tau_minus = 33.7;                            // ms
  double tau_minus_triplet = nearest ? 40.0 : 125.0;  // ms
  double Aplus = nearest ? 8.8e-11 : 5e-10;           // the weight's unit
  double Aplus_triplet = nearest ? 5.3e-2 : 6.2e-3;   // the weight's unit
  double Aminus = nearest ? 6.6e-3 : 7e-3;            // the weight's unit
  double Aminus_triplet = nearest ? 3.1e-3 : 2.3e-4;  // the weight's unit
  double Wmax = 100.0;                                // the weight's unit

  std::array<Trace, 2> pre_traces() const { return {{{tau_plus, at_spike}, {tau_plus_triplet, at_spike}}}; }
  std::array<Trace, 2> post_traces() const { return {{{tau_minus, at_spike}, {tau_minus_triplet, at_spike}}}; }

  float on_pre(float w, const auto& at) const {
    return changed_within(Wmax, w, -(at.post[0] * (Aminus + Aminus_triplet * at.pre[1])));
  }
  float on_post(float w, const auto& at) const {
    return changed_within(Wmax, w, at.pre[0] * (Aplus + Aplus_triplet * at.post[1]));
  }

  static constexpr auto parameter_table() {
    using P = Parameter<TripletRule>;
    constexpr Range time_constant{.low = 1e-3, .high = 1e6};
    constexpr Range amplitude{.low = 0.0, .high = 1e6};
    return std::array{
        P{{"tau_plus", "ms", time_constant, "time constant of the fast pre trace"}, &TripletRule::tau_plus},
        P{{"tau_plus_triplet", "ms", time_constant, "time constant of the slow pre trace"},
          &TripletRule::tau_plus_triplet},
        P{{"tau_minus", "ms", time_constant, "time constant of the fast post trace"}, &TripletRule::tau_minus},
        P{{"tau_minus_triplet", "ms", time_constant, "time constant of the slow post trace"},
          &TripletRule::tau_minus_triplet},
        P{{"Aplus", "", amplitude, "strengthening by pairs (the weight's unit)"}, &TripletRule::Aplus},
        P{{"Aplus_triplet", "", amplitude, "strengthening by triplets (the weight's unit)"},
          &TripletRule::Aplus_triplet},
        P{{"Aminus", "", amplitude, "weakening by pairs (the weight's unit)"}, &TripletRule::Aminus},
        P{{"Aminus_triplet", "", amplitude, "weakening by triplets (the weight's unit)"}, &TripletRule::Aminus_triplet},
        P{{"Wmax", "", any_value, "bound of the weight (its unit), not 0"}, &TripletRule::Wmax},
    };
  }
  void validate() const {
    check_parameters(*this);
    check_weight_bound(name, Wmax);
  }
  void check_weight(double w) const { check_weight_within(name, Wmax, w); }
};

using StdpTripletSynapse = TripletRule<AtSpike::add_one>;
using StdpTripletNnSynapse = TripletRule<AtSpike::set_to_one>;

}  // namespace synop
