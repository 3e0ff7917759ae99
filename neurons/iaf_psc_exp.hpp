#pragma once

#include <array>
#include <limits>
#include <span>
#include <string_view>

#include "synop/core/neuron_block.hpp"
#include "synop/core/scaled_clock.hpp"
#include "synop/core/threshold.hpp"

namespace synop {

// Leaky integrate-and-fire neuron with exponential synaptic currents (name and symbols: NEST).
//
//   tau_m dV/dt = -(V - E_L) + R (I_ex + I_in + I),   R = tau_m / C_m
//   tau_syn_x dI_x/dt = -I_x;   I_x += w at an input of weight w (pA): excitatory if w >= 0, else inhibitory
//   V >= V_th: a spike, then V = V_reset for t_ref, while the currents go on
//
// Exact: in its eigenmodes V = V_inf + A - k_ex I_ex - k_in I_in with k_x = R tau_syn_x / (tau_m - tau_syn_x). A decays
// with tau_m alone; it is the potential plus all charge still on its way. Each mode is kept scaled by its own
// exponential, so between events nothing changes and an arrival is two multiply-adds. Equal time constants have the
// limit form -k_x I_x -> R I_x t / tau_m.
//
// Only a neuron that passes a bound on its future potential takes the slow path, which finds the exact crossing
// (neurons/detail/crossing.hpp). Bounds and proofs: docs/numerics.md.
//
// Tsodyks, Uziel & Markram (2000) J. Neurosci. 20:RC50; Rotter & Diesmann (1999) Biol. Cybern. 81:381.
struct IafPscExp {
  static constexpr std::string_view name = "iaf_psc_exp";
  static constexpr std::string_view weight_unit = "pA";
  static constexpr std::string_view doc = "leaky integrate-and-fire, exponential synaptic currents; exact";
  static constexpr std::string_view source = "Rotter & Diesmann 1999, Biol. Cybern. 81:381";

  double tau_m = 10.0;       // ms
  double C_m = 250.0;        // pF
  double tau_syn_ex = 2.0;   // ms
  double tau_syn_in = 2.0;   // ms
  double E_L = -70.0;        // mV
  double V_th = -55.0;       // mV
  double V_reset = -70.0;    // mV
  double t_ref = 2.0;        // ms
  double I_e = 0.0;          // pA

  static constexpr auto parameter_table() {
    using P = Parameter<IafPscExp>;
    constexpr Range time_constant{.low = 1e-3, .high = 1e6};
    return std::array{
        P{{"tau_m", "ms", time_constant, "membrane time constant"}, &IafPscExp::tau_m},
        P{{"C_m", "pF", any_capacitance, "membrane capacitance"}, &IafPscExp::C_m},
        P{{"tau_syn_ex", "ms", time_constant, "decay of excitatory currents"}, &IafPscExp::tau_syn_ex},
        P{{"tau_syn_in", "ms", time_constant, "decay of inhibitory currents"}, &IafPscExp::tau_syn_in},
        P{{"E_L", "mV", any_potential, "resting potential"}, &IafPscExp::E_L},
        P{{"V_th", "mV", any_potential, "threshold"}, &IafPscExp::V_th},
        P{{"V_reset", "mV", any_potential, "potential after a spike, below V_th"}, &IafPscExp::V_reset},
        P{{"t_ref", "ms", {.low = 0.0, .high = 1e6}, "refractory time"}, &IafPscExp::t_ref},
        P{{"I_e", "pA", any_current, "constant input current"}, &IafPscExp::I_e},
    };
  }
  void validate() const;
  Delay refractory_time() const { return Delay::from_ms(t_ref); }
  double shortest_time_constant() const { return std::min({tau_m, tau_syn_ex, tau_syn_in}); }
  double resistance() const { return tau_m / C_m; }  // GOhm
  std::unique_ptr<Block> make_block(BlockRequest request) const;  // with the fastest dynamics that holds

  class Dynamics;  // any time constants
};

class IafPscExp::Dynamics {
 public:
  struct Neuron {
    double a;      // scaled A, mV; -inf while refractory
    double ex;     // scaled I_ex, pA
    double in;     // scaled I_in, pA
    double theta;  // V_th - V_inf in mV, lowered by the tolerance of the test
  };

  static constexpr bool is_refractory_model = true;
  static constexpr bool signs_alike = false;
  static constexpr std::uint64_t bytes_per_neuron = sizeof(Neuron) + sizeof(double);
  static constexpr std::uint64_t bytes_per_delivery = 2 * sizeof(Neuron);

  // All in terms of one instant: how a weight enters the modes, and the bound
  //   max(a, a late) + ex_bound ex + in_bound in >= theta_bound theta   or, where tau_syn_ex >= tau_m,
  //   v + share max(0, drive - v) >= theta,  v = a_v a + ex_v ex + in_v in,  drive = drive_v ex.
  struct Instant {
    double ex_to_a, ex_to_ex;
    double in_to_a, in_to_in;
    double late, ex_bound, in_bound, theta_bound;
    double a_v, ex_v, in_v, drive_v, share;
  };

  Dynamics(const IafPscExp& model, std::uint32_t neurons);

  struct Instants {
    double m[instants_at_once];
    double ex[instants_at_once];
    double in[instants_at_once];
    const Time* times;
  };

