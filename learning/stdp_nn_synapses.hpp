#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "synop/core/elementary.hpp"
#include "synop/learning/stdp_synapse.hpp"
#include "synop/learning/synapse_rule.hpp"
#include "synop/learning/weight_bound.hpp"

namespace synop {

// Which spikes of pre and post make a pair (Morrison, Diesmann & Gerstner 2008, figure 7).
enum class Pairing : std::uint8_t {
  symmetric,     // a pre with the last post, a post with the last pre
  pre_centered,  // a pre with the last post and with the next one
  restricted     // a pre with the last post and with the next one, if no other pre lies in between
};

// Spike-timing dependent plasticity of nearest neighbours (names and symbols: NEST).
//
//   a postsynaptic spike:  w += lambda Wmax (1 - w / Wmax)^mu_plus x
//   a presynaptic spike:   w -= alpha lambda Wmax (w / Wmax)^mu_minus y
//
//                                 x at a post                             y at a pre
//   stdp_nn_symm_synapse          exp(-t / tau_plus), t since the         exp(-t / tau_minus), t since the last post
//                                 last pre
//   stdp_nn_pre_centered_synapse  the sum of exp(-t / tau_plus) over      the same
//                                 the pres since the last post
//   stdp_nn_restr_synapse         exp(-t / tau_plus) if a pre came        exp(-t / tau_minus) if a post came
//                                 since the last post, else 0             since the last pre, else 0
//
// and w stays in [0, Wmax], or in [Wmax, 0] if Wmax < 0. Spikes that are at the synapse at one instant are, as ever, a
// pre and then a post; NEST leaves such pairs out.
//
//   tau_plus    20 ms   window in which a pre before a post strengthens
//   tau_minus   20 ms   window in which a post before a pre weakens
//   lambda      0.01    step
//   alpha       1       weakening relative to strengthening
//   mu_plus     1       dependence of strengthening on the weight
//   mu_minus    1       dependence of weakening on the weight
//   Wmax        100     bound of the weight, in the weight's unit
//
// Morrison, Diesmann & Gerstner (2008) Biol. Cybern. 98:459; restricted: Izhikevich & Desai (2003) Neural Comput.
// 15:1511; dependence on the weight: Guetig et al. (2003) J. Neurosci. 23:3697.
template <Pairing pairing>
struct NearestNeighbourRule {
  static constexpr std::string_view name = pairing == Pairing::symmetric      ? "stdp_nn_symm_synapse"
                                           : pairing == Pairing::pre_centered ? "stdp_nn_pre_centered_synapse"
                                                                              : "stdp_nn_restr_synapse";
  static constexpr std::string_view doc =
      pairing == Pairing::symmetric      ? "pairs of nearest spikes: a pre with the last post, a post with the last pre"
      : pairing == Pairing::pre_centered ? "pairs of nearest spikes: a pre with the last and the next post"
                                         : "pairs of nearest spikes without another spike in between";
  static constexpr std::string_view source = "Morrison, Diesmann & Gerstner 2008, Biol. Cybern. 98:459";
  static constexpr bool pre_needs_post = true;

  double tau_plus = 20.0;   // ms
  double tau_minus = 20.0;  // ms
  double lambda = 0.01;
  double alpha = 1.0;
  double mu_plus = 1.0;
  double mu_minus = 1.0;
  double Wmax = 100.0;  // the weight's unit

  std::array<Trace, 1> pre_traces() const { return {{{tau_plus, AtSpike::set_to_one}}}; }
  std::array<Trace, 1> post_traces() const { return {{{tau_minus, AtSpike::set_to_one}}}; }
  // The pres since the last post, which each synapse counts by itself.
  std::array<Trace, pairing == Pairing::pre_centered ? 1 : 0> own_traces() const {
    if constexpr (pairing == Pairing::pre_centered)
      return {{{tau_plus}}};
    else
      return {};
  }

  float on_pre(float w, auto& at) const {
    if constexpr (pairing == Pairing::pre_centered) at.own[0] += 1.0;
    if (pairing == Pairing::restricted && !at.alternates) return w;
    return pairs_of(*this).on_pre(w, at.post[0]);
  }
  float on_post(float w, auto& at) const {
    if constexpr (pairing == Pairing::pre_centered) {
      const double x = at.own[0];
      at.own[0] = 0.0;
      return pairs_of(*this).on_post(w, x);
    } else {
      if (pairing == Pairing::restricted && !at.alternates) return w;
      return pairs_of(*this).on_post(w, at.pre[0]);
    }
  }

  template <class F>
  void with_on_pre(F&& f) const {
    pairs_of(*this).with_on_pre([&](auto on_pair) {
      f([on_pair](float w, auto& at) {
        if constexpr (pairing == Pairing::pre_centered) at.own[0] += 1.0;
        return if_paired(at, on_pair(w, at.post[0]), w);
      });
    });
  }
  template <class F>
  void with_on_post(F&& f) const {
    pairs_of(*this).with_on_post([&](auto on_pair) {
      f([on_pair](float w, auto& at) {
        if constexpr (pairing == Pairing::pre_centered)
          return on_pair(w, std::exchange(at.own[0], 0.0));
        else
          return if_paired(at, on_pair(w, at.pre[0]), w);
      });
    });
  }

  static constexpr auto parameter_table() { return pair_parameters<NearestNeighbourRule>(); }
  void validate() const {
    check_parameters(*this);
    check_weight_bound(name, Wmax);
  }
  void check_weight(double w) const { check_weight_within(name, Wmax, w); }

 private:
  static float if_paired([[maybe_unused]] const auto& at, float paired, [[maybe_unused]] float otherwise) {
    if constexpr (pairing == Pairing::restricted)
      return static_cast<float>(
          select(std::uint64_t{at.alternates}, static_cast<double>(paired), static_cast<double>(otherwise)));
    else
      return paired;
  }
};

using StdpNnSymmSynapse = NearestNeighbourRule<Pairing::symmetric>;
using StdpNnPreCenteredSynapse = NearestNeighbourRule<Pairing::pre_centered>;
using StdpNnRestrSynapse = NearestNeighbourRule<Pairing::restricted>;

}  // namespace synop
