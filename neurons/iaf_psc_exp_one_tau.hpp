#pragma once

#include <vector>

#include "synop/neurons/iaf_psc_exp.hpp"

namespace synop {

// The dynamics of iaf_psc_exp where both synaptic time constants are equal and shorter than the membrane's: excitatory
// and inhibitory currents decay alike, so one mode holds their sum I. A neuron is two numbers, an arrival one
// multiply-add of both and one comparison.
//
//   V - V_inf = A exp(-t / tau_m) - k I exp(-t / tau_syn),   k = R tau_syn / (tau_m - tau_syn)
//
// While V_inf < V_th nothing can cross before the next input unless A >= V_th - V_inf (proof in docs/numerics.md).
struct IafPscExpOneTau : IafPscExp {
  explicit IafPscExpOneTau(const IafPscExp& model) : IafPscExp(model) {}
  static bool covers(const IafPscExp& model) {
    return model.tau_syn_ex == model.tau_syn_in && model.tau_syn_ex < model.tau_m;
  }

  class Dynamics;
};

class IafPscExpOneTau::Dynamics {
 public:
  struct alignas(16) Neuron {
    double a;  // scaled A, mV; -inf while refractory
    double i;  // scaled I, pA
  };

  static constexpr bool is_refractory_model = true;
  static constexpr bool signs_alike = true;
  static constexpr std::uint64_t bytes_per_neuron = sizeof(Neuron);
  static constexpr std::uint64_t bytes_per_delivery = 2 * sizeof(Neuron);

  // How a weight enters the modes, and the bound
  //   a >= theta s   or, where some neuron is driven,   max(a, a late) + max(-now i, -end i) >= theta s_end.
  struct Instant {
    double to_a, to_i;
    double threshold;  // theta s or theta s_end, if all neurons share theta
    double s;          // s or s_end
    double late, now, end;
  };
  struct Instants {
    double m[instants_at_once];
    double syn[instants_at_once];
  };

  Dynamics(const IafPscExpOneTau& model, std::uint32_t neurons);

  Instant instant(Time t, Time horizon) {
    rescale_at(t);
    return instant_of(membrane_.factor(t), synaptic_.factor(t), horizon);
  }
  std::size_t instants(const Time* times, std::size_t n, Time, Instants& out) {
    rescale_at(times[0]);
    n = synaptic_.covered(times, membrane_.covered(times, n));
    membrane_.factors(times, n, out.m);
    synaptic_.factors(times, n, out.syn);
    return n;
  }
  Instant instant(const Instants& ahead, std::size_t k, Time horizon) {
    return instant_of(ahead.m[k], ahead.syn[k], horizon);
  }

  // One 16-byte load, multiply-add and store and one comparison per synapse. The processor waits for the neuron of a
  // random target; a block's neurons stay in the private cache.
  template <class Target, class Weights>
  void excite(const Instant& f, const Target* targets, Weights weights, std::size_t n, Alerts& alerts) {
    if (driven_ || !own_theta_.empty()) return excite_own(f, targets, weights, n, alerts);
    Pair* const neurons = pairs();
    const Pair to{f.to_a, f.to_i};
    const double threshold = f.threshold;
    for (std::size_t j = 0; j < n; ++j) {
      const double w = weights[j];
      const Pair x = neurons[targets[j]] + to * Pair{w, w};
      neurons[targets[j]] = x;
      if (x[0] >= threshold) [[unlikely]] alerts.push_back(targets[j]);
    }
  }
  // Inhibition never brings a crossing nearer; a predicted one is evaluated again when it comes due.
  template <class Target, class Weights>
  void inhibit(const Instant& f, const Target* targets, Weights weights, std::size_t n, Alerts&) {
    Pair* const neurons = pairs();
    const Pair to{f.to_a, f.to_i};
    for (std::size_t j = 0; j < n; ++j) {
      const double w = weights[j];
      neurons[targets[j]] += to * Pair{w, w};
    }
  }
  template <class Weights>
  std::size_t excite_each(const Instants& ahead, std::size_t first, Time horizon, const SingleInputs<Weights>& inputs,
                          Alerts& alerts) {
    if (driven_ || !own_theta_.empty()) return excite_each_own(ahead, first, horizon, inputs, alerts);
    Pair* const neurons = pairs();
    const double* const m = ahead.m + first;
    const double* const syn = ahead.syn + first;
    const Weights weights = inputs.weights;
    const double theta = reached_from(theta_);
    constexpr std::size_t ahead_of_drive = 16;
    std::size_t k = 0;
    for (; k < inputs.n && inputs.times[k] < inputs.before; ++k) {
      const std::uint32_t i = inputs.targets[k];
      __builtin_prefetch(neurons + inputs.targets[std::min(k + ahead_of_drive, inputs.n - 1)]);
      const double w = weights[k];
      const Pair x = neurons[i] + Pair{k_ * m[k], syn[k]} * Pair{w, w};
      neurons[i] = x;
      if (x[0] >= theta * m[k]) [[unlikely]] {
        alerts.push_back(i);
        return k + 1;
      }
    }
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
    archive(neurons_, theta_, own_theta_, membrane_, synaptic_, driven_);
    end_of_factors_ = Time::never();
  }

