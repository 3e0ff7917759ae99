#pragma once

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "synop/core/neuron_block.hpp"
#include "synop/core/varied_population.hpp"
#include "synop/neurons/psc_neurons.hpp"

namespace synop {

// Leaky integrate-and-fire neuron with alpha-shaped synaptic currents (name and symbols: NEST).
//
//   tau_m dV/dt = -(V - E_L) + R (I_ex + I_in + I_e),   R = tau_m / C_m
//   an input of weight w (pA) at t0 adds w (t - t0) / tau_syn_x exp(1 - (t - t0) / tau_syn_x) to I_x: its peak is w, at
//   t0 + tau_syn_x; excitatory if w >= 0, else inhibitory
//   V >= V_th: a spike, then V = V_reset for t_ref, while the currents go on
//
// Exact for all time constants. Where both synapses share one that is well below tau_m (NEST's default) the modes are
// kept scaled, as in iaf_psc_exp (iaf_psc_alpha_one_tau.hpp); all others are PscNeurons, which lose no digits where
// tau_syn is close or equal to tau_m. Only a neuron that passes a bound of its future potential is searched for the
// exact crossing (psc_course.hpp). Bounds and proofs: docs/numerics.md.
//
// Rotter & Diesmann (1999) Biol. Cybern. 81:381; Bernander, Douglas, Martin & Koch (1991) PNAS 88:11569 (alpha currents).
struct IafPscAlpha {
  static constexpr std::string_view name = "iaf_psc_alpha";
  static constexpr std::string_view weight_unit = "pA";
  static constexpr std::string_view doc = "leaky integrate-and-fire, alpha-shaped synaptic currents; exact";
  static constexpr std::string_view source = "Rotter & Diesmann 1999, Biol. Cybern. 81:381";

  double tau_m = 10.0;      // ms
  double C_m = 250.0;       // pF
  double tau_syn_ex = 2.0;  // ms
  double tau_syn_in = 2.0;  // ms
  double E_L = -70.0;       // mV
  double V_th = -55.0;      // mV
  double V_reset = -70.0;   // mV
  double t_ref = 2.0;       // ms
  double I_e = 0.0;         // pA

  static constexpr auto parameter_table() {
    using M = IafPscAlpha;
    using P = Parameter<M>;
    constexpr Range time_constant{.low = 1e-3, .high = 1e6};
    return std::array{
        P{{"tau_m", "ms", time_constant, "membrane time constant"}, &M::tau_m},
        P{{"C_m", "pF", any_capacitance, "membrane capacitance"}, &M::C_m},
        P{{"tau_syn_ex", "ms", time_constant, "time to the peak of excitatory currents"}, &M::tau_syn_ex},
        P{{"tau_syn_in", "ms", time_constant, "time to the peak of inhibitory currents"}, &M::tau_syn_in},
        P{{"E_L", "mV", any_potential, "resting potential"}, &M::E_L},
        P{{"V_th", "mV", any_potential, "threshold"}, &M::V_th},
        P{{"V_reset", "mV", any_potential, "potential after a spike, below V_th"}, &M::V_reset},
        P{{"t_ref", "ms", {.low = 0.0, .high = 1e6}, "refractory time"}, &M::t_ref},
        P{{"I_e", "pA", any_current, "constant input current"}, &M::I_e},
    };
  }
  void validate() const;
  Delay refractory_time() const { return Delay::from_ms(t_ref); }
  double shortest_time_constant() const { return std::min({tau_m, tau_syn_ex, tau_syn_in}); }
  double resistance() const { return tau_m / C_m; }  // GOhm
  std::unique_ptr<Block> make_block(BlockRequest request) const;  // with the fastest dynamics that holds

  class Dynamics;  // any time constants
};

class IafPscAlpha::Dynamics : public PscNeurons {
 public:
  Dynamics(const IafPscAlpha& model, std::uint32_t neurons);
};

// iaf_psc_alpha whose neurons differ. Where only potentials and currents do, populations are as fast as those of equal
// neurons.
struct IafPscAlphaVaried {
  using Shared = IafPscAlpha;
  static constexpr std::string_view name = IafPscAlpha::name;
  static constexpr std::string_view weight_unit = IafPscAlpha::weight_unit;
  static constexpr std::array<std::string_view, 9> may_vary{"tau_m", "C_m",  "tau_syn_ex", "tau_syn_in", "E_L",
                                                            "V_th",  "V_reset", "t_ref", "I_e"};

  std::vector<IafPscAlpha> neurons;  // of a block, never empty

  static constexpr auto parameter_table() { return IafPscAlpha::parameter_table(); }
  void validate() const {
    for (const IafPscAlpha& neuron : neurons) neuron.validate();
  }
  Delay refractory_time() const { return neurons.front().refractory_time(); }
  double shortest_time_constant() const { return neurons.front().shortest_time_constant(); }
  std::unique_ptr<Block> make_block(BlockRequest request) const;

  class Dynamics;
};

class IafPscAlphaVaried::Dynamics : public PscNeurons {
 public:
  Dynamics(const IafPscAlphaVaried& model, std::uint32_t neurons);
};

// A population of such neurons: add_population("exc", 1000, varied(IafPscAlpha{}, {{"V_th", uniform(-55.0, -50.0)}})).
std::unique_ptr<PopulationModel> varied(const IafPscAlpha& common, std::vector<VariedParameter> parameters);

}  // namespace synop