  Instant instant(Time t, Time horizon) {
    rescale_at(t);
    return instant_of(t, membrane_.factor(t), excitatory_.factor(t), inhibitory_.factor(t), horizon);
  }
  std::size_t instants(const Time* times, std::size_t n, Time, Instants& out);
  Instant instant(const Instants& ahead, std::size_t k, Time horizon) {
    return instant_of(ahead.times[k], ahead.m[k], ahead.ex[k], ahead.in[k], horizon);
  }

  // One 32-byte load and store, two multiply-adds and one comparison of a bound per synapse. The processor waits for
  // the neuron of a random target; a block's neurons (128 kB) stay in the private cache.
  template <class Target, class Weights>
  void excite(const Instant& f, const Target* targets, Weights weights, std::size_t n, Alerts& alerts) {
    if (slow_synapse_) return excite_slow_synapse(f, targets, weights, n, alerts);
    Neuron* const neurons = neurons_.data();
    const double to_a = f.ex_to_a, to_ex = f.ex_to_ex, late = f.late, ex_bound = f.ex_bound, in_bound = f.in_bound,
                 theta_bound = f.theta_bound;
    for (std::size_t j = 0; j < n; ++j) {
      Neuron& x = neurons[targets[j]];
      const double w = weights[j];
      const double a = x.a + w * to_a;
      const double ex = x.ex + w * to_ex;
      x.a = a;
      x.ex = ex;
      if (std::max(a, a * late) + ex_bound * ex + in_bound * x.in >= theta_bound * x.theta) [[unlikely]]
        alerts.push_back(targets[j]);
    }
  }
  // Inhibition never brings a crossing nearer; a predicted one is evaluated again when it comes due.
  template <class Target, class Weights>
  void inhibit(const Instant& f, const Target* targets, Weights weights, std::size_t n, Alerts&) {
    for (std::size_t j = 0; j < n; ++j) {
      Neuron& x = neurons_[targets[j]];
      x.a += weights[j] * f.in_to_a;
      x.in += weights[j] * f.in_to_in;
    }
  }

  template <class Weights>
  std::size_t excite_each(const Instants& ahead, std::size_t first, Time horizon, const SingleInputs<Weights>& inputs,
                          Alerts& alerts) {
    std::size_t k = 0;
    for (; k < inputs.n && inputs.times[k] < inputs.before && alerts.empty(); ++k)
      excite(instant(ahead, first + k, horizon), inputs.targets + k, ConstantWeight{inputs.weights[k]}, 1, alerts);
    return k;
  }

  Time attend(std::uint32_t i, Time t, Time horizon);
  void scan(Time t, Time horizon, Alerts& alerts);
  bool scans_windows() const { return driven_; }
  void fire(std::uint32_t i, Time) { neurons_[i].a = -std::numeric_limits<double>::infinity(); }
  void release(std::uint32_t i, Time t) { set_potential(i, model_.V_reset, t); }
  void add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t);
  void add_currents(std::uint32_t first, std::span<const double> amplitudes, Time t);

  double value(std::string_view variable, std::uint32_t i, Time t);
  void set_value(std::string_view variable, std::uint32_t i, double value, Time t);
  void freeze_adaptation(bool, Time) {}
  void restart(Time now);

  template <class Archive>
  void serialize(Archive& archive) {
    archive(neurons_, v_inf_, membrane_, excitatory_, inhibitory_, driven_);
    end_of_factors_ = Time::never();
  }

 private:
  // Contribution of one synaptic mode to V: coefficient(t) * scaled current.
  struct Mode {
    bool equal = false;  // tau_syn == tau_m: the limit form
    double k = 0.0;      // R tau_syn / (tau_m - tau_syn), GOhm
  };

  void rescale_at(Time t);
  void update_end_factors(Time horizon);
  double to_a(const Mode& mode, double s_m, double s_syn, Time t) const;
  double coefficient(const Mode& mode, double s_syn, double s_m, Time t) const;
  double potential(const Neuron& x, Time t);  // V - V_inf
  void set_potential(std::uint32_t i, double V, Time t);
  void set_resting_potential(std::uint32_t i, double v_inf);
  Instant instant_of(Time t, double s_m, double s_ex, double s_in, Time horizon);
  bool passes(const Neuron& x, const Instant& f) const;
  static bool any_passes(const Neuron* neurons, std::size_t n, const Instant& f);

  template <class Target, class Weights>
  void excite_slow_synapse(const Instant& f, const Target* targets, Weights weights, std::size_t n,
                           Alerts& alerts) {
    for (std::size_t j = 0; j < n; ++j) {
      Neuron& x = neurons_[targets[j]];
      x.a += weights[j] * f.ex_to_a;
      x.ex += weights[j] * f.ex_to_ex;
      if (passes(x, f)) alerts.push_back(targets[j]);
    }
  }

  IafPscExp model_;
  Mode ex_;
  Mode in_;
  bool slow_synapse_;  // tau_syn_ex >= tau_m: the bound of the eigenmodes does not hold, another one does
  ScaledClock membrane_;
  ScaledClock excitatory_;
  ScaledClock inhibitory_;
  std::vector<Neuron> neurons_;
  std::vector<double> v_inf_;  // mV; apart, because only the slow path needs it
  bool driven_ = false;  // some theta <= 0
  Time end_of_factors_ = Time::never();
  double end_m_ = 1.0, end_ex_ = 1.0, end_in_ = 1.0;  // factors at the horizon
};

}  // namespace synop
