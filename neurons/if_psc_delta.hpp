#pragma once

#include <array>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "synop/core/neuron_block.hpp"
#include "synop/core/threshold.hpp"
#include "synop/core/varied_population.hpp"

namespace synop {

// Perfect (non-leaky) integrate-and-fire neuron whose inputs are jumps of the potential: iaf_psc_delta in the limit
// tau_m -> infinity with C_m kept.
//
//   C_m dV/dt = I;   V += w at an input of weight w (mV);   V >= V_th: a spike, then V = V_reset for t_ref
//
// Exact: between events V is a straight line, kept as its value at the neuron's last event and its slope. Nothing pulls
// V back, so inhibition takes it as far down as it adds up.
//
// With reset_by_subtraction = 1 (and t_ref = 0) a spike lowers V by V_th - V_reset in place of setting it to V_reset: inputs of one
// instant are all added, and what exceeds the threshold stays. An instant yields one spike; where V is still at V_th or above, the
// neuron fires again one tick later.
//
// Gerstein & Mandelbrot (1964) Biophys. J. 4:41.
struct IfPscDelta {
  static constexpr std::string_view name = "if_psc_delta";
  static constexpr std::string_view weight_unit = "mV";
  static constexpr std::string_view doc = "non-leaky integrate-and-fire, inputs are jumps of the potential; exact";
  static constexpr std::string_view source = "Gerstein & Mandelbrot 1964, Biophys. J. 4:41";

  double C_m = 250.0;      // pF
  double V_th = -55.0;     // mV
  double V_reset = -70.0;  // mV, also the initial potential
  double t_ref = 2.0;      // ms
  double I_e = 0.0;        // pA
  double reset_by_subtraction = 0.0;  // 0 or 1

  bool subtracts() const { return reset_by_subtraction != 0.0; }

  static constexpr auto parameter_table() {
    using P = Parameter<IfPscDelta>;
    return std::array{
        P{{"C_m", "pF", any_capacitance, "membrane capacitance"}, &IfPscDelta::C_m},
        P{{"V_th", "mV", any_potential, "threshold"}, &IfPscDelta::V_th},
        P{{"V_reset", "mV", any_potential, "potential at the start and after a spike, below V_th"}, &IfPscDelta::V_reset},
        P{{"t_ref", "ms", {.low = 0.0, .high = 1e6}, "refractory time"}, &IfPscDelta::t_ref},
        P{{"I_e", "pA", any_current, "constant input current"}, &IfPscDelta::I_e},
        P{{"reset_by_subtraction", "", unit_interval, "1: a spike lowers V by V_th - V_reset; 0: it sets it to V_reset"},
          &IfPscDelta::reset_by_subtraction}};
  }
  void validate() const;
  Delay refractory_time() const { return Delay::from_ms(t_ref); }
  // No state is scaled by a growing factor, so nothing bounds a window.
  double shortest_time_constant() const { return std::numeric_limits<double>::infinity(); }

  class Dynamics;
};

// if_psc_delta whose neurons differ: any parameter may have a value of its own for each.
struct IfPscDeltaVaried {
  using Shared = IfPscDelta;
  static constexpr std::string_view name = IfPscDelta::name;
  static constexpr std::string_view weight_unit = IfPscDelta::weight_unit;
  static constexpr std::array<std::string_view, 5> may_vary{"C_m", "V_th", "V_reset", "t_ref", "I_e"};

  std::vector<IfPscDelta> neurons;  // of a block, never empty

  static constexpr auto parameter_table() { return IfPscDelta::parameter_table(); }
  void validate() const {
    for (const IfPscDelta& neuron : neurons) neuron.validate();
  }
  Delay refractory_time() const { return neurons.front().refractory_time(); }
  double shortest_time_constant() const { return std::numeric_limits<double>::infinity(); }

  class Dynamics;
};

std::unique_ptr<PopulationModel> varied(const IfPscDelta& common, std::vector<VariedParameter> parameters);

// Of neurons that are all alike, or each with parameters of its own.
class IfPscDelta::Dynamics {
 public:
  struct Neuron {
    double v;  // V - V_reset at `since`, mV; -inf while refractory
    Time since;
    double slope;      // mV per tick
    double threshold;  // V_th - V_reset in mV, lowered by the tolerance of the test
  };

