#pragma once

#include <array>
#include <limits>
#include <string_view>

#include "synop/neurons/conductance_neurons.hpp"

namespace synop {

// Leaky integrate-and-fire neuron with exponentially decaying synaptic conductances (name and symbols: NEST).
//
//   C_m dV/dt = -g_L (V - E_L) - g_ex (V - E_ex) - g_in (V - E_in) + I
//   tau_syn_x dg_x/dt = -g_x;   an input of weight w (nS): g_ex += w if w >= 0, else g_in -= w
//   V >= V_th: a spike, then V = V_reset for t_ref, while the conductances go on
//
// The conductances are exact exponentials. V has no closed form: each neuron takes steps of its own from one of its
// events to the next, along Taylor polynomials of as many terms as `tolerance` asks for (neurons/
// conductance_neurons.hpp). There is no grid; a neuron without input takes no step. Spike times are off by about
// tolerance / slope of V at the threshold, far below 1e-6 ms with the default.
//
// Conductances saturate at 10^4 C_m / ms, which is far beyond any neuron, so that the number of steps stays finite.
//
// Destexhe, Mainen & Sejnowski (1998) in Methods in Neuronal Modeling; Brette et al. (2007) J. Comput. Neurosci.
// 23:349, benchmark 1.
struct IafCondExp {
  static constexpr std::string_view name = "iaf_cond_exp";
  static constexpr std::string_view weight_unit = "nS";
  static constexpr std::string_view doc = "leaky integrate-and-fire, exponential synaptic conductances; to `tolerance`";
  static constexpr std::string_view source = "Brette et al. 2007, J. Comput. Neurosci. 23:349";

  double V_th = -55.0;       // mV
  double V_reset = -60.0;    // mV
  double t_ref = 2.0;        // ms
  double g_L = 16.6667;      // nS
  double C_m = 250.0;        // pF
  double E_ex = 0.0;         // mV
  double E_in = -85.0;       // mV
  double E_L = -70.0;        // mV
  double tau_syn_ex = 0.2;   // ms
  double tau_syn_in = 2.0;   // ms
  double I_e = 0.0;          // pA
  double tolerance = 1e-10;  // mV

  static constexpr auto parameter_table() {
    using P = Parameter<IafCondExp>;
    constexpr Range time_constant{.low = 1e-3, .high = 1e6};
    constexpr Range potential{.low = -1e3, .high = 1e3};
    return std::array{
        P{{"V_th", "mV", potential, "threshold, between E_in and E_ex"}, &IafCondExp::V_th},
        P{{"V_reset", "mV", potential, "potential after a spike, below V_th"}, &IafCondExp::V_reset},
        P{{"t_ref", "ms", {.low = 0.0, .high = 1e6}, "refractory time"}, &IafCondExp::t_ref},
        P{{"g_L", "nS", {.low = 1e-6, .high = 1e9}, "leak conductance"}, &IafCondExp::g_L},
        P{{"C_m", "pF", {.low = 1e-3, .high = 1e9}, "membrane capacitance"}, &IafCondExp::C_m},
        P{{"E_ex", "mV", potential, "excitatory reversal potential"}, &IafCondExp::E_ex},
        P{{"E_in", "mV", potential, "inhibitory reversal potential"}, &IafCondExp::E_in},
        P{{"E_L", "mV", potential, "leak reversal potential"}, &IafCondExp::E_L},
        P{{"tau_syn_ex", "ms", time_constant, "decay of excitatory conductances"}, &IafCondExp::tau_syn_ex},
        P{{"tau_syn_in", "ms", time_constant, "decay of inhibitory conductances"}, &IafCondExp::tau_syn_in},
        P{{"I_e", "pA", {.low = -1e9, .high = 1e9}, "constant input current"}, &IafCondExp::I_e},
        P{{"tolerance", "mV", {.low = 1e-11, .high = 1e-3}, "error of V in one step of the integration"},
          &IafCondExp::tolerance},
    };
  }
  void validate() const;
  Delay refractory_time() const { return Delay::from_ms(t_ref); }
  // No state is scaled by a growing factor, so nothing bounds a window.
  double shortest_time_constant() const { return std::numeric_limits<double>::infinity(); }

  class Dynamics;
};

class IafCondExp::Dynamics : public ConductanceNeurons {
 public:
  Dynamics(const IafCondExp& model, std::uint32_t neurons);
};

}  // namespace synop