 private:
  typedef double Pair __attribute__((vector_size(16), may_alias));

  Pair* pairs() { return reinterpret_cast<Pair*>(neurons_.data()); }
  double theta(std::uint32_t i) const { return own_theta_.empty() ? theta_ : own_theta_[i]; }
  double v_inf(std::uint32_t i) const { return model_.V_th - theta(i); }
  void rescale_at(Time t) {
    if (!membrane_.covers(t) || !synaptic_.covers(t)) [[unlikely]] rescale(t);
  }
  void rescale(Time t);
  void update_end_factors(Time horizon);
  void find_driven();
  bool passes(const Neuron& x, double theta, const Instant& f) const {
    return std::max(x.a, x.a * f.late) + std::max(-f.now * x.i, -f.end * x.i) >= reached_from(theta) * f.s;
  }
  Instant instant_of(double m, double syn, Time horizon) {
    Instant f{k_ * m, syn, reached_from(theta_) * m, m, 1.0, 0.0, 0.0};
    if (!driven_) return f;
    update_end_factors(horizon);
    f.s = end_m_;
    f.threshold = reached_from(theta_) * end_m_;
    f.late = end_m_ / m;
    f.now = k_ * end_m_ / syn;
    f.end = k_ * end_m_ / end_syn_;
    return f;
  }
  void set_potential(std::uint32_t i, double V, Time t);
  static bool any_passes(const Neuron* neurons, std::size_t n, double threshold, const Instant& f);

  template <class Target, class Weights>
  void excite_own(const Instant& f, const Target* targets, Weights weights, std::size_t n, Alerts& alerts) {
    for (std::size_t j = 0; j < n; ++j) {
      Neuron& x = neurons_[targets[j]];
      x.a += weights[j] * f.to_a;
      x.i += weights[j] * f.to_i;
      const double th = theta(targets[j]);
      if (driven_ ? passes(x, th, f) : x.a >= reached_from(th * f.s)) [[unlikely]] alerts.push_back(targets[j]);
    }
  }
  template <class Weights>
  std::size_t excite_each_own(const Instants& ahead, std::size_t first, Time horizon, const SingleInputs<Weights>& inputs,
                              Alerts& alerts) {
    std::size_t k = 0;
    for (; k < inputs.n && inputs.times[k] < inputs.before && alerts.empty(); ++k)
      excite_own(instant(ahead, first + k, horizon), inputs.targets + k, ConstantWeight{inputs.weights[k]}, 1, alerts);
    return k;
  }

  IafPscExp model_;
  double k_;  // GOhm
  ScaledClock membrane_;
  ScaledClock synaptic_;
  std::vector<Neuron> neurons_;
  double theta_ = 0.0;             // V_th - V_inf, mV ...
  std::vector<double> own_theta_;  // ... or one per neuron, once a current has reached only some of them
  bool driven_ = false;            // some theta <= 0
  Time end_of_factors_ = Time::never();
  double end_m_ = 1.0, end_syn_ = 1.0;  // factors at the horizon
};

}  // namespace synop
