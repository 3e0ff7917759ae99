#pragma once

#include <array>
#include <string_view>

#include "synop/core/parameters.hpp"
#include "synop/learning/synapse_rule.hpp"
#include "synop/learning/weight_bound.hpp"

namespace synop {

// Inhibitory plasticity that keeps the target at a rate (name and symbols: NEST).
//
//   a presynaptic spike:   |w| += eta (y - alpha),   dy/dt = -y / tau,   y += 1 at a post
//   a postsynaptic spike:  |w| += eta x,             dx/dt = -x / tau,   x += 1 at a pre
//
// and w stays in [Wmax, 0], or in [0, Wmax] if Wmax > 0. Pairs strengthen whatever their order, and each presynaptic
// spike weakens by eta alpha: the target settles at rho_0 = alpha / (2 tau), 3 Hz with the defaults.
//
//   tau     20 ms    of both traces
//   eta     0.001    step, in the weight's unit
//   alpha   0.12     2 rho_0 tau
//   Wmax    -100     bound of the weight, in the weight's unit; negative, because the synapse is inhibitory
//
// Vogels, Sprekeler, Zenke, Clopath & Gerstner (2011) Science 334:1569.
struct VogelsSprekelerSynapse {
  static constexpr std::string_view name = "vogels_sprekeler_synapse";
  static constexpr std::string_view doc =
      "symmetric pairs and weakening by each pre; inhibitory, keeps a target's rate";
  static constexpr std::string_view source = "Vogels et al. 2011, Science 334:1569";

  double tau = 20.0;  // ms
  double eta = 0.001;
  double alpha = 0.12;
  double Wmax = -100.0;  // the weight's unit

  std::array<Trace, 1> pre_traces() const { return {{{tau}}}; }
  std::array<Trace, 1> post_traces() const { return {{{tau}}}; }

  float on_pre(float w, const auto& at) const { return changed_within(Wmax, w, eta * (at.post[0] - alpha)); }
  float on_post(float w, const auto& at) const { return changed_within(Wmax, w, eta * at.pre[0]); }

  static constexpr auto parameter_table() {
    using P = Parameter<VogelsSprekelerSynapse>;
    return std::array{
        P{{"tau", "ms", {.low = 1e-3, .high = 1e6}, "time constant of both traces"}, &VogelsSprekelerSynapse::tau},
        P{{"eta", "", {.low = 0.0, .high = 1e6}, "step (the weight's unit)"}, &VogelsSprekelerSynapse::eta},
        P{{"alpha", "", {.low = 0.0, .high = 1e6}, "weakening by a pre, 2 tau times the rate to keep"},
          &VogelsSprekelerSynapse::alpha},
        P{{"Wmax", "", any_value, "bound of the weight (its unit), not 0; < 0: inhibitory"},
          &VogelsSprekelerSynapse::Wmax},
    };
  }
  void validate() const {
    check_parameters(*this);
    check_weight_bound(name, Wmax);
  }
  void check_weight(double w) const { check_weight_within(name, Wmax, w); }
};

}  // namespace synop
