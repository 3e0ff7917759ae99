#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "synop/core/elementary.hpp"
#include "synop/core/time.hpp"

namespace synop {

// What a spike does to a trace of its own side: adds 1 (all spikes count) or sets it to 1 (the nearest one counts).
enum class AtSpike : std::uint8_t { add_one, set_to_one };

// An exponential trace of a train of spikes: dz/dt = -z / tau.
struct Trace {
  double tau;  // ms
  AtSpike at_spike = AtSpike::add_one;

  double after(double before) const { return select(at_spike == AtSpike::set_to_one, 1.0, before + 1.0); }
};

template <class Traces>
inline constexpr std::size_t trace_count = std::tuple_size_v<std::remove_cvref_t<Traces>>;

// Traces that belong to the synapse itself (an eligibility, say), where the rule has any: rule.own_traces().
template <class R>
constexpr auto own_traces_of(const R& rule) {
  if constexpr (requires { rule.own_traces(); })
    return rule.own_traces();
  else
    return std::array<Trace, 0>{};
}

// What a spike finds when it reaches a synapse. A trace is as it was immediately before the spike, on both sides: a
// spike counts in the traces of its own side only for those that come after it.
template <class R>
struct AtSynapse {
  std::array<double, trace_count<decltype(std::declval<const R&>().pre_traces())>> pre{};    // of the source's spikes
  std::array<double, trace_count<decltype(std::declval<const R&>().post_traces())>> post{};  // of the target's
  // Those of the synapse, which verbs may change. They decay in between and are stored as float, as the weight is.
  std::array<double, trace_count<decltype(own_traces_of(std::declval<const R&>()))>> own{};
  // Whether the spike is the first of its side since one of the other side: a pre after a post, a post after a pre.
  bool alternates = false;
  double reward = 0.0;  // trace of the rewards, where the rule has one
};

// A rule of plasticity whose synapse is a float weight, traces of both sides and, if it likes, traces of its own.
//
//   on_pre(w, at), on_post(w, at)   the weight after a presynaptic, or postsynaptic, spike has reached the synapse,
//   where
//                                   it found `at`
//
// A postsynaptic spike is an event for a synapse only after the source's first spike (since the start, a restart or the
// end of freezing), unless the rule says
//
//   static constexpr bool acts_without_pre = true;
//
// A rule whose on_pre leaves the weight alone where all traces of the target are 0 may say so; synapses of targets that
// have long been silent are then not looked at:
//
//   static constexpr bool pre_needs_post = true;
//
// Optional, for weights that move by themselves:
//
//   pass(w, at, span)               the weight after a time without spikes; at.own, at.reward are those at its
//   beginning reward_time_constant()          ms; rewards (Simulation::reward) leave a trace, at.reward
//
// All are pure functions of their arguments and the rule's parameters, built on +, -, *, / and core/elementary.hpp, so
// that every implementation and every processor computes the same bits. `sign` and the largest weight follow from a
// member Wmax; a rule without one has largest_weight().
template <class R>
concept HasTraces = requires(const R& rule) {
  rule.pre_traces();  // std::array<Trace, ...>
  rule.post_traces();
};

template <class R>
concept SynapseRule = std::copyable<R> && HasTraces<R> &&
    requires(const R& rule, float weight, double value, AtSynapse<R>& at) {
  { R::name } -> std::convertible_to<std::string_view>;
  rule.validate();           // throws Error(model)
  rule.check_weight(value);  // throws Error(model) unless a synapse may start with it
  { rule.on_pre(weight, at) } -> std::same_as<float>;
  { rule.on_post(weight, at) } -> std::same_as<float>;
};

// The verbs as functions of (w, at) for a loop over many synapses: f(on_post), f(on_pre). A rule may offer its own,
// which decide beforehand what does not depend on the synapse: a branch on parameters keeps a loop from being
// vectorised, and so does arithmetic behind a branch on a weight or a trace (`select` of core/elementary.hpp does not).
template <SynapseRule R, class F>
void with_on_post(const R& rule, F&& f) {
  if constexpr (requires { rule.with_on_post(f); })
    rule.with_on_post(std::forward<F>(f));
  else
    f([rule](float w, auto& at) { return rule.on_post(w, at); });
}
template <SynapseRule R, class F>
void with_on_pre(const R& rule, F&& f) {
  if constexpr (requires { rule.with_on_pre(f); })
    rule.with_on_pre(std::forward<F>(f));
  else
    f([rule](float w, auto& at) { return rule.on_pre(w, at); });
}

template <class R>
inline constexpr bool takes_rewards = requires(const R& rule) {
  rule.reward_time_constant();
};

template <class R>
concept ChangesInPassing = HasTraces<R> && requires(const R& rule, float w, const AtSynapse<R>& at, Delay span) {
  rule.pass(w, at, span);
};
template <class R>
inline constexpr bool changes_in_passing = ChangesInPassing<R>;

template <class R>
constexpr bool acts_without_pre_of() {
  if constexpr (requires { R::acts_without_pre; })
    return R::acts_without_pre;
  else
    return false;
}

template <class R>
inline constexpr bool acts_without_pre = acts_without_pre_of<R>();

template <class R>
constexpr bool pre_needs_post_of() {
  if constexpr (requires { R::pre_needs_post; })
    return R::pre_needs_post;
  else
    return false;
}

template <class R>
inline constexpr bool pre_needs_post = pre_needs_post_of<R>();

}  // namespace synop
