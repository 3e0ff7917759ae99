#pragma once

#include <concepts>
#include <string_view>
#include <utility>

namespace synop {

// A rule of plasticity by pairs of spikes, all to all, whose state is one float weight per synapse and two traces:
// x of the presynaptic spikes and y of the postsynaptic ones. A trace decays exponentially and is raised by 1 by each
// of its spikes, after the spike has been used.
//
//   on_pre(w, y)   the weight after a presynaptic spike has reached the synapse; on_pre(w, 0) must be w, because
//                  synapses whose target has not fired need not be visited
//   on_post(w, x)  the weight after a postsynaptic spike has reached it; on_post(w, 0) must be w, because synapses
//                  are evaluated together, also those whose target has not fired in between
//
// Both are pure functions of their arguments and the rule's parameters, built on +, -, *, / and core/elementary.hpp,
// so that every implementation and every processor computes the same bits.
template <class R>
concept PairRule = std::copyable<R> && requires(const R& rule, float weight, double trace) {
  { R::name } -> std::convertible_to<std::string_view>;
  rule.validate();                                        // throws Error(model)
  rule.check_weight(trace);                               // throws Error(model) unless a synapse may start with it
  { rule.pre_time_constant() } -> std::same_as<double>;   // of x, ms
  { rule.post_time_constant() } -> std::same_as<double>;  // of y, ms
  { rule.on_pre(weight, trace) } -> std::same_as<float>;
  { rule.on_post(weight, trace) } -> std::same_as<float>;
};

// The verbs of a rule as functions for a loop over many synapses: f(on_post), f(on_pre). A rule may offer its own,
// which decide beforehand what does not depend on the synapse.
template <PairRule R, class F>
void with_on_post(const R& rule, F&& f) {
  if constexpr (requires { rule.with_on_post(f); })
    rule.with_on_post(std::forward<F>(f));
  else
    f([rule](float w, double x) { return rule.on_post(w, x); });
}

template <PairRule R, class F>
void with_on_pre(const R& rule, F&& f) {
  if constexpr (requires { rule.with_on_pre(f); })
    rule.with_on_pre(std::forward<F>(f));
  else
    f([rule](float w, double y) { return rule.on_pre(w, y); });
}

}  // namespace synop
