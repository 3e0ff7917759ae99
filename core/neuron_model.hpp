#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <vector>

#include "synop/core/archive.hpp"
#include "synop/core/parameters.hpp"
#include "synop/core/time.hpp"

namespace synop {

// Neurons that may have to act now: the few that passed a bound and are looked at one by one (the slow path).
using Alerts = std::vector<std::uint32_t>;

// Weights of a group of synapses as the delivery loops see them.
struct ConstantWeight {
  double value;
  double operator[](std::size_t) const { return value; }
};
template <class T>
struct StoredWeights {
  const T* values;
  double operator[](std::size_t i) const { return static_cast<double>(values[i]); }
};

// A neuron model is a value with parameters (name, unit, range and default in its parameter_table()) and a nested
// class Dynamics: the state of the neurons of one block and the verbs the engine moves it with. The engine calls them
// in order of time; a new model is one header like neurons/iaf_psc_delta.hpp.
//
//   Dynamics(const M&, std::uint32_t neurons)     at time 0, every neuron at its resting state
//   instant(t, horizon) -> Instant                what all deliveries at t share: factors, thresholds
//   inhibit / excite(instant, targets, weights, n, alerts)
//                                                 deliver one group; pushes every target that must be attended
//   excite_range(instant, first, weights, n, alerts)
//                                                 optional: excite() for the n targets first, first + 1, ... with weights
//                                                 stored as float, which needs no indices and can be vectorised
//   attend(i, t, horizon) -> Time                 the exact next crossing of neuron i if no input comes: <= t fires now,
//                                                 never() if there is none (before the horizon, if scans_windows())
//   scan(t, horizon, alerts)                      pushes all neurons that may cross in [t, horizon); called at time
//                                                 0 and, if scans_windows(), at every horizon (some windows later)
//   fire(i, t)                                    the neuron has spiked
//   release(i, t)                                 its refractoriness ends; the engine then attends it
//   add_current(first, count, pA, t)              a step of the constant current; the engine then attends all
//   add_currents(first, pA, t)                    optional: the same with a step of its own for each of pA.size() neurons
//   value(variable, i, t) / set_value(...)        state variables by name ("V_m")
//   refractory_time(i) -> Delay                   optional, of the dynamics: neurons have refractory times of their own
//   instants(), excite_each()                     optional: instants computed ahead in vectors (core/instants_ahead.hpp)
//   freeze_adaptation(frozen, now)                slow adaptation stands still, or goes on
//   restart(now)                                  back to time 0 and the resting state; slow adaptation is kept
template <class M>
concept NeuronModel = requires(const M model, typename M::Dynamics d, typename M::Dynamics::Instant instant, Time t,
                               std::uint32_t i, const std::uint16_t* targets, const std::uint32_t* wide_targets, Alerts& alerts) {
  { M::name } -> std::convertible_to<std::string_view>;
  { M::weight_unit } -> std::convertible_to<std::string_view>;
  { M::parameter_table() };
  { model.validate() };
  { model.refractory_time() } -> std::convertible_to<Delay>;
  { M::Dynamics::is_refractory_model } -> std::convertible_to<bool>;
  { d.instant(t, t) } -> std::same_as<typename M::Dynamics::Instant>;
  { d.excite(instant, targets, ConstantWeight{1.0}, std::size_t{1}, alerts) };
  { d.inhibit(instant, targets, ConstantWeight{1.0}, std::size_t{1}, alerts) };
  { d.excite(instant, wide_targets, ConstantWeight{1.0}, std::size_t{1}, alerts) };
  { d.inhibit(instant, wide_targets, ConstantWeight{1.0}, std::size_t{1}, alerts) };
  { d.attend(i, t, t) } -> std::same_as<Time>;
  { d.scan(t, t, alerts) };
  { d.scans_windows() } -> std::convertible_to<bool>;
  { d.fire(i, t) };
  { d.release(i, t) };
  { d.add_current(i, i, 0.0, t) };
  { d.value(std::string_view{}, i, t) } -> std::convertible_to<double>;
  { d.set_value(std::string_view{}, i, 0.0, t) };
  { d.freeze_adaptation(true, t) };
  { d.restart(t) };
  { M::Dynamics::bytes_per_neuron } -> std::convertible_to<std::uint64_t>;
  { M::Dynamics::bytes_per_delivery } -> std::convertible_to<std::uint64_t>;
  { model.shortest_time_constant() } -> std::convertible_to<double>;
};

[[noreturn]] void throw_unknown_variable(std::string_view model, std::string_view variable,
                                         std::initializer_list<std::string_view> known);

}  // namespace synop
