#include "synop/neurons/detail/checks.hpp"

#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop::detail {

void check_reset_below_threshold(std::string_view model, double V_reset, double V_th) {
  if (V_reset < V_th) return;
  throw Error(ErrorKind::model, fmt::format("{}: V_reset = {} mV is outside the allowed range (-inf, V_th = {})", model, V_reset, V_th));
}

void check_resting_potential(std::string_view model, double E_L, double R, double I_e) {
  constexpr double largest_resistance = 1e9;  // GOhm
  constexpr double largest_potential = 1e9;   // mV
  if (!(R <= largest_resistance))
    throw Error(ErrorKind::model, fmt::format("{}: R = tau_m / C_m = {} GOhm is outside the allowed range (0, {}]; give a larger C_m",
                                              model, R, largest_resistance));
  const double v_inf = E_L + R * I_e;
  if (!(std::abs(v_inf) <= largest_potential))
    throw Error(ErrorKind::model, fmt::format("{}: E_L + R I_e = {} mV is outside the allowed range [-{}, {}]; give a smaller I_e",
                                              model, v_inf, largest_potential, largest_potential));
}

void check_time_constants(std::string_view model, std::string_view parameter, double tau_syn, double tau_m) {
  const double difference = std::abs(tau_syn - tau_m) / tau_m;
  if (difference == 0.0 || difference >= 1e-4) return;
  throw Error(ErrorKind::model,
              fmt::format("{}: {} = {} ms is too close to tau_m = {} ms; allowed: equal, or a difference of at least 0.01 %",
                          model, parameter, tau_syn, tau_m));
}

}  // namespace synop::detail
