#include "synop/neurons/if_psc_delta.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/neurons/detail/checks.hpp"

namespace synop {

using Dynamics = IfPscDelta::Dynamics;

void IfPscDelta::validate() const {
  check_parameters(*this);
  detail::check_reset_below_threshold(name, V_reset, V_th);
  if (reset_by_subtraction != 0.0 && reset_by_subtraction != 1.0)
    throw Error(ErrorKind::model, fmt::format("{}: reset_by_subtraction = {}; allowed: 0 or 1", name, reset_by_subtraction));
  if (subtracts() && t_ref != 0.0)
    throw Error(ErrorKind::model,
                fmt::format("{}: t_ref = {} ms with reset_by_subtraction = 1, which keeps every input; allowed: 0", name, t_ref));
}

std::unique_ptr<PopulationModel> varied(const IfPscDelta& common, std::vector<VariedParameter> parameters) {
  return std::make_unique<VariedPopulation<IfPscDeltaVaried>>(common, std::move(parameters));
}

Dynamics::Dynamics(std::vector<IfPscDelta> models, std::uint32_t neurons)
    : models_(std::move(models)), neurons_(neurons), current_(neurons) {
  restart({});
}

void Dynamics::restart(Time) {
  if (of(0).subtracts()) fired_.assign(neurons_.size(), Time{-1});
  for (std::uint32_t i = 0; i < neurons_.size(); ++i) {
    put(i, 0.0, {});
    neurons_[i].threshold = reached_from(of(i).V_th - of(i).V_reset);
    set_current(i, of(i).I_e);
  }
  find_rising();
}

void Dynamics::set_current(std::uint32_t i, double pA) {
  current_[i] = pA;
  neurons_[i].slope = pA / (of(i).C_m * static_cast<double>(ticks_per_ms));
}

void Dynamics::find_rising() {
  rising_ = std::any_of(neurons_.begin(), neurons_.end(), [](const Neuron& x) { return x.slope > 0.0; });
}

Time Dynamics::attend(std::uint32_t i, Time t, Time horizon) const {
  const Neuron& x = neurons_[i];
  if (moved(x, t) >= x.threshold) return fired_.empty() || fired_[i] != t ? t : t + tick;
  if (!(x.slope > 0.0) || std::isinf(x.v)) return Time::never();
  // Counted from the neuron's last event, so that the tick does not depend on when it is asked for.
  const double charge = (of(i).V_th - of(i).V_reset - x.v) * of(i).C_m;
  const double ticks = std::ceil(charge * static_cast<double>(ticks_per_ms) / current_[i]);
  if (ticks >= static_cast<double>((horizon - x.since).ticks)) return Time::never();
  return std::max(t + tick, x.since + Delay{static_cast<std::int64_t>(ticks)});
}

void Dynamics::fire(std::uint32_t i, Time t) {
  if (fired_.empty()) return put(i, -std::numeric_limits<double>::infinity(), t);
  put(i, moved(neurons_[i], t) - (of(i).V_th - of(i).V_reset), t);
  fired_[i] = t;
}

void Dynamics::scan(Time t, Time horizon, Alerts& alerts) {
  const Instant now = instant(t, horizon);
  for (std::uint32_t i = 0; i < neurons_.size(); ++i)
    if (highest(neurons_[i], moved(neurons_[i], t), now) >= neurons_[i].threshold) alerts.push_back(i);
}

// A step of the current turns the line; V itself is continuous.
void Dynamics::add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t) {
  for (std::uint32_t i = first; i < first + count; ++i) {
    put(i, moved(neurons_[i], t), t);
    set_current(i, current_[i] + amplitude);
  }
  find_rising();
}

double Dynamics::value(std::string_view variable, std::uint32_t i, Time t) const {
  if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m"});
  const double v = moved(neurons_[i], t);
  return std::isinf(v) ? of(i).V_reset : of(i).V_reset + v;
}

void Dynamics::set_value(std::string_view variable, std::uint32_t i, double value, Time t) {
  if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m"});
  put(i, value - of(i).V_reset, t);
}

}  // namespace synop
