#pragma once

#include <array>
#include <limits>
#include <span>
#include <string_view>

#include "synop/core/neuron_block.hpp"
#include "synop/core/scaled_clock.hpp"
#include "synop/core/threshold.hpp"

namespace synop {

// Leaky integrate-and-fire neuron with synapses that make the potential jump (name and symbols: NEST).
//
//   tau_m dV/dt = -(V - E_L) + R I,    R = tau_m / C_m
//   V += w at an input of weight w (mV);   V >= V_th: a spike, then V = V_reset for t_ref
//
// Exact: with V_inf = E_L + R I the state is kept as u = (V - V_inf) exp((t - t_b) / tau_m), constant between events.
// An input adds w s, s = exp((t - t_b) / tau_m), and is compared with theta s, theta = V_th - V_inf; s is computed once
// per instant. A refractory neuron has u = -inf: inputs leave it there and no comparison succeeds.
// If theta < 0 the neuron is driven: it crosses when s = u / theta, and a window can only bring a crossing if
// u >= theta s(end of window).
//
// Knight (1972) J. Gen. Physiol. 59:734; scaled state: see docs/numerics.md.
struct IafPscDelta {
  static constexpr std::string_view name = "iaf_psc_delta";
  static constexpr std::string_view weight_unit = "mV";
  static constexpr std::string_view doc = "leaky integrate-and-fire, inputs are jumps of the potential; exact";
  static constexpr std::string_view source = "Knight 1972, J. Gen. Physiol. 59:734";

  double tau_m = 10.0;     // ms
  double C_m = 250.0;      // pF
  double E_L = -70.0;      // mV
  double V_th = -55.0;     // mV
  double V_reset = -70.0;  // mV
  double t_ref = 2.0;      // ms
  double I_e = 0.0;        // pA

  static constexpr auto parameter_table() {
    return std::array{
        Parameter<IafPscDelta>{{"tau_m", "ms", {.low = 1e-3, .high = 1e6}, "membrane time constant"}, &IafPscDelta::tau_m},
        Parameter<IafPscDelta>{{"C_m", "pF", any_capacitance, "membrane capacitance"}, &IafPscDelta::C_m},
        Parameter<IafPscDelta>{{"E_L", "mV", any_potential, "resting potential"}, &IafPscDelta::E_L},
        Parameter<IafPscDelta>{{"V_th", "mV", any_potential, "threshold"}, &IafPscDelta::V_th},
        Parameter<IafPscDelta>{{"V_reset", "mV", any_potential, "potential after a spike, below V_th"}, &IafPscDelta::V_reset},
        Parameter<IafPscDelta>{{"t_ref", "ms", {.low = 0.0, .high = 1e6}, "refractory time"}, &IafPscDelta::t_ref},
        Parameter<IafPscDelta>{{"I_e", "pA", any_current, "constant input current"}, &IafPscDelta::I_e},
    };
  }
  void validate() const;
  Delay refractory_time() const { return Delay::from_ms(t_ref); }
  double shortest_time_constant() const { return tau_m; }
  double resistance() const { return tau_m / C_m; }  // GOhm

  class Dynamics;
};

class IafPscDelta::Dynamics {
 public:
  static constexpr bool is_refractory_model = true;
  static constexpr bool signs_alike = true;
  static constexpr std::uint64_t bytes_per_neuron = sizeof(double);
  static constexpr std::uint64_t bytes_per_delivery = 2 * sizeof(double);

  struct Instant {
    double s;             // exp((t - t_b) / tau_m)
    double test_s;        // factor of theta in the test: s, or that of the horizon for driven neurons
    double threshold;     // theta test_s within the tolerance, if all neurons share theta
  };

  Dynamics(const IafPscDelta& model, std::uint32_t neurons);

  struct Instants {
    double s[instants_at_once];
  };

  Instant instant(Time t, Time horizon) {
    rescale_at(t);
    return instant_of(clock_.factor(t), horizon);
  }
  std::size_t instants(const Time* times, std::size_t n, Time, Instants& out) {
    rescale_at(times[0]);
    n = clock_.covered(times, n);
    clock_.factors(times, n, out.s);
    return n;
  }
  Instant instant(const Instants& ahead, std::size_t k, Time horizon) { return instant_of(ahead.s[k], horizon); }

  // The loop of the engine. It waits for u[target] of a random target, which a block keeps in the private cache; the
  // comparison is one branch that is almost never taken. Guarded by benchmarks/delivery_benchmark.cpp.
  template <class Target, class Weights>
  void excite(const Instant& instant, const Target* targets, Weights weights, std::size_t n, Alerts& alerts) {
    if (!own_theta_.empty() || pages_behind_) return excite_own(instant, targets, weights, n, alerts);
    excite_shared(instant, targets, weights, n, alerts);
  }
  template <class Target, class Weights>
  void inhibit(const Instant& instant, const Target* targets, Weights weights, std::size_t n, Alerts&) {
    if (pages_behind_) catch_up(targets, n);
    for (std::size_t j = 0; j < n; ++j) u_[targets[j]] += weights[j] * instant.s;
  }

