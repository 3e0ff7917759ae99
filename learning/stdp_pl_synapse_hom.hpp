#pragma once

#include <array>
#include <string_view>

#include "synop/core/parameters.hpp"
#include "synop/learning/synapse_rule.hpp"
#include "synop/learning/weight_power.hpp"

namespace synop {

// Spike-timing dependent plasticity with power-law strengthening and proportional weakening (name and symbols: NEST).
//
//   a postsynaptic spike:  w += lambda w_0 (w / w_0)^mu x,   dx/dt = -x / tau_plus,   x += 1 at a pre
//   a presynaptic spike:   w -= alpha lambda w y,            dy/dt = -y / tau_minus,  y += 1 at a post
//
// and w >= 0. There is no upper bound: weakening grows faster with w than strengthening does (mu < 1). A weight of 0
// stays.
//
//   tau_plus    20 ms   window in which a pre before a post strengthens
//   tau_minus   20 ms   window in which a post before a pre weakens
//   lambda      0.1     step
//   alpha       1       weakening relative to strengthening; 0.11 in the paper
//   mu          0.4     dependence of strengthening on the weight
//   w_0         1       weight at which the two have that relation, in the weight's unit; 1 pA in the paper
//
// Morrison, Aertsen & Diesmann (2007) Neural Comput. 19:1437.
struct StdpPlSynapseHom {
  static constexpr std::string_view name = "stdp_pl_synapse_hom";
  static constexpr std::string_view doc =
      "pairs of spikes, all to all, power-law strengthening, proportional weakening";
  static constexpr std::string_view source = "Morrison, Aertsen & Diesmann 2007, Neural Comput. 19:1437";
  static constexpr bool pre_needs_post = true;

  double tau_plus = 20.0;   // ms
  double tau_minus = 20.0;  // ms
  double lambda = 0.1;
  double alpha = 1.0;
  double mu = 0.4;
  double w_0 = 1.0;  // the weight's unit

  std::array<Trace, 1> pre_traces() const { return {{{tau_plus}}}; }
  std::array<Trace, 1> post_traces() const { return {{{tau_minus}}}; }

  float on_pre(float w, const auto& at) const {
    const double weakened = w - alpha * lambda * w * at.post[0];
    return static_cast<float>(select(weakened > 0.0, weakened, 0.0));
  }
  float on_post(float w, const auto& at) const {
    return mu == 0.0 ? strengthened(w, at.pre[0], 1.0) : strengthened(w, at.pre[0], weight_power(w / w_0, mu));
  }
  template <class F>
  void with_on_post(F&& f) const {
    if (mu == 0.0)
      f([rule = *this](float w, const auto& at) { return rule.strengthened(w, at.pre[0], 1.0); });
    else
      f([rule = *this](float w, const auto& at) {
        return rule.strengthened(w, at.pre[0], weight_power(w / rule.w_0, rule.mu));
      });
  }

  static constexpr auto parameter_table() {
    using P = Parameter<StdpPlSynapseHom>;
    constexpr Range time_constant{.low = 1e-3, .high = 1e6};
    constexpr Range factor{.low = 0.0, .high = 1e6};
    return std::array{
        P{{"tau_plus", "ms", time_constant, "time constant of the pre trace"}, &StdpPlSynapseHom::tau_plus},
        P{{"tau_minus", "ms", time_constant, "time constant of the post trace"}, &StdpPlSynapseHom::tau_minus},
        P{{"lambda", "", factor, "step"}, &StdpPlSynapseHom::lambda},
        P{{"alpha", "", factor, "weakening relative to strengthening"}, &StdpPlSynapseHom::alpha},
        P{{"mu", "", unit_interval, "weight dependence of strengthening"}, &StdpPlSynapseHom::mu},
        P{{"w_0", "", {.low = 1e-6, .high = 1e6}, "reference weight (the weight's unit)"}, &StdpPlSynapseHom::w_0},
    };
  }
  void validate() const { check_parameters(*this); }
  void check_weight(double w) const { check_range(name, {"weight", "", {.low = 0.0, .high = any_weight.high}, ""}, w); }
  double largest_weight() const { return any_weight.high; }

 private:
  float strengthened(float w, double x, double power) const {
    const double raised = w + select(w > 0.0F, lambda * w_0 * power * x, 0.0);
    return static_cast<float>(select(raised < any_weight.high, raised, any_weight.high));
  }
};

}  // namespace synop
