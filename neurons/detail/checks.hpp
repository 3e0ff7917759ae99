#pragma once

#include <string_view>

namespace synop::detail {

// Throws Error(model) unless V_reset < V_th: otherwise a released neuron would fire without end.
void check_reset_below_threshold(std::string_view model, double V_reset, double V_th);

// Throws Error(model) unless R = tau_m / C_m (GOhm) and V_inf = E_L + R I_e (mV) are of a size whose products with
// currents and exponentials stay within a double.
void check_resting_potential(std::string_view model, double E_L, double R, double I_e);

// Throws Error(model) if tau_syn differs from tau_m by less than one part in 10^4 without being equal: the two modes
// then cancel and the result would lose its digits.
void check_time_constants(std::string_view model, std::string_view parameter, double tau_syn, double tau_m);

}  // namespace synop::detail