  static constexpr bool is_refractory_model = true;
  static constexpr std::uint64_t bytes_per_neuron = sizeof(Neuron);
  static constexpr std::uint64_t bytes_per_delivery = 2 * sizeof(Neuron);

  struct Instant {
    Time t;
    double span;  // ticks to the horizon
  };

  Dynamics(const IfPscDelta& model, std::uint32_t neurons) : Dynamics(std::vector<IfPscDelta>{model}, neurons) {}
  Dynamics(std::vector<IfPscDelta> models, std::uint32_t neurons);

  Instant instant(Time t, Time horizon) const { return {t, static_cast<double>((horizon - t).ticks)}; }

  // One load and store of 32 bytes, a multiply-add and a comparison per synapse. A neuron that rises (slope > 0) is
  // attended if it may cross before the horizon.
  template <class Target, class Weights>
  void excite(const Instant& now, const Target* targets, Weights weights, std::size_t n, Alerts& alerts) {
    Neuron* const block = neurons_.data();
    for (std::size_t j = 0; j < n; ++j) {
      Neuron& x = block[targets[j]];
      const double v = moved(x, now.t) + weights[j];
      x.v = v;
      x.since = now.t;
      if (highest(x, v, now) >= x.threshold) [[unlikely]]
        alerts.push_back(targets[j]);
    }
  }
  // A crossing that inhibition postpones is noticed when it comes due.
  template <class Target, class Weights>
  void inhibit(const Instant& now, const Target* targets, Weights weights, std::size_t n, Alerts&) {
    for (std::size_t j = 0; j < n; ++j) put(targets[j], moved(neurons_[targets[j]], now.t) + weights[j], now.t);
  }

  Time attend(std::uint32_t i, Time t, Time horizon) const;
  void scan(Time t, Time horizon, Alerts& alerts);
  bool scans_windows() const { return rising_; }
  void fire(std::uint32_t i, Time t);
  void release(std::uint32_t i, Time t) {
    if (!of(i).subtracts()) put(i, 0.0, t);
  }
  void add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t);

  double value(std::string_view variable, std::uint32_t i, Time t) const;
  void set_value(std::string_view variable, std::uint32_t i, double value, Time t);
  void freeze_adaptation(bool, Time) {}
  void restart(Time now);

  template <class Archive>
  void serialize(Archive& archive) {
    archive(neurons_, current_, rising_, fired_);
  }

 protected:
  const IfPscDelta& of(std::uint32_t i) const { return models_[models_.size() == 1 ? 0 : i]; }

 private:
  static double moved(const Neuron& x, Time t) { return x.v + x.slope * static_cast<double>((t - x.since).ticks); }
  static double highest(const Neuron& x, double v, const Instant& now) { return v + std::max(x.slope, 0.0) * now.span; }
  void put(std::uint32_t i, double v, Time t) {
    neurons_[i].v = v;
    neurons_[i].since = t;
  }
  void set_current(std::uint32_t i, double pA);
  void find_rising();

  std::vector<IfPscDelta> models_;  // one for all neurons, or one each
  std::vector<Neuron> neurons_;
  std::vector<double> current_;  // pA; apart, because deliveries do not need it
  bool rising_ = false;          // some slope > 0
  std::vector<Time> fired_;      // the last spike of each; empty unless models_ reset by subtraction
};

class IfPscDeltaVaried::Dynamics : public IfPscDelta::Dynamics {
 public:
  static constexpr std::uint64_t bytes_per_neuron = IfPscDelta::Dynamics::bytes_per_neuron + sizeof(IfPscDelta);
  Dynamics(const IfPscDeltaVaried& model, std::uint32_t neurons) : IfPscDelta::Dynamics(model.neurons, neurons) {}
  Delay refractory_time(std::uint32_t i) const { return of(i).refractory_time(); }
};

}  // namespace synop
