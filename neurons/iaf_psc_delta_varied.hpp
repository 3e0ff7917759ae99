#pragma once

#include <array>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "synop/core/elementary.hpp"
#include "synop/core/neuron_block.hpp"
#include "synop/core/threshold.hpp"
#include "synop/core/varied_population.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"

namespace synop {

// iaf_psc_delta whose neurons differ: every parameter may have a value of its own for each.
//
// Equations, symbols and exactness are those of iaf_psc_delta. With time constants of their own neurons have no common
// factor, so each keeps v = V - V_inf at the instant it was last reached, and a delivery costs one exponential:
//
//   v = v exp(-(t - since) / tau_m) + w;   v >= theta = V_th - V_inf: a spike
//
// A refractory neuron has v = -inf, which decay and inputs leave there. A driven neuron (theta < 0) crosses after
// tau_m ln(v / theta); as v < 0 lies below v (1 - h / tau_m) after h, one multiplication tells who cannot cross before
// the window's end. Only driven neurons are looked at when a window opens.
struct IafPscDeltaVaried {
  using Shared = IafPscDelta;
  static constexpr std::string_view name = IafPscDelta::name;
  static constexpr std::string_view weight_unit = IafPscDelta::weight_unit;
  static constexpr std::array<std::string_view, 7> may_vary{"tau_m", "C_m", "E_L", "V_th", "V_reset", "t_ref", "I_e"};

  std::vector<IafPscDelta> neurons;  // of a block, never empty

  static constexpr auto parameter_table() { return IafPscDelta::parameter_table(); }
  void validate() const {
    for (const IafPscDelta& neuron : neurons) neuron.validate();
  }
  Delay refractory_time() const { return neurons.front().refractory_time(); }
  // No state is scaled by a growing factor, so nothing bounds a window.
  double shortest_time_constant() const { return std::numeric_limits<double>::infinity(); }

  class Dynamics;
};

// A population of such neurons: add_population("exc", 1000, varied(IafPscDelta{}, {{"V_th", uniform(-55.0, -50.0)}})).
std::unique_ptr<PopulationModel> varied(const IafPscDelta& common, std::vector<VariedParameter> parameters);

class IafPscDeltaVaried::Dynamics {
 public:
  struct Neuron {
    double v;  // V - V_inf at `since`, mV
    Time since;
    double rate;       // 1 / (tau_m ln 2) per tick, so that a decay is a power of two
    double threshold;  // V_th - V_inf in mV, lowered by the tolerance of the test
  };

  static constexpr bool is_refractory_model = true;
  static constexpr std::uint64_t bytes_per_neuron = sizeof(Neuron) + sizeof(IafPscDelta) + sizeof(double);
  static constexpr std::uint64_t bytes_per_delivery = 2 * sizeof(Neuron);

  struct Instant {
    Time t;
    double horizon;  // ticks to the window's end times ln 2 if any neuron is driven, else 0
  };

  Dynamics(const IafPscDeltaVaried& model, std::uint32_t neurons);

  Instant instant(Time t, Time window_end) const {
    return {t, driven_.empty() ? 0.0 : ln2 * static_cast<double>((window_end - t).ticks)};
  }

  // One load and store of 32 bytes, an exponential, a multiply-add and a comparison per synapse. The exponentials of a
  // group do not wait for each other, so the processor overlaps them. Guarded by benchmarks/delivery_benchmark.cpp.
  template <class Target, class Weights>
  void excite(const Instant& now, const Target* targets, Weights weights, std::size_t n, Alerts& alerts) {
    Neuron* const block = neurons_.data();
    for (std::size_t j = 0; j < n; ++j) {
      Neuron& x = block[targets[j]];
      const double v = decayed(x, now.t) + weights[j];
      x.v = v;
      x.since = now.t;
      if (highest(x, v, now) >= x.threshold) [[unlikely]]
        alerts.push_back(targets[j]);
    }
  }
  // A crossing that inhibition postpones is noticed when it comes due.
  template <class Target, class Weights>
  void inhibit(const Instant& now, const Target* targets, Weights weights, std::size_t n, Alerts&) {
    for (std::size_t j = 0; j < n; ++j) {
      Neuron& x = neurons_[targets[j]];
      x.v = decayed(x, now.t) + weights[j];
      x.since = now.t;
    }
  }

  Time attend(std::uint32_t i, Time t, Time window_end) const;
  void scan(Time t, Time window_end, Alerts& alerts);
  bool scans_windows() const { return !driven_.empty(); }
  Delay refractory_time(std::uint32_t i) const { return model_.neurons[i].refractory_time(); }
  void fire(std::uint32_t i, Time t) { put(i, -std::numeric_limits<double>::infinity(), t); }
  void release(std::uint32_t i, Time t) { put(i, model_.neurons[i].V_reset - v_inf_[i], t); }
  void add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t);
  void add_currents(std::uint32_t first, std::span<const double> amplitudes, Time t);

  double value(std::string_view variable, std::uint32_t i, Time t) const;
  void set_value(std::string_view variable, std::uint32_t i, double value, Time t);
  void freeze_adaptation(bool, Time) {}
  void restart(Time now);

  template <class Archive>
  void serialize(Archive& archive) {
    archive(neurons_, v_inf_, driven_, all_unknown_);
  }

 private:
  static constexpr double ln2 = 0.693147180559945309417;

  // v at t >= since. Beyond 2^-300 nothing is left that a comparison could see.
  static double decayed(const Neuron& x, Time t) {
    const double halvings = std::min(300.0, static_cast<double>((t - x.since).ticks) * x.rate);
    return x.v * exp2_bounded(-halvings);
  }
  // A bound of v until the window's end; that of a refractory neuron is not a number or -inf and passes no test.
  static double highest(const Neuron& x, double v, const Instant& now) {
    return v + std::max(-v, 0.0) * (now.horizon * x.rate);
  }
  double theta(std::uint32_t i) const { return model_.neurons[i].V_th - v_inf_[i]; }
  void put(std::uint32_t i, double v, Time t) {
    neurons_[i].v = v;
    neurons_[i].since = t;
  }
  void set_resting_potential(std::uint32_t i, double v_inf);
  void list_driven();

  IafPscDeltaVaried model_;
  std::vector<Neuron> neurons_;
  std::vector<double> v_inf_;          // mV; apart, because deliveries do not need it
  std::vector<std::uint32_t> driven_;  // those with V_inf > V_th
  bool all_unknown_ = true;            // potentials were set from outside: the next scan looks at every neuron
};

}  // namespace synop
