#pragma once

#include <array>
#include <string_view>

#include "synop/core/elementary.hpp"
#include "synop/core/parameters.hpp"
#include "synop/learning/synapse_rule.hpp"
#include "synop/learning/weight_bound.hpp"

// A rule of devices: a postsynaptic spike strengthens the synapses whose source fired within the window T before it and
// weakens all others, in steps that become smaller towards the end of the range.
//
//   a postsynaptic spike:  w += a_plus Wmax exp(-b_plus w / Wmax)             if a pre came within T
//                          w -= a_minus Wmax exp(-b_minus (1 - w / Wmax))     otherwise
//
// Querlioz, Bichler, Dollfus & Gamrat (2013) IEEE Trans. Nanotechnol. 12:288.
struct WindowRule {
  static constexpr std::string_view name = "window_rule";
  static constexpr std::string_view doc =
      "a post strengthens what fired within a window before it, and weakens the rest";
  static constexpr std::string_view source = "Querlioz et al. 2013, IEEE Trans. Nanotechnol. 12:288";
  static constexpr bool acts_without_pre = true;  // also synapses whose source has never fired
  static constexpr bool pre_needs_post = true;    // on_pre leaves w alone where all post traces are 0: faster

  double T = 20.0;  // ms
  double a_plus = 0.01;
  double a_minus = 0.005;
  double b_plus = 3.0;
  double b_minus = 3.0;
  double Wmax = 1.0;  // the weight's unit

  // A trace that each pre sets to 1 is exp(-1) after its time constant.
  std::array<synop::Trace, 1> pre_traces() const { return {{{T, synop::AtSpike::set_to_one}}}; }
  std::array<synop::Trace, 0> post_traces() const { return {}; }

  float on_pre(float w, const auto&) const { return w; }
  float on_post(float w, const auto& at) const {
    const double part = w / Wmax;
    const double step = at.pre[0] >= synop::exp_bounded(-1.0) ? a_plus * synop::exp_bounded(-b_plus * part)
                                                              : -a_minus * synop::exp_bounded(-b_minus * (1.0 - part));
    return synop::changed_within(Wmax, w, step * Wmax);
  }

  static constexpr auto parameter_table() {
    using P = synop::Parameter<WindowRule>;
    constexpr synop::Range factor{.low = 0.0, .high = 100.0};
    return std::array{P{{"T", "ms", {.low = 1e-3, .high = 1e6}, "window before a post"}, &WindowRule::T},
                      P{{"a_plus", "", factor, "step of strengthening, in Wmax"}, &WindowRule::a_plus},
                      P{{"a_minus", "", factor, "step of weakening, in Wmax"}, &WindowRule::a_minus},
                      P{{"b_plus", "", factor, "how strengthening fades"}, &WindowRule::b_plus},
                      P{{"b_minus", "", factor, "how weakening fades"}, &WindowRule::b_minus},
                      P{{"Wmax", "", synop::positive, "bound of the weight (its unit)"}, &WindowRule::Wmax}};
  }
  void validate() const {
    synop::check_parameters(*this);
    synop::check_weight_bound(name, Wmax);
  }
  void check_weight(double w) const { synop::check_weight_within(name, Wmax, w); }
};
