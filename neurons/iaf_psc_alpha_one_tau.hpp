#pragma once

#include <limits>
#include <vector>

#include "synop/core/scaled_clock.hpp"
#include "synop/neurons/iaf_psc_alpha.hpp"

namespace synop {

// The dynamics of iaf_psc_alpha where both synaptic time constants are equal and well below the membrane's: one current
// I(t) = (I + D t / tau_syn) exp(-t / tau_syn) holds all inputs. A neuron is three numbers and its threshold, an arrival
// three multiply-adds and one comparison.
//
//   V - V_inf = A exp(-t / tau_m) - (k1 I + k2 D + k1 D t / tau_syn) exp(-t / tau_syn)
//   k1 = R tau_syn / (tau_m - tau_syn),   k2 = k1 tau_m / (tau_m - tau_syn)
//
// A is the potential plus all charge still on its way. I and D are kept as j and d, scaled by exp((t - t_b) / tau_syn)
// and with t counted from the origin t_b of the clock, so that I = (j + d x) / s, D = d / s, x = (t - t_b) / tau_syn: an
// input w at x adds w e s to d and -w e s x to j.
//
// While V_inf < V_th nothing can cross before the next input unless A + k2 max(0, -D) >= V_th - V_inf (proof in
// docs/numerics.md). Those that pass are tested again with may_cross(), still without an exponential.
struct IafPscAlphaOneTau : IafPscAlpha {
  explicit IafPscAlphaOneTau(std::vector<IafPscAlpha> models) : IafPscAlpha(models.front()), neurons(std::move(models)) {}
  // Neurons may differ in potentials and I_e. The modes cancel as (1 - tau_syn / tau_m)^2; from 1 in 100 on they would
  // cost digits that a tick needs.
  static bool covers(const std::vector<IafPscAlpha>& neurons);

  std::vector<IafPscAlpha> neurons;  // one for all, or one for each

  class Dynamics;
};

class IafPscAlphaOneTau::Dynamics {
 public:
  struct alignas(32) Neuron {
    double a;      // scaled A, mV; -inf while refractory
    double j;      // scaled I as it was at the clock's origin, pA
    double d;      // scaled D, pA
    double theta;  // V_th - V_inf in mV, lowered by the tolerance of the test
  };

  static constexpr bool is_refractory_model = true;
  static constexpr bool signs_alike = true;
  static constexpr std::uint64_t bytes_per_neuron = sizeof(Neuron) + sizeof(double);
  static constexpr std::uint64_t bytes_per_delivery = 2 * sizeof(Neuron);

  struct Instant {
    double to_a, to_j, to_d;  // from a weight
    double s_m, s, x;
    double hold;              // k2 s_m / s
    double span;              // ms to the horizon
  };
  struct Instants {
    double m[instants_at_once];
    double syn[instants_at_once];
    const Time* times;
  };

  Dynamics(const IafPscAlphaOneTau& model, std::uint32_t neurons);

  Instant instant(Time t, Time horizon) {
    rescale_at(t);
    return instant_of(t, membrane_.factor(t), synaptic_.factor(t), horizon);
  }
  std::size_t instants(const Time* times, std::size_t n, Time, Instants& out) {
    rescale_at(times[0]);
    n = synaptic_.covered(times, membrane_.covered(times, n));
    membrane_.factors(times, n, out.m);
    synaptic_.factors(times, n, out.syn);
    out.times = times;
    return n;
  }
  Instant instant(const Instants& ahead, std::size_t k, Time horizon) {
    return instant_of(ahead.times[k], ahead.m[k], ahead.syn[k], horizon);
  }

  // One 32-byte load, multiply-add and store and one comparison per synapse. The processor waits for the neuron of a
  // random target; a block's neurons stay in the private cache. Guarded by benchmarks/delivery_benchmark.cpp.
  template <class Target, class Weights>
  void excite(const Instant& f, const Target* targets, Weights weights, std::size_t n, Alerts& alerts) {
    Four* const neurons = fours();
    const Four to{f.to_a, f.to_j, f.to_d, 0.0};
    const double hold = f.hold, s_m = f.s_m;
    const bool driven = driven_;
    for (std::size_t k = 0; k < n; ++k) {
      const double w = weights[k];
      const Four x = neurons[targets[k]] + to * Four{w, w, w, w};
      neurons[targets[k]] = x;
      if (driven || x[0] + std::max(-x[2] * hold, 0.0) >= x[3] * s_m) [[unlikely]] look_at(targets[k], f, alerts);
    }
  }
  // Inhibition never brings a crossing nearer; a predicted one is evaluated again when it comes due.
  template <class Target, class Weights>
  void inhibit(const Instant& f, const Target* targets, Weights weights, std::size_t n, Alerts&) {
    Four* const neurons = fours();
    const Four to{f.to_a, f.to_j, f.to_d, 0.0};
    for (std::size_t k = 0; k < n; ++k) {
      const double w = weights[k];
      neurons[targets[k]] += to * Four{w, w, w, w};
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
  void release(std::uint32_t i, Time t) { set_potential(i, of(i).V_reset, t); }
  void add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t);

  double value(std::string_view variable, std::uint32_t i, Time t);  // "V_m", "I_syn"
  void set_value(std::string_view variable, std::uint32_t i, double value, Time t);
  void freeze_adaptation(bool, Time) {}
  void restart(Time now);

  template <class Archive>
  void serialize(Archive& archive) {
    archive(neurons_, v_inf_, membrane_, synaptic_, driven_);
  }

 private:
  typedef double Four __attribute__((vector_size(32), may_alias));
  struct State {
    double v;  // V - V_inf, mV; -inf while refractory
    SynapticCurrent current;
  };

  Four* fours() { return reinterpret_cast<Four*>(neurons_.data()); }
  const IafPscAlpha& of(std::uint32_t i) const { return models_[models_.size() == 1 ? 0 : i]; }
  void rescale_at(Time t) {
    if (!membrane_.covers(t) || !synaptic_.covers(t)) [[unlikely]] rescale(t);
  }
  void rescale(Time t);
  Instant instant_of(Time t, double s_m, double s, Time horizon) const {
    constexpr double e = 2.718281828459045235;
    const double x = synaptic_.exponent(t);
    return {e * k2_ * s_m, -e * s * x, e * s, s_m, s, x, k2_ * s_m / s, driven_ ? (horizon - t).ms() : 0.0};
  }
  // Of the neurons that passed the first bound.
  void look_at(std::uint32_t i, const Instant& f, Alerts& alerts) const {
    const State now = state(neurons_[i], f);
    if (may_cross(now.v, now.current, neurons_[i].theta, rates_, f.span)) alerts.push_back(i);
  }
  State state(const Neuron& x, const Instant& f) const {
    const SynapticCurrent current{(x.j + x.d * f.x) / f.s, x.d / f.s};
    return {x.a / f.s_m - k1_ * current.I - k2_ * current.D, current};
  }
  void set_potential(std::uint32_t i, double V, Time t);
  void set_resting_potential(std::uint32_t i, double v_inf);
  void find_driven();

  std::vector<IafPscAlpha> models_;
  double k1_, k2_;  // GOhm
  MembraneRates rates_;
  ScaledClock membrane_;
  ScaledClock synaptic_;
  std::vector<Neuron> neurons_;
  std::vector<double> v_inf_;  // mV; apart, because only the slow path needs it
  bool driven_ = false;        // some theta <= 0
};

}  // namespace synop
