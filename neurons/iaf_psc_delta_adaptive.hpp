#pragma once

#include <array>
#include <limits>
#include <span>
#include <string_view>

#include "synop/core/neuron_block.hpp"
#include "synop/core/scaled_clock.hpp"
#include "synop/core/threshold.hpp"

namespace synop {

// iaf_psc_delta whose threshold rises with every spike and falls back slowly.
//
//   tau_m dV/dt = -(V - E_L) + R I;   V += w at an input of weight w (mV)
//   V >= V_th + theta: a spike, V = V_reset for t_ref, theta += theta_plus
//   tau_theta dtheta/dt = -theta
//
// Exact. V - V_inf and theta are kept scaled by their own exponentials. While V_inf < V_th and tau_theta >= tau_m the
// threshold never comes down upon the potential faster than the potential falls, so crossings happen at inputs only
// (proof in docs/numerics.md). Otherwise neurons are searched once per window and crossings predicted.
//
// Zhang & Linden (2003) Nat. Rev. Neurosci. 4:885 (intrinsic plasticity); Diehl & Cook (2015) Front. Comput. Neurosci.
// 9:99, where theta makes the neurons of a winner-take-all population share the work.
struct IafPscDeltaAdaptive {
  static constexpr std::string_view name = "iaf_psc_delta_adaptive";
  static constexpr std::string_view weight_unit = "mV";
  static constexpr std::string_view doc = "iaf_psc_delta with a threshold that spikes raise and that decays; exact";
  static constexpr std::string_view source = "Diehl & Cook 2015, Front. Comput. Neurosci. 9:99";

  double tau_m = 10.0;      // ms
  double C_m = 250.0;       // pF
  double E_L = -70.0;       // mV
  double V_th = -55.0;      // mV
  double V_reset = -70.0;   // mV
  double t_ref = 2.0;       // ms
  double I_e = 0.0;         // pA
  double theta_plus = 0.05; // mV
  double tau_theta = 1e7;   // ms

  static constexpr auto parameter_table() {
    using M = IafPscDeltaAdaptive;
    using P = Parameter<M>;
    return std::array{
        P{{"tau_m", "ms", {.low = 1e-3, .high = 1e6}, "membrane time constant"}, &M::tau_m},
        P{{"C_m", "pF", any_capacitance, "membrane capacitance"}, &M::C_m},
        P{{"E_L", "mV", any_potential, "resting potential"}, &M::E_L},
        P{{"V_th", "mV", any_potential, "threshold before adaptation"}, &M::V_th},
        P{{"V_reset", "mV", any_potential, "potential after a spike, below V_th"}, &M::V_reset},
        P{{"t_ref", "ms", {.low = 0.0, .high = 1e6}, "refractory time"}, &M::t_ref},
        P{{"I_e", "pA", any_current, "constant input current"}, &M::I_e},
        P{{"theta_plus", "mV", {.low = 0.0, .high = any_potential.high}, "rise of the threshold at a spike"}, &M::theta_plus},
        P{{"tau_theta", "ms", {.low = 1e-3, .high = 1e9}, "decay of the risen threshold"}, &M::tau_theta},
    };
  }
  void validate() const;
  Delay refractory_time() const { return Delay::from_ms(t_ref); }
  double shortest_time_constant() const { return std::min(tau_m, tau_theta); }
  double resistance() const { return tau_m / C_m; }  // GOhm

  class Dynamics;
};

class IafPscDeltaAdaptive::Dynamics {
 public:
  static constexpr bool is_refractory_model = true;
  static constexpr std::uint64_t bytes_per_neuron = 4 * sizeof(double);
  static constexpr std::uint64_t bytes_per_delivery = 4 * sizeof(double);

  // A neuron is attended if max(u, u late) - theta theta_bound >= gap base_bound.
  struct Instant {
    double s;
    double late, theta_bound, gap_bound;
  };

  Dynamics(const IafPscDeltaAdaptive& model, std::uint32_t neurons);

  Instant instant(Time t, Time horizon);

  template <class Target, class Weights>
  void excite(const Instant& f, const Target* targets, Weights weights, std::size_t n, Alerts& alerts) {
    double* const u = u_.data();
    const double* const theta = theta_.data();
    const double* const gap = gap_.data();
    for (std::size_t j = 0; j < n; ++j) {
      const std::uint32_t i = targets[j];
      const double x = u[i] + weights[j] * f.s;
      u[i] = x;
      if (std::max(x, x * f.late) - theta[i] * f.theta_bound >= gap[i] * f.gap_bound) [[unlikely]] alerts.push_back(i);
    }
  }
  void excite_range(const Instant& f, std::uint32_t first, StoredWeights<float> weights, std::size_t n, Alerts& alerts);
  template <class Target, class Weights>
  void inhibit(const Instant& f, const Target* targets, Weights weights, std::size_t n, Alerts&) {
    for (std::size_t j = 0; j < n; ++j) u_[targets[j]] += weights[j] * f.s;
  }

  Time attend(std::uint32_t i, Time t, Time horizon);
  void scan(Time t, Time horizon, Alerts& alerts);
  bool scans_windows() const { return driven_; }
  void fire(std::uint32_t i, Time t);
  void release(std::uint32_t i, Time t);
  void add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t);
  void add_currents(std::uint32_t first, std::span<const double> amplitudes, Time t);

  double value(std::string_view variable, std::uint32_t i, Time t);  // "V_m", "theta"
  void set_value(std::string_view variable, std::uint32_t i, double value, Time t);
  void freeze_adaptation(bool frozen, Time now);
  void restart(Time now);

  template <class Archive>
  void serialize(Archive& archive) {
    archive(u_, theta_, gap_, v_inf_, membrane_, slow_, frozen_, driven_);
  }

 private:
  void rescale_at(Time t);
  double theta_factor(Time t) { return frozen_ ? 1.0 : slow_.factor(t); }
  double potential(std::uint32_t i, Time t) { return u_[i] / membrane_.factor(t); }  // V - V_inf
  void set_resting_potential(std::uint32_t i, double v_inf);
  void choose_mode();

  IafPscDeltaAdaptive model_;
  ScaledClock membrane_;
  ScaledClock slow_;
  std::vector<double> u_;      // scaled V - V_inf, mV; -inf while refractory
  std::vector<double> theta_;  // scaled theta, mV; as it is while frozen
  std::vector<double> gap_;    // V_th - V_inf in mV, lowered by the tolerance of the test
  std::vector<double> v_inf_;  // mV
  bool frozen_ = false;
  bool driven_ = false;        // a crossing may happen without input
};

}  // namespace synop
