#pragma once

#include <array>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/iaf_psc_delta_varied.hpp"

namespace synop {

// Leaky integrate-and-fire cell without units (NEURON's artificial cell IntFire1; SONATA files name it nrn:IntFire1).
//
//   dm/dt = -m / tau;   m += w at an input of weight w;   m > 1: a spike, then m = 0 for `refrac`
//
// Inputs during refractoriness are dropped. The threshold must be passed: a single input of weight 1 at rest leaves the
// cell silent. In exact arithmetic sums of inputs decide; one that is above 1 by less than 2^-40 counts as equal to it,
// as everywhere (core/threshold.hpp), where NEURON lets the rounding of each addition decide.
//
// Exact: the dynamics are those of iaf_psc_delta with E_L = V_reset = 0 and a threshold that lies above 1 by as much as
// the tolerance of its test lies below.
//
// Two things are decided by NEURON's queue when events fall on the same instant, and here by the order of an instant
// (docs/numerics.md): inhibitory inputs come before excitatory ones, and refractoriness ends before the inputs.
//
// intfire1.mod of NEURON 8.2; Hines & Carnevale (2004) Neurocomputing 58-60:1117.
struct IntFire1 {
  static constexpr std::string_view name = "IntFire1";
  static constexpr std::string_view weight_unit = "";
  static constexpr std::string_view doc = "NEURON's leaky integrate-and-fire cell, weights in units of the threshold; exact";
  static constexpr std::string_view source = "NEURON 8.2, intfire1.mod; Hines & Carnevale 2004, Neurocomputing 58-60:1117";

  double tau = 10.0;    // ms
  double refrac = 5.0;  // ms

  static constexpr auto parameter_table() {
    using P = Parameter<IntFire1>;
    return std::array{
        P{{"tau", "ms", {.low = 1e-3, .high = 1e6}, "membrane time constant"}, &IntFire1::tau},
        P{{"refrac", "ms", {.low = 0.0, .high = 1e6}, "refractory time, in which inputs are ignored"}, &IntFire1::refrac}};
  }
  void validate() const { check_parameters(*this); }
  Delay refractory_time() const { return Delay::from_ms(refrac); }
  double shortest_time_constant() const { return tau; }

  // The same cell as an iaf_psc_delta; its potential in mV is m.
  IafPscDelta as_iaf_psc_delta() const {
    IafPscDelta cell{.tau_m = tau, .E_L = 0.0, .V_th = 1.0 + 2.0 * threshold_tolerance, .V_reset = 0.0, .t_ref = refrac};
    return cell;
  }

  class Dynamics;
};

// IntFire1 whose cells differ.
struct IntFire1Varied {
  using Shared = IntFire1;
  static constexpr std::string_view name = IntFire1::name;
  static constexpr std::string_view weight_unit = IntFire1::weight_unit;
  static constexpr std::array<std::string_view, 2> may_vary{"tau", "refrac"};

  std::vector<IntFire1> neurons;  // of a block, never empty

  static constexpr auto parameter_table() { return IntFire1::parameter_table(); }
  void validate() const {
    for (const IntFire1& neuron : neurons) neuron.validate();
  }
  Delay refractory_time() const { return neurons.front().refractory_time(); }
  double shortest_time_constant() const { return std::numeric_limits<double>::infinity(); }

  IafPscDeltaVaried as_iaf_psc_delta() const {
    IafPscDeltaVaried cells;
    for (const IntFire1& neuron : neurons) cells.neurons.push_back(neuron.as_iaf_psc_delta());
    return cells;
  }

  class Dynamics;
};

// The dynamics of a delta neuron whose potential is called "m", or "V_m" as that of every model; 0 while refractory.
template <class Model, class Delta>
class IntFire1Dynamics : public Delta::Dynamics {
 public:
  IntFire1Dynamics(const Model& model, std::uint32_t neurons) : Delta::Dynamics(model.as_iaf_psc_delta(), neurons) {}

  double value(std::string_view variable, std::uint32_t i, Time t) { return Delta::Dynamics::value(known(variable), i, t); }
  void set_value(std::string_view variable, std::uint32_t i, double value, Time t) {
    Delta::Dynamics::set_value(known(variable), i, value, t);
  }

 private:
  static std::string_view known(std::string_view variable) {
    if (variable != "m" && variable != "V_m") throw_unknown_variable(IntFire1::name, variable, {"m", "V_m"});
    return "V_m";
  }
};

class IntFire1::Dynamics : public IntFire1Dynamics<IntFire1, IafPscDelta> {
 public:
  using IntFire1Dynamics::IntFire1Dynamics;
};
class IntFire1Varied::Dynamics : public IntFire1Dynamics<IntFire1Varied, IafPscDeltaVaried> {
 public:
  using IntFire1Dynamics::IntFire1Dynamics;
};

// A population of such cells: add_population("cells", 1000, varied(IntFire1{}, {{"tau", uniform(10.0, 20.0)}})).
inline std::unique_ptr<PopulationModel> varied(const IntFire1& common, std::vector<VariedParameter> parameters) {
  return std::make_unique<VariedPopulation<IntFire1Varied>>(common, std::move(parameters));
}

}  // namespace synop
