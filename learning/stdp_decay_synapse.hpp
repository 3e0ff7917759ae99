#pragma once

#include <array>
#include <string_view>

#include "synop/learning/stdp_synapse.hpp"
#include "synop/learning/synapse_rule.hpp"
#include "synop/learning/trace_decay.hpp"
#include "synop/learning/weight_bound.hpp"

namespace synop {

// Pair STDP (stdp_synapse) whose weights forget: between spikes they go back to w_rest.
//
//   dw/dt = -(w - w_rest) / tau_decay
//   a postsynaptic spike:  w += lambda Wmax (1 - w / Wmax)^mu_plus x,         dx/dt = -x / tau_plus,   x += 1 at a pre
//   a presynaptic spike:   w -= alpha lambda Wmax (w / Wmax)^mu_minus y,      dy/dt = -y / tau_minus,  y += 1 at a post
//
// and w stays in [0, Wmax], or in [Wmax, 0] if Wmax < 0. The decay is exact from one spike at the synapse to the next.
// A weight is a float: what decays by less than 6e-8 of it between two spikes stays.
//
//   tau_decay   1e6 ms   of the weight
//   w_rest      0        the weight without spikes, in the weight's unit, from 0 to Wmax
//   tau_plus    20 ms, tau_minus 20 ms, lambda 0.01, alpha 1, mu_plus 1, mu_minus 1, Wmax 100: as in stdp_synapse
//
// Guetig et al. (2003) J. Neurosci. 23:3697 for the pairs; weight decay as in Querlioz, Bichler, Dollfus & Gamrat
// (2013) IEEE Trans. Nanotechnol. 12:288 is of the same kind.
struct StdpDecaySynapse {
  static constexpr std::string_view name = "stdp_decay_synapse";
  static constexpr std::string_view doc = "pairs of spikes, all to all; between them weights decay";
  static constexpr std::string_view source = "Guetig et al. 2003, J. Neurosci. 23:3697, with exponential decay";

  double tau_decay = 1e6;   // ms
  double w_rest = 0.0;      // the weight's unit
  double tau_plus = 20.0;   // ms
  double tau_minus = 20.0;  // ms
  double lambda = 0.01;
  double alpha = 1.0;
  double mu_plus = 1.0;
  double mu_minus = 1.0;
  double Wmax = 100.0;  // the weight's unit

  std::array<Trace, 1> pre_traces() const { return {{{tau_plus}}}; }
  std::array<Trace, 1> post_traces() const { return {{{tau_minus}}}; }

  float pass(float w, const auto&, Delay span) const {
    return static_cast<float>(w_rest + (w - w_rest) * TraceDecay(tau_decay)(span));
  }
  float on_pre(float w, const auto& at) const { return pairs_of(*this).on_pre(w, at.post[0]); }
  float on_post(float w, const auto& at) const { return pairs_of(*this).on_post(w, at.pre[0]); }
  template <class F>
  void with_on_pre(F&& f) const {
    pairs_of(*this).with_on_pre(
        [&](auto on_pair) { f([on_pair](float w, const auto& at) { return on_pair(w, at.post[0]); }); });
  }
  template <class F>
  void with_on_post(F&& f) const {
    pairs_of(*this).with_on_post(
        [&](auto on_pair) { f([on_pair](float w, const auto& at) { return on_pair(w, at.pre[0]); }); });
  }

  static constexpr auto parameter_table() {
    using P = Parameter<StdpDecaySynapse>;
    return pair_parameters_after(std::array{
        P{{"tau_decay", "ms", {.low = 1e-3, .high = 1e12}, "time constant of the weight"},
          &StdpDecaySynapse::tau_decay},
        P{{"w_rest", "", any_value, "weight without spikes (its unit), from 0 to Wmax"}, &StdpDecaySynapse::w_rest},
    });
  }
  void validate() const {
    check_parameters(*this);
    check_weight_bound(name, Wmax);
    const Range range = Wmax < 0.0 ? Range{.low = Wmax, .high = 0.0} : Range{.low = 0.0, .high = Wmax};
    check_range(name, {"w_rest", "", range, ""}, w_rest);
  }
  void check_weight(double w) const { check_weight_within(name, Wmax, w); }
};

}  // namespace synop
