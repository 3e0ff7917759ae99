#include "synop/neurons/iaf_cond_exp_adaptive.hpp"

namespace synop {

namespace {

ConductanceParameters conductances_of(const IafCondExpAdaptive& m) {
  return {.model = m.name,
          .V_th = m.V_th,
          .V_reset = m.V_reset,
          .g_L = m.g_L,
          .C_m = m.C_m,
          .E_ex = m.E_ex,
          .E_in = m.E_in,
          .E_L = m.E_L,
          .tau_syn_ex = m.tau_syn_ex,
          .tau_syn_in = m.tau_syn_in,
          .I_e = m.I_e,
          .tolerance = m.tolerance,
          .adapts = true,
          .theta_plus = m.theta_plus,
          .tau_theta = m.tau_theta,
          .theta_rest = m.theta_rest};
}

}  // namespace

void IafCondExpAdaptive::validate() const {
  check_parameters(*this);
  check_conductances(conductances_of(*this));
}

IafCondExpAdaptive::Dynamics::Dynamics(const IafCondExpAdaptive& model, std::uint32_t neurons)
    : ConductanceNeurons(conductances_of(model), neurons) {}

}  // namespace synop
