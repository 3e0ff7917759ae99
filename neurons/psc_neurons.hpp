#pragma once

#include <algorithm>
#include <limits>
#include <string_view>
#include <vector>

#include "synop/core/neuron_block.hpp"
#include "synop/core/threshold.hpp"
#include "synop/neurons/psc_course.hpp"

namespace synop {

enum class PscShape { exponential, alpha };

// What the dynamics need of one neuron; symbols and units as in iaf_psc_alpha.
struct PscParameters {
  double tau_m = 0.0, C_m = 0.0, tau_syn_ex = 0.0, tau_syn_in = 0.0;  // ms, pF
  double E_L = 0.0, V_th = 0.0, V_reset = 0.0, I_e = 0.0;             // mV, pA
  Delay t_ref;
};

template <class Model>
std::vector<PscParameters> psc_parameters(const std::vector<Model>& neurons) {
  std::vector<PscParameters> parameters;
  parameters.reserve(neurons.size());
  for (const Model& n : neurons)
    parameters.push_back({n.tau_m, n.C_m, n.tau_syn_ex, n.tau_syn_in, n.E_L, n.V_th, n.V_reset, n.I_e, n.refractory_time()});
  return parameters;
}

// The dynamics of integrate-and-fire neurons with synaptic currents for any time constants, equal, close or far apart,
// common to all neurons or each neuron's own. Neurons have no common factor here, so each keeps its state at its last
// event, and a delivery moves it by three exponentials.
//
// A neuron is attended only if it may cross (may_cross()): before the next excitatory input (theta > 0) or before the
// horizon (theta <= 0). Proofs: docs/numerics.md.
class PscNeurons {
 public:
  struct Neuron {
    double v;  // V - V_inf at `since`, mV; -inf while refractory
    Time since;
    SynapticCurrent ex, in;  // pA, at `since`
  };
  // Derived from the parameters.
  struct Membrane {
    double rate_m;  // 1/ms
    Receptor ex, in;
    double per_C_m;         // 1/pF
    double from_weight;     // from a weight to I or D
    double v_inf;           // mV
    double theta, reached;  // V_th - V_inf in mV, and lowered by the tolerance of the test
  };

  static constexpr bool is_refractory_model = true;
  static constexpr std::uint64_t bytes_per_neuron = sizeof(Neuron) + sizeof(Membrane);
  static constexpr std::uint64_t bytes_per_delivery = 2 * sizeof(Neuron) + sizeof(Membrane);

  struct Instant {
    Time t;
    double span;  // ms to the horizon
  };

  // One set of parameters for all neurons, or one for each.
  PscNeurons(std::string_view name, PscShape shape, std::vector<PscParameters> parameters, std::uint32_t neurons);

  Instant instant(Time t, Time horizon) const { return {t, (horizon - t).ms()}; }

  // Three exponentials per synapse; those of a group do not wait for each other. Guarded by benchmarks/delivery_benchmark.cpp.
  template <class Target, class Weights>
  void excite(const Instant& now, const Target* targets, Weights weights, std::size_t n, Alerts& alerts) {
    for (std::size_t j = 0; j < n; ++j) {
      const std::uint32_t i = targets[j];
      Neuron& x = neurons_[i];
      const Membrane& m = membranes_[i];
      move(x, m, now.t);
      input(x.ex, weights[j] * m.from_weight);
      if (may_cross(x, m, now.span)) alerts.push_back(i);
    }
  }
  // Inhibition never brings a crossing nearer; a predicted one is evaluated again when it comes due.
  template <class Target, class Weights>
  void inhibit(const Instant& now, const Target* targets, Weights weights, std::size_t n, Alerts&) {
    for (std::size_t j = 0; j < n; ++j) {
      const std::uint32_t i = targets[j];
      move(neurons_[i], membranes_[i], now.t);
      input(neurons_[i].in, weights[j] * membranes_[i].from_weight);
    }
  }

  Time attend(std::uint32_t i, Time t, Time horizon) const;
  void scan(Time t, Time horizon, Alerts& alerts);
  bool scans_windows() const { return !driven_.empty(); }
  Delay refractory_time(std::uint32_t i) const { return of(i).t_ref; }
  void fire(std::uint32_t i, Time t);
  void release(std::uint32_t i, Time t);
  void add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t);

  double value(std::string_view variable, std::uint32_t i, Time t) const;  // "V_m", "I_syn_ex", "I_syn_in"
  void set_value(std::string_view variable, std::uint32_t i, double value, Time t);
  void freeze_adaptation(bool, Time) {}
  void restart(Time now);

  template <class Archive>
  void serialize(Archive& archive) {
    archive(neurons_, v_inf_, driven_, all_unknown_);
    for (std::uint32_t i = 0; i < v_inf_.size(); ++i) set_resting_potential(i, v_inf_[i]);
  }

 private:
  static constexpr double refractory = -std::numeric_limits<double>::infinity();

  // To t >= since. What is not there costs nothing.
  static void move(Neuron& x, const Membrane& m, Time t) {
    const double h = (t - x.since).ms();
    if (h == 0.0) return;
    x.since = t;
    const double of_m = faded(h * m.rate_m);
    double charge = 0.0;
    const auto pass = [&](SynapticCurrent& current, const Receptor& receptor) {
      if (current.I == 0.0 && current.D == 0.0) return;
      const double of_syn = faded(h * receptor.rate);
      charge += held_charge(current, receptor, h, of_m, of_syn);
      current = later(current, receptor, h, of_syn);
      if (std::abs(current.I) + std::abs(current.D) < negligible_state) current = {};
    };
    pass(x.ex, m.ex);
    pass(x.in, m.in);
    x.v = x.v * of_m + charge * m.per_C_m;
  }
  void input(SynapticCurrent& current, double amount) const {
    (shape_ == PscShape::alpha ? current.D : current.I) += amount;
  }
  static bool may_cross(const Neuron& x, const Membrane& m, double span) {
    return synop::may_cross(x.v, x.ex, m.reached, {m.rate_m, m.ex.rate, m.per_C_m}, span);
  }
  Neuron moved(std::uint32_t i, Time t) const {
    Neuron x = neurons_[i];
    move(x, membranes_[i], t);
    return x;
  }
  const PscParameters& of(std::uint32_t i) const { return parameters_[parameters_.size() == 1 ? 0 : i]; }
  void set_resting_potential(std::uint32_t i, double v_inf);
  void list_driven();

  std::string_view name_;
  PscShape shape_;
  std::vector<PscParameters> parameters_;
  std::vector<Neuron> neurons_;
  std::vector<Membrane> membranes_;
  std::vector<double> v_inf_;          // mV
  std::vector<std::uint32_t> driven_;  // those with V_inf >= V_th
  bool all_unknown_ = true;            // potentials were set from outside: the next scan looks at every neuron
};

}  // namespace synop
