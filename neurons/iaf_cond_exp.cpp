#include "synop/neurons/iaf_cond_exp.hpp"

#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/neurons/detail/checks.hpp"

namespace synop {

using Dynamics = IafCondExp::Dynamics;

void IafCondExp::validate() const {
  check_parameters(*this);
  detail::check_reset_below_threshold(name, V_reset, V_th);
  if (!(E_in < V_th))
    throw Error(ErrorKind::model,
                fmt::format("{}: E_in = {} mV is outside the allowed range (-inf, V_th = {})", name, E_in, V_th));
  if (!(E_ex > V_th))
    throw Error(ErrorKind::model,
                fmt::format("{}: E_ex = {} mV is outside the allowed range (V_th = {}, inf)", name, E_ex, V_th));
  constexpr double largest_potential = 1e4;  // mV; beyond it a step of the tolerance would be lost in rounding
  const double rest = E_L + I_e / g_L;
  if (!(std::abs(rest) <= largest_potential))
    throw Error(ErrorKind::model,
                fmt::format("{}: E_L + I_e / g_L = {} mV is outside the allowed range [-{}, {}]; give a smaller I_e",
                            name, rest, largest_potential, largest_potential));
}

Dynamics::Dynamics(const IafCondExp& model, std::uint32_t neurons)
    : model_(model),
      membrane_{.leak = model.g_L / model.C_m,
                .E_ex = model.E_ex - model.E_L,
                .E_in = model.E_in - model.E_L,
                .rate_ex = 1.0 / model.tau_syn_ex,
                .rate_in = 1.0 / model.tau_syn_in,
                .tolerance = model.tolerance},
      per_capacitance_(1.0 / model.C_m),
      threshold_(model.V_th - model.E_L),
      push_(model.E_ex - model.V_th),
      pull_(model.tau_syn_in >= model.tau_syn_ex ? model.V_th - model.E_in : 0.0),
      neurons_(neurons) {
  restart({});
}

void Dynamics::restart(Time) {
  for (Neuron& x : neurons_) {
    x = {};
    set_drive(x, model_.I_e * per_capacitance_);
  }
}

void Dynamics::set_drive(Neuron& x, double drive) const {
  x.state.drive = drive;
  const double hold = membrane_.leak * threshold_ - drive;
  x.hold = hold >= 0.0 ? hold : -std::numeric_limits<double>::infinity();
}

void Dynamics::move(Neuron& x, Time t) const {
  const double dt = (t - x.since).ms();
  x.since = t;
  if (std::isinf(x.state.v)) {
    x.state.ex *= exp_bounded(-std::min(600.0, membrane_.rate_ex * dt));
    x.state.in *= exp_bounded(-std::min(600.0, membrane_.rate_in * dt));
  } else {
    x.state = advanced(membrane_, x.state, dt);
  }
}

// The crossing itself, if it lies in the next step; else the end of that step, to be looked at again.
Time Dynamics::attend(std::uint32_t i, Time t, Time) {
  Neuron& x = at(i, t);
  if (std::isinf(x.state.v)) return Time::never();
  if (x.state.v >= threshold_ - model_.tolerance) return t;
  if (!may_cross(x)) return Time::never();
  const Outlook outlook = look_ahead(membrane_, x.state, threshold_);
  constexpr auto ticks = static_cast<double>(ticks_per_ms);
  const double next =
      outlook.crossing >= 0.0 ? std::ceil(outlook.crossing * ticks) : std::floor(outlook.searched * ticks);
  return t + std::max(tick, Delay{static_cast<std::int64_t>(next)});
}

void Dynamics::scan(Time, Time, Alerts& alerts) const {
  for (std::uint32_t i = 0; i < neurons_.size(); ++i) alerts.push_back(i);
}

void Dynamics::add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t) {
  for (std::uint32_t i = first; i < first + count; ++i) {
    Neuron& x = at(i, t);
    set_drive(x, x.state.drive + amplitude * per_capacitance_);
  }
}

double Dynamics::value(std::string_view variable, std::uint32_t i, Time t) const {
  Neuron x = neurons_[i];
  if (x.since != t) move(x, t);
  if (variable == "g_ex") return x.state.ex * model_.C_m;
  if (variable == "g_in") return x.state.in * model_.C_m;
  if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m", "g_ex", "g_in"});
  return std::isinf(x.state.v) ? model_.V_reset : model_.E_L + x.state.v;
}

void Dynamics::set_value(std::string_view variable, std::uint32_t i, double value, Time t) {
  if (variable != "V_m" && variable != "g_ex" && variable != "g_in")
    throw_unknown_variable(name, variable, {"V_m", "g_ex", "g_in"});
  if (variable != "V_m" && !(value >= 0.0))
    throw Error(ErrorKind::model,
                fmt::format("{}: {} = {} nS is outside the allowed range [0, inf)", name, variable, value));
  Neuron& x = at(i, t);
  if (variable == "V_m")
    x.state.v = value - model_.E_L;
  else
    (variable == "g_ex" ? x.state.ex : x.state.in) = std::min(value * per_capacitance_, saturation);
}

}  // namespace synop
