#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "synop/learning/pair_parameters.hpp"
#include "synop/learning/weight_power.hpp"

namespace synop {

// Spike-timing dependent plasticity of pairs, all to all (name and symbols: NEST).
//
//   a postsynaptic spike:  w += lambda Wmax (1 - w / Wmax)^mu_plus x,         dx/dt = -x / tau_plus,   x += 1 at a pre
//   a presynaptic spike:   w -= alpha lambda Wmax (w / Wmax)^mu_minus y,      dy/dt = -y / tau_minus,  y += 1 at a post
//
// and w stays in [0, Wmax], or in [Wmax, 0] if Wmax < 0. A spike reads the traces before it raises its own.
// mu = 0 is the additive rule, mu = 1 the multiplicative one; mu_plus = 0, mu_minus = 1 is that of van Rossum (2000).
//
//   tau_plus    20 ms   window in which a pre before a post strengthens
//   tau_minus   20 ms   window in which a post before a pre weakens
//   lambda      0.01    step
//   alpha       1       weakening relative to strengthening
//   mu_plus     1       dependence of strengthening on the weight
//   mu_minus    1       dependence of weakening on the weight
//   Wmax        100     bound of the weight, in the weight's unit, rounded to float as weights are
//
// Guetig, Aharonov, Rotter & Sompolinsky (2003) J. Neurosci. 23:3697; Morrison, Diesmann & Gerstner (2008) Biol.
// Cybern. 98:459. When a spike is at a synapse: docs/plasticity.md.
struct StdpSynapse {
  static constexpr std::string_view name = "stdp_synapse";
  static constexpr std::string_view doc = "pairs of spikes, all to all, weight dependence by exponents";
  static constexpr std::string_view source = "Guetig et al. 2003, J. Neurosci. 23:3697";

  double tau_plus = 20.0;   // ms
  double tau_minus = 20.0;  // ms
  double lambda = 0.01;
  double alpha = 1.0;
  double mu_plus = 1.0;
  double mu_minus = 1.0;
  double Wmax = 100.0;  // the weight's unit

  float on_post(float w, double x_pre) const { return potentiated(w, power(1.0 - part_of_bound(w), mu_plus), x_pre); }
  float on_pre(float w, double y_post) const { return depressed(w, power(part_of_bound(w), mu_minus), y_post); }

  // on_post and on_pre as functions that know their kind of exponent, for loops over many synapses. The same bits.
  template <class F>
  void with_on_post(F&& f) const {
    with_power(mu_plus, [&](auto power_of) {
      f([rule = *this, power_of](float w, double x_pre) {
        return rule.potentiated(w, power_of(1.0 - rule.part_of_bound(w)), x_pre);
      });
    });
  }
  template <class F>
  void with_on_pre(F&& f) const {
    with_power(mu_minus, [&](auto power_of) {
      f([rule = *this, power_of](float w, double y_post) {
        return rule.depressed(w, power_of(rule.part_of_bound(w)), y_post);
      });
    });
  }

  static constexpr auto parameter_table() { return pair_parameters<StdpSynapse>(); }
  void validate() const;
  void check_weight(double w) const;  // throws Error(model) unless 0 <= w / Wmax <= 1
  double pre_time_constant() const { return tau_plus; }
  double post_time_constant() const { return tau_minus; }

 private:
  double bound() const { return static_cast<float>(Wmax); }
  double part_of_bound(float w) const { return w * (1.0 / bound()); }  // the reciprocal is the same for a whole loop
  float bounded(double w) const {
    const double low = std::min(0.0, bound());
    const double high = std::max(0.0, bound());
    const double raised = w < low ? low : w;
    return static_cast<float>(high < raised ? high : raised);
  }
  float potentiated(float w, double room, double x_pre) const { return bounded(w + lambda * bound() * room * x_pre); }
  float depressed(float w, double room, double y_post) const {
    return bounded(w - alpha * lambda * bound() * room * y_post);
  }
  static double power(double base, double exponent) {
    if (exponent == 0.0) return 1.0;
    if (exponent == 1.0) return base;
    return weight_power(base, exponent);
  }
  template <class F>
  static void with_power(double exponent, F&& f) {
    if (exponent == 0.0)
      f([](double) { return 1.0; });
    else if (exponent == 1.0)
      f([](double base) { return base; });
    else
      f([exponent](double base) { return weight_power(base, exponent); });
  }
};

// The pairs of a rule that has these parameters too.
template <class Rule>
StdpSynapse pairs_of(const Rule& rule) {
  return {rule.tau_plus, rule.tau_minus, rule.lambda, rule.alpha, rule.mu_plus, rule.mu_minus, rule.Wmax};
}

}  // namespace synop
