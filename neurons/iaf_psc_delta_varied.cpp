#include "synop/neurons/iaf_psc_delta_varied.hpp"

#include <algorithm>
#include <cmath>

namespace synop {

using Dynamics = IafPscDeltaVaried::Dynamics;

std::unique_ptr<PopulationModel> varied(const IafPscDelta& common, std::vector<VariedParameter> parameters) {
  return std::make_unique<VariedPopulation<IafPscDeltaVaried>>(common, std::move(parameters));
}

Dynamics::Dynamics(const IafPscDeltaVaried& model, std::uint32_t neurons)
    : model_(model), neurons_(neurons), v_inf_(neurons) {
  restart({});
}

void Dynamics::restart(Time) {
  for (std::uint32_t i = 0; i < neurons_.size(); ++i) {
    const IafPscDelta& own = model_.neurons[i];
    const double v_inf = own.E_L + own.resistance() * own.I_e;
    neurons_[i].rate = 1.0 / (own.tau_m * static_cast<double>(ticks_per_ms) * ln2);
    set_resting_potential(i, v_inf);
    put(i, own.E_L - v_inf, {});
  }
  list_driven();
  all_unknown_ = true;
}

void Dynamics::set_resting_potential(std::uint32_t i, double v_inf) {
  v_inf_[i] = v_inf;
  neurons_[i].threshold = reached_from(theta(i));
}

void Dynamics::list_driven() {
  driven_.clear();
  for (std::uint32_t i = 0; i < neurons_.size(); ++i)
    if (theta(i) < 0.0) driven_.push_back(i);
}

// Without input only a driven neuron (v < 0, theta < 0) comes nearer: v 2^(-rate x) = theta after x ticks.
Time Dynamics::attend(std::uint32_t i, Time t, Time window_end) const {
  const Neuron& x = neurons_[i];
  const double v = decayed(x, t);
  if (v >= x.threshold) return t;
  if (theta(i) >= 0.0 || std::isinf(v)) return Time::never();
  const double ticks = std::ceil(log2_positive(v / theta(i)) / x.rate);
  if (ticks >= static_cast<double>((window_end - t).ticks)) return Time::never();
  return t + std::max(tick, Delay{static_cast<std::int64_t>(ticks)});
}

void Dynamics::scan(Time t, Time window_end, Alerts& alerts) {
  const Instant now = instant(t, window_end);
  const auto look_at = [&](std::uint32_t i) {
    if (highest(neurons_[i], decayed(neurons_[i], t), now) >= neurons_[i].threshold) alerts.push_back(i);
  };
  if (all_unknown_)
    for (std::uint32_t i = 0; i < neurons_.size(); ++i) look_at(i);
  else
    for (const std::uint32_t i : driven_) look_at(i);
  all_unknown_ = false;
}

// A step dI moves V_inf by R dI; V itself is continuous.
void Dynamics::add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t) {
  for (std::uint32_t i = first; i < first + count; ++i) {
    const double shift = model_.neurons[i].resistance() * amplitude;
    put(i, decayed(neurons_[i], t) - shift, t);
    set_resting_potential(i, v_inf_[i] + shift);
  }
  list_driven();
}

void Dynamics::add_currents(std::uint32_t first, std::span<const double> amplitudes, Time t) {
  for (std::uint32_t k = 0; k < amplitudes.size(); ++k) {
    const std::uint32_t i = first + k;
    const double shift = model_.neurons[i].resistance() * amplitudes[k];
    put(i, decayed(neurons_[i], t) - shift, t);
    set_resting_potential(i, v_inf_[i] + shift);
  }
  list_driven();
}

double Dynamics::value(std::string_view variable, std::uint32_t i, Time t) const {
  if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m"});
  const double v = decayed(neurons_[i], t);
  return std::isinf(v) ? model_.neurons[i].V_reset : v_inf_[i] + v;
}

void Dynamics::set_value(std::string_view variable, std::uint32_t i, double value, Time t) {
  if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m"});
  put(i, value - v_inf_[i], t);
  all_unknown_ = true;
}

}  // namespace synop
