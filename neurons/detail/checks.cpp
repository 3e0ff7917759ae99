#include "synop/neurons/detail/checks.hpp"

#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop::detail {

void check_reset_below_threshold(std::string_view model, double V_reset, double V_th) {
  if (V_reset < V_th) return;
  throw Error(ErrorKind::model, fmt::format("{}: V_reset = {} mV is outside the allowed range (-inf, V_th = {})", model, V_reset, V_th));
}

void check_time_constants(std::string_view model, std::string_view parameter, double tau_syn, double tau_m) {
  const double difference = std::abs(tau_syn - tau_m) / tau_m;
  if (difference == 0.0 || difference >= 1e-4) return;
  throw Error(ErrorKind::model,
              fmt::format("{}: {} = {} ms is too close to tau_m = {} ms; allowed: equal, or a difference of at least 0.01 %",
                          model, parameter, tau_syn, tau_m));
}

}  // namespace synop::detail