  template <class Weights>
  std::size_t excite_each(const Instants& ahead, std::size_t first, Time horizon, const SingleInputs<Weights>& inputs,
                          Alerts& alerts) {
    if (driven_ || !own_theta_.empty() || pages_behind_) return excite_each_own(ahead, first, horizon, inputs, alerts);
    double* const u = u_.data();
    const double* const s = ahead.s + first;
    const double theta = test_theta_;
    const Weights weights = inputs.weights;
    std::size_t k = 0;
    for (; k < inputs.n && inputs.times[k] < inputs.before; ++k) {
      const std::uint32_t i = inputs.targets[k];
      const double x = u[i] + weights[k] * s[k];
      u[i] = x;
      if (x >= theta * s[k]) [[unlikely]] {
        alerts.push_back(i);
        return k + 1;
      }
    }
    return k;
  }

  Time attend(std::uint32_t i, Time t, Time horizon);
  void scan(Time t, Time horizon, Alerts& alerts);
  bool scans_windows() const { return driven_; }
  void fire(std::uint32_t i, Time) { u_[i] = -std::numeric_limits<double>::infinity(); }  // attended, so caught up
  void release(std::uint32_t i, Time t);
  void add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t);
  void add_currents(std::uint32_t first, std::span<const double> amplitudes, Time t);

  double value(std::string_view variable, std::uint32_t i, Time t);
  void set_value(std::string_view variable, std::uint32_t i, double value, Time t);
  void freeze_adaptation(bool, Time) {}
  void restart(Time now);

  template <class Archive>
  void serialize(Archive& archive) {
    archive(u_, theta_, own_theta_, clock_, driven_, test_theta_, page_epoch_, pages_behind_);
    end_of_factor_ = Time::never();
  }

 private:
  Instant instant_of(double s, Time horizon) {
    const double test_s = driven_ ? end_factor(horizon) : s;
    return {s, test_s, test_theta_ * test_s};
  }
  double theta(std::uint32_t i) const { return own_theta_.empty() ? theta_ : own_theta_[i]; }
  void choose_test();
  void rescale_at(Time t) {
    if (const std::int64_t passed = clock_.advance(t); passed != 0) [[unlikely]] rescale(passed);
  }
  void rescale(std::int64_t epochs);
  // A block too large to be gone through at every epoch is rescaled page by page, when a neuron of the page is next touched,
  // so that silent neurons cost nothing.
  static constexpr unsigned page_bits = 12;
  static constexpr std::size_t largest_eager_block = 65'536;
  void catch_up(std::uint32_t i) {
    if (pages_behind_ && page_epoch_[i >> page_bits] != clock_.epoch()) [[unlikely]] rescale_page(i >> page_bits);
  }
  template <class Target>
  void catch_up(const Target* targets, std::size_t n) {
    for (std::size_t j = 0; j < n; ++j) {
      __builtin_prefetch(u_.data() + targets[j]);
      catch_up(targets[j]);
    }
  }
  void rescale_page(std::size_t page);
  void rescale_pages();
  double end_factor(Time horizon) {
    if (horizon != end_of_factor_) [[unlikely]] {
      end_of_factor_ = horizon;
      end_factor_ = exp_bounded(clock_.exponent(horizon));
    }
    return end_factor_;
  }
  template <class Target, class Weights>
  void excite_shared(const Instant& instant, const Target* targets, Weights weights, std::size_t n, Alerts& alerts) {
    double* const u = u_.data();
    const double s = instant.s;
    const double threshold = instant.threshold;
    for (std::size_t j = 0; j < n; ++j) {
      const std::uint32_t i = targets[j];
      const double x = u[i] + weights[j] * s;
      u[i] = x;
      if (x >= threshold) [[unlikely]] alerts.push_back(i);
    }
  }
  // Neurons with thresholds or currents of their own (one more load each), or in pages to catch up.
  template <class Target, class Weights>
  void excite_own(const Instant& instant, const Target* targets, Weights weights, std::size_t n,
                  Alerts& alerts) {
    if (pages_behind_) catch_up(targets, n);
    if (own_theta_.empty()) return excite_shared(instant, targets, weights, n, alerts);
    for (std::size_t j = 0; j < n; ++j) {
      const std::uint32_t i = targets[j];
      u_[i] += weights[j] * instant.s;
      if (u_[i] >= reached_from(own_theta_[i] * (own_theta_[i] < 0.0 ? instant.test_s : instant.s))) alerts.push_back(i);
    }
  }

  template <class Weights>
  std::size_t excite_each_own(const Instants& ahead, std::size_t first, Time horizon, const SingleInputs<Weights>& inputs,
                              Alerts& alerts) {
    std::size_t k = 0;
    for (; k < inputs.n && inputs.times[k] < inputs.before && alerts.empty(); ++k)
      excite(instant(ahead, first + k, horizon), inputs.targets + k, ConstantWeight{inputs.weights[k]}, 1, alerts);
    return k;
  }

  IafPscDelta model_;
  ScaledClock clock_;
  std::vector<double> u_;          // scaled V - V_inf, mV
  double theta_;                   // V_th - V_inf, mV ...
  std::vector<double> own_theta_;  // ... or one per neuron, once a current has reached only some of them
  bool driven_ = false;            // some theta < 0
  std::vector<std::int64_t> page_epoch_;  // of a large block: the epoch its pages are in
  bool pages_behind_ = false;             // some may be in an earlier epoch than the clock
  double test_theta_ = 0.0;        // reached_from(theta_)
  Time end_of_factor_ = Time::never();
  double end_factor_ = 1.0;
};

}  // namespace synop
