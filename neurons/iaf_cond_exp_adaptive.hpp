#pragma once

#include <array>
#include <string_view>

#include "synop/neurons/conductance_neurons.hpp"

namespace synop {

// iaf_cond_exp whose threshold rises with every spike and falls back slowly.
//
//   C_m dV/dt = -g_L (V - E_L) - g_ex (V - E_ex) - g_in (V - E_in) + I
//   tau_syn_x dg_x/dt = -g_x;   an input of weight w (nS): g_ex += w if w >= 0, else g_in -= w
//   V >= V_th + theta: a spike, then V = V_reset for t_ref, theta += theta_plus
//   tau_theta dtheta/dt = -(theta - theta_rest),   theta = 0 at the start
//
// Conductances and theta are exact exponentials, V is to `tolerance`, as in iaf_cond_exp (neurons/
// conductance_neurons.hpp). The defaults are those of the excitatory neurons of Diehl & Cook, whose equation has no
// capacitance: with g_L = 1 nS, tau_m = 100 ms is C_m = 100 pF and their conductances are in nS.
//
// With theta_rest < 0 the thresholds of neurons that hardly fire come down below V_th, in the end upon the potential, so
// that all take part: the program of Diehl & Cook starts from theta = 20 mV above a threshold of -72 mV, which is V_th =
// -52 mV and theta_rest = -20 mV.
//
// Diehl & Cook (2015) Front. Comput. Neurosci. 9:99.
struct IafCondExpAdaptive {
  static constexpr std::string_view name = "iaf_cond_exp_adaptive";
  static constexpr std::string_view weight_unit = "nS";
  static constexpr std::string_view doc = "iaf_cond_exp with a threshold that spikes raise and that decays";
  static constexpr std::string_view source = "Diehl & Cook 2015, Front. Comput. Neurosci. 9:99";

  double V_th = -52.0;       // mV
  double V_reset = -65.0;    // mV
  double t_ref = 5.0;        // ms
  double g_L = 1.0;          // nS
  double C_m = 100.0;        // pF
  double E_ex = 0.0;         // mV
  double E_in = -100.0;      // mV
  double E_L = -65.0;        // mV
  double tau_syn_ex = 1.0;   // ms
  double tau_syn_in = 2.0;   // ms
  double I_e = 0.0;          // pA
  double theta_plus = 0.05;  // mV
  double tau_theta = 1e7;    // ms
  double theta_rest = 0.0;   // mV
  double tolerance = 1e-10;  // mV

  static constexpr auto parameter_table() {
    using M = IafCondExpAdaptive;
    using P = Parameter<M>;
    constexpr Range time_constant{.low = 1e-3, .high = 1e6};
    constexpr Range potential{.low = -1e3, .high = 1e3};
    return std::array{
        P{{"V_th", "mV", potential, "threshold before adaptation, between E_in and E_ex"}, &M::V_th},
        P{{"V_reset", "mV", potential, "potential after a spike, below V_th"}, &M::V_reset},
        P{{"t_ref", "ms", {.low = 0.0, .high = 1e6}, "refractory time"}, &M::t_ref},
        P{{"g_L", "nS", {.low = 1e-6, .high = 1e9}, "leak conductance"}, &M::g_L},
        P{{"C_m", "pF", {.low = 1e-3, .high = 1e9}, "membrane capacitance"}, &M::C_m},
        P{{"E_ex", "mV", potential, "excitatory reversal potential"}, &M::E_ex},
        P{{"E_in", "mV", potential, "inhibitory reversal potential"}, &M::E_in},
        P{{"E_L", "mV", potential, "leak reversal potential"}, &M::E_L},
        P{{"tau_syn_ex", "ms", time_constant, "decay of excitatory conductances"}, &M::tau_syn_ex},
        P{{"tau_syn_in", "ms", time_constant, "decay of inhibitory conductances"}, &M::tau_syn_in},
        P{{"I_e", "pA", {.low = -1e9, .high = 1e9}, "constant input current"}, &M::I_e},
        P{{"theta_plus", "mV", {.low = 0.0, .high = 1e3}, "rise of the threshold at a spike"}, &M::theta_plus},
        P{{"tau_theta", "ms", {.low = 1e-3, .high = 1e9}, "decay of the risen threshold"}, &M::tau_theta},
        P{{"theta_rest", "mV", {.low = -1e3, .high = 0.0}, "what theta decays to; it is 0 at the start"}, &M::theta_rest},
        P{{"tolerance", "mV", {.low = 1e-11, .high = 1e-3}, "error of V in one step of the integration"},
          &M::tolerance},
    };
  }
  void validate() const;
  Delay refractory_time() const { return Delay::from_ms(t_ref); }
  double shortest_time_constant() const { return tau_theta; }  // of what is scaled by a growing factor

  class Dynamics;
};

class IafCondExpAdaptive::Dynamics : public ConductanceNeurons {
 public:
  Dynamics(const IafCondExpAdaptive& model, std::uint32_t neurons);
};

}  // namespace synop
