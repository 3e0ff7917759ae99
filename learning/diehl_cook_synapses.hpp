#pragma once

#include <array>
#include <string_view>

#include "synop/core/parameters.hpp"
#include "synop/learning/synapse_rule.hpp"
#include "synop/learning/weight_bound.hpp"
#include "synop/learning/weight_power.hpp"

namespace synop {

// The rule of Diehl & Cook as their paper has it: a postsynaptic spike brings the weights towards what the inputs did.
//
//   a postsynaptic spike:  w += eta (x - x_tar) (Wmax - w)^mu,   dx/dt = -x / tau_pre,   x += 1 at a pre
//   a presynaptic spike:   no change
//
// and w stays in [0, Wmax]. Synapses whose source has been silent are weakened too. The paper gives no numbers; the
// defaults are ours, after the time constant and step of the published program.
//
//   tau_pre   20 ms   of the pre trace
//   eta       0.01    step; with mu = 0 in the weight's unit
//   x_tar     0.4     trace that leaves a weight as it is
//   mu        1       dependence on the weight
//   Wmax      1       bound of the weight, in the weight's unit
//
// Diehl & Cook (2015) Front. Comput. Neurosci. 9:99.
struct DiehlCookSynapse {
  static constexpr std::string_view name = "diehl_cook_synapse";
  static constexpr std::string_view doc = "a post strengthens what was active before it and weakens the rest";
  static constexpr std::string_view source = "Diehl & Cook 2015, Front. Comput. Neurosci. 9:99";
  static constexpr bool pre_needs_post = true;
  static constexpr bool acts_without_pre = true;

  double tau_pre = 20.0;  // ms
  double eta = 0.01;
  double x_tar = 0.4;
  double mu = 1.0;
  double Wmax = 1.0;  // the weight's unit

  std::array<Trace, 1> pre_traces() const { return {{{tau_pre}}}; }
  std::array<Trace, 0> post_traces() const { return {}; }

  float on_pre(float w, const auto&) const { return w; }
  float on_post(float w, const auto& at) const {
    return mu == 0.0 ? changed(w, at.pre[0], 1.0) : changed(w, at.pre[0], weight_power(room(w), mu));
  }
  template <class F>
  void with_on_post(F&& f) const {
    if (mu == 0.0)
      f([rule = *this](float w, const auto& at) { return rule.changed(w, at.pre[0], 1.0); });
    else
      f([rule = *this](float w, const auto& at) {
        return rule.changed(w, at.pre[0], weight_power(rule.room(w), rule.mu));
      });
  }

  static constexpr auto parameter_table() {
    using P = Parameter<DiehlCookSynapse>;
    return std::array{
        P{{"tau_pre", "ms", {.low = 1e-3, .high = 1e6}, "time constant of the pre trace"}, &DiehlCookSynapse::tau_pre},
        P{{"eta", "", {.low = 0.0, .high = 1e6}, "step"}, &DiehlCookSynapse::eta},
        P{{"x_tar", "", {.low = 0.0, .high = 1e6}, "pre trace that leaves a weight as it is"},
          &DiehlCookSynapse::x_tar},
        P{{"mu", "", {.low = 0.0, .high = 10.0}, "dependence on the weight"}, &DiehlCookSynapse::mu},
        P{{"Wmax", "", {.low = 1e-30, .high = 1e30}, "bound of the weight (its unit)"}, &DiehlCookSynapse::Wmax},
    };
  }
  void validate() const { check_parameters(*this); }
  void check_weight(double w) const { check_weight_within(name, Wmax, w); }

 private:
  double room(float w) const { return static_cast<double>(static_cast<float>(Wmax)) - static_cast<double>(w); }
  float changed(float w, double x, double room_left) const {
    return changed_within(Wmax, w, eta * (x - x_tar) * room_left);
  }
};

// The rule of the program that Diehl & Cook published (stdp-mnist), a rule of triplets of nearest spikes.
//
//   a presynaptic spike:   w -= nu_pre y1
//   a postsynaptic spike:  w += nu_post x y2,     y2 as it was before this spike
//
//   dx/dt = -x / tau_pre, x = 1 at a pre;   dy1/dt = -y1 / tau_post1, dy2/dt = -y2 / tau_post2, y1 = y2 = 1 at a post
//
// and w stays in [0, Wmax].
//
//   tau_pre     20 ms    trace of pre
//   tau_post1   20 ms    fast trace of post
//   tau_post2   40 ms    slow trace of post
//   nu_pre      1e-4     weakening, in the weight's unit
//   nu_post     1e-2     strengthening, in the weight's unit
//   Wmax        1        bound of the weight, in the weight's unit
struct DiehlCookTripletSynapse {
  static constexpr std::string_view name = "diehl_cook_triplet_synapse";
  static constexpr std::string_view doc = "triplets of nearest spikes, as the program of Diehl & Cook has them";
  static constexpr std::string_view source = "Diehl & Cook 2015, Front. Comput. Neurosci. 9:99 (program stdp-mnist)";
  static constexpr bool pre_needs_post = true;

  double tau_pre = 20.0;    // ms
  double tau_post1 = 20.0;  // ms
  double tau_post2 = 40.0;  // ms
  double nu_pre = 1e-4;     // the weight's unit
  double nu_post = 1e-2;    // the weight's unit
  double Wmax = 1.0;        // the weight's unit

  std::array<Trace, 1> pre_traces() const { return {{{tau_pre, AtSpike::set_to_one}}}; }
  std::array<Trace, 2> post_traces() const {
    return {{{tau_post1, AtSpike::set_to_one}, {tau_post2, AtSpike::set_to_one}}};
  }

  float on_pre(float w, const auto& at) const { return changed_within(Wmax, w, -(nu_pre * at.post[0])); }
  float on_post(float w, const auto& at) const { return changed_within(Wmax, w, nu_post * at.pre[0] * at.post[1]); }

  static constexpr auto parameter_table() {
    using P = Parameter<DiehlCookTripletSynapse>;
    constexpr Range time_constant{.low = 1e-3, .high = 1e6};
    constexpr Range step{.low = 0.0, .high = 1e6};
    return std::array{
        P{{"tau_pre", "ms", time_constant, "time constant of the pre trace"}, &DiehlCookTripletSynapse::tau_pre},
        P{{"tau_post1", "ms", time_constant, "time constant of the fast post trace"},
          &DiehlCookTripletSynapse::tau_post1},
        P{{"tau_post2", "ms", time_constant, "time constant of the slow post trace"},
          &DiehlCookTripletSynapse::tau_post2},
        P{{"nu_pre", "", step, "weakening (the weight's unit)"}, &DiehlCookTripletSynapse::nu_pre},
        P{{"nu_post", "", step, "strengthening (the weight's unit)"}, &DiehlCookTripletSynapse::nu_post},
        P{{"Wmax", "", any_value, "bound of the weight (its unit), not 0"}, &DiehlCookTripletSynapse::Wmax},
    };
  }
  void validate() const {
    check_parameters(*this);
    check_weight_bound(name, Wmax);
  }
  void check_weight(double w) const { check_weight_within(name, Wmax, w); }
};

}  // namespace synop
