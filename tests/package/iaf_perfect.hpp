#pragma once

#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include "synop/core/error.hpp"
#include "synop/core/neuron_block.hpp"
#include "synop/core/threshold.hpp"

// Perfect (non-leaky) integrate-and-fire neuron whose inputs are jumps of the potential.
//
//   dV/dt = I_e / C_m;   V += w at an input of weight w (mV);   V >= V_th: a spike, then V = V_reset for t_ref
//
// Between events V is a straight line, kept as its value at an instant of each neuron and its slope.
// Gerstein & Mandelbrot (1964) Biophys. J. 4:41.
struct IafPerfect {
  static constexpr std::string_view name = "iaf_perfect";
  static constexpr std::string_view weight_unit = "mV";
  static constexpr std::string_view doc = "perfect integrate-and-fire, inputs are jumps of the potential; exact";
  static constexpr std::string_view source = "Gerstein & Mandelbrot 1964, Biophys. J. 4:41";

  double C_m = 250.0;    // pF
  double V_th = 15.0;    // mV
  double V_reset = 0.0;  // mV, also the initial potential
  double t_ref = 2.0;    // ms
  double I_e = 0.0;      // pA

  static constexpr auto parameter_table() {
    using P = synop::Parameter<IafPerfect>;
    return std::array{
        P{{"C_m", "pF", synop::positive, "membrane capacitance"}, &IafPerfect::C_m},
        P{{"V_th", "mV", synop::any_value, "threshold"}, &IafPerfect::V_th},
        P{{"V_reset", "mV", synop::any_value, "potential after a spike, below V_th"}, &IafPerfect::V_reset},
        P{{"t_ref", "ms", {.low = 0.0, .high = 1e6}, "refractory time"}, &IafPerfect::t_ref},
        P{{"I_e", "pA", synop::any_value, "constant input current"}, &IafPerfect::I_e}};
  }
  void validate() const {
    synop::check_parameters(*this);
    if (!(V_reset < V_th)) throw synop::Error(synop::ErrorKind::model, "iaf_perfect: V_reset must be below V_th");
  }
  synop::Delay refractory_time() const { return synop::Delay::from_ms(t_ref); }
  double shortest_time_constant() const { return std::numeric_limits<double>::infinity(); }

  class Dynamics;
};

class IafPerfect::Dynamics {
 public:
  using Time = synop::Time;
  static constexpr bool is_refractory_model = true;
  static constexpr std::uint64_t bytes_per_neuron = 3 * sizeof(double);
  static constexpr std::uint64_t bytes_per_delivery = 5 * sizeof(double);
  struct Instant {
    Time t;
  };

  Dynamics(const IafPerfect& model, std::uint32_t neurons)
      : model_(model), v_(neurons), since_(neurons), slope_(neurons) {
    restart({});
  }

  Instant instant(Time t, Time) const { return {t}; }

  template <class Target, class Weights>
  void excite(const Instant& now, const Target* targets, Weights weights, std::size_t n, synop::Alerts& alerts) {
    inhibit(now, targets, weights, n, alerts);
    for (std::size_t j = 0; j < n; ++j)
      if (slope_[targets[j]] > 0.0 || v_[targets[j]] >= threshold()) alerts.push_back(targets[j]);
  }
  template <class Target, class Weights>
  void inhibit(const Instant& now, const Target* targets, Weights weights, std::size_t n, synop::Alerts&) {
    for (std::size_t j = 0; j < n; ++j) put(targets[j], at(targets[j], now.t) + weights[j], now.t);
  }

  // A later inhibition makes the crossing that was predicted come due too early; it is then asked for again.
  Time attend(std::uint32_t i, Time t, Time) const {
    const double v = at(i, t);
    if (v >= threshold()) return t;
    const double ms = (model_.V_th - v) / slope_[i];
    if (!(slope_[i] > 0.0 && ms < 1e9)) return Time::never();
    return t + synop::Delay{std::max<std::int64_t>(1, std::llround(std::ceil(ms * 1e9)))};
  }
  void scan(Time, Time, synop::Alerts& alerts) const {
    for (std::uint32_t i = 0; i < v_.size(); ++i)
      if (slope_[i] > 0.0 || v_[i] >= threshold()) alerts.push_back(i);
  }
  bool scans_windows() const { return false; }
  void fire(std::uint32_t i, Time t) { put(i, refractory, t); }
  void release(std::uint32_t i, Time t) { put(i, model_.V_reset, t); }
  void add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t) {
    for (std::uint32_t i = first; i < first + count; ++i) {
      put(i, at(i, t), t);
      slope_[i] += amplitude / model_.C_m;
    }
  }

  double value(std::string_view variable, std::uint32_t i, Time t) const {
    if (variable != "V_m") synop::throw_unknown_variable(name, variable, {"V_m"});
    return v_[i] == refractory ? model_.V_reset : at(i, t);
  }
  void set_value(std::string_view variable, std::uint32_t i, double value, Time t) {
    if (variable != "V_m") synop::throw_unknown_variable(name, variable, {"V_m"});
    if (v_[i] != refractory) put(i, value, t);
  }
  void freeze_adaptation(bool, Time) {}
  void restart(Time) {
    for (std::uint32_t i = 0; i < v_.size(); ++i) put(i, model_.V_reset, {});
    slope_.assign(slope_.size(), model_.I_e / model_.C_m);
  }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(v_, since_, slope_);
  }

 private:
  static constexpr double refractory = -std::numeric_limits<double>::infinity();  // inputs leave it there

  double threshold() const { return synop::reached_from(model_.V_th); }
  double at(std::uint32_t i, Time t) const { return v_[i] + slope_[i] * (t - since_[i]).ms(); }
  void put(std::uint32_t i, double v, Time t) {
    v_[i] = v;
    since_[i] = t;
  }

  IafPerfect model_;
  std::vector<double> v_;  // mV at since_
  std::vector<Time> since_;
  std::vector<double> slope_;  // mV/ms
};
