#include "synop/neurons/iaf_psc_delta_adaptive.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "synop/core/vectorised.hpp"
#include "synop/neurons/detail/checks.hpp"
#include "synop/neurons/detail/crossing.hpp"

namespace synop {

using Dynamics = IafPscDeltaAdaptive::Dynamics;

namespace {

// Adds the weights to consecutive neurons and returns whether any passes the test of excite(). The sign bits of all
// margins are combined, so that the loop has no branch and is vectorised.
SYNOP_VECTORISED bool add_and_test(const Dynamics::Instant& f, std::size_t n, const float* weights, const double* theta,
                                   const double* gap, double* u) {
  const double s = f.s, late = f.late, theta_bound = f.theta_bound, gap_bound = f.gap_bound;
  std::int64_t signs = -1;
  for (std::size_t j = 0; j < n; ++j) {
    const double x = u[j] + static_cast<double>(weights[j]) * s;
    u[j] = x;
    const double latest = x * late;
    const double margin = (x < latest ? latest : x) - theta[j] * theta_bound - gap[j] * gap_bound;
    signs &= std::bit_cast<std::int64_t>(margin);
  }
  return signs >= 0;
}

}  // namespace

void Dynamics::excite_range(const Instant& f, std::uint32_t first, StoredWeights<float> weights, std::size_t n,
                            Alerts& alerts) {
  if (!add_and_test(f, n, weights.values, theta_.data() + first, gap_.data() + first, u_.data() + first)) return;
  for (std::uint32_t i = first; i < first + n; ++i)
    if (std::max(u_[i], u_[i] * f.late) - theta_[i] * f.theta_bound >= gap_[i] * f.gap_bound) alerts.push_back(i);
}

void IafPscDeltaAdaptive::validate() const {
  check_parameters(*this);
  detail::check_reset_below_threshold(name, V_reset, V_th);
  detail::check_resting_potential(name, E_L, resistance(), I_e);
}

Dynamics::Dynamics(const IafPscDeltaAdaptive& model, std::uint32_t neurons)
    : model_(model), membrane_(model.tau_m), slow_(model.tau_theta), u_(neurons), theta_(neurons), gap_(neurons), v_inf_(neurons) {
  restart({});
}

void Dynamics::restart(Time now) {
  for (std::uint32_t i = 0; i < theta_.size(); ++i) theta_[i] = value("theta", i, now);
  membrane_.restart();
  slow_.restart();
  const double v_inf = model_.E_L + model_.resistance() * model_.I_e;
  std::fill(u_.begin(), u_.end(), model_.E_L - v_inf);
  for (std::uint32_t i = 0; i < gap_.size(); ++i) set_resting_potential(i, v_inf);
  choose_mode();
}

void Dynamics::set_resting_potential(std::uint32_t i, double v_inf) {
  v_inf_[i] = v_inf;
  gap_[i] = reached_from(model_.V_th - v_inf);
}

void Dynamics::choose_mode() {
  const bool threshold_falls_fast = !frozen_ && model_.tau_theta < model_.tau_m;
  driven_ = threshold_falls_fast || std::any_of(gap_.begin(), gap_.end(), [](double gap) { return gap <= 0.0; });
}

void Dynamics::freeze_adaptation(bool frozen, Time now) {
  if (frozen == frozen_) return;
  rescale_at(now);
  const double factor = slow_.factor(now);
  for (double& theta : theta_) theta = frozen ? theta / factor : theta * factor;
  frozen_ = frozen;
  choose_mode();
}

void Dynamics::rescale_at(Time t) {
  if (const std::int64_t passed = membrane_.advance(t); passed != 0) [[unlikely]] {
    const double factor = ScaledClock::rescale(passed);
    for (double& u : u_) u = std::isinf(u) ? u : rescaled(u, factor);
  }
  if (const std::int64_t passed = slow_.advance(t); passed != 0 && !frozen_) [[unlikely]] {
    const double factor = ScaledClock::rescale(passed);
    for (double& theta : theta_) theta = rescaled(theta, factor);
  }
}

Dynamics::Instant Dynamics::instant(Time t, Time horizon) {
  rescale_at(t);
  const double s = membrane_.factor(t);
  if (!driven_) return {s, 1.0, s / theta_factor(t) * (1.0 - threshold_tolerance), s};
  const double end = exp_bounded(membrane_.exponent(horizon));
  const double end_theta = frozen_ ? 1.0 : exp_bounded(slow_.exponent(horizon));
  return {s, end / s, end / end_theta * (1.0 - threshold_tolerance), end};
}

Time Dynamics::attend(std::uint32_t i, Time t, Time horizon) {
  rescale_at(t);
  if (std::isinf(u_[i])) return Time::never();
  detail::PotentialCourse course;
  course.rate_m = 1.0 / model_.tau_m;
  course.rate_ex = frozen_ ? 0.0 : 1.0 / model_.tau_theta;
  course.rate_in = course.rate_m;
  course.a = potential(i, t);
  const double theta = theta_[i] / theta_factor(t);
  course.ex = -theta;
  if (course.a - theta * (1.0 - threshold_tolerance) >= gap_[i]) return t;
  if (!driven_) return Time::never();
  const double crossing = detail::first_crossing(course, model_.V_th - v_inf_[i], (horizon - t).ms());
  if (crossing < 0.0) return Time::never();
  const double ticks = std::ceil(crossing * static_cast<double>(ticks_per_ms));
  return t + Delay{std::max<std::int64_t>(1, static_cast<std::int64_t>(ticks))};
}

void Dynamics::scan(Time t, Time horizon, Alerts& alerts) {
  const Instant f = instant(t, horizon);
  for (std::uint32_t i = 0; i < u_.size(); ++i)
    if (std::max(u_[i], u_[i] * f.late) - theta_[i] * f.theta_bound >= gap_[i] * f.gap_bound) alerts.push_back(i);
}

void Dynamics::fire(std::uint32_t i, Time t) {
  u_[i] = -std::numeric_limits<double>::infinity();
  if (!frozen_) theta_[i] += model_.theta_plus * slow_.factor(t);
}

void Dynamics::release(std::uint32_t i, Time t) { set_value("V_m", i, model_.V_reset, t); }

// A step dI moves V_inf by R dI; V itself is continuous.
void Dynamics::add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t) {
  rescale_at(t);
  const double shift = model_.resistance() * amplitude;
  const double scaled_shift = shift * membrane_.factor(t);
  for (std::uint32_t i = first; i < first + count; ++i) {
    u_[i] -= scaled_shift;
    set_resting_potential(i, v_inf_[i] + shift);
  }
  choose_mode();
}

void Dynamics::add_currents(std::uint32_t first, std::span<const double> amplitudes, Time t) {
  rescale_at(t);
  const double s = membrane_.factor(t);
  for (std::uint32_t k = 0; k < amplitudes.size(); ++k) {
    const std::uint32_t i = first + k;
    const double shift = model_.resistance() * amplitudes[k];
    u_[i] -= shift * s;
    set_resting_potential(i, v_inf_[i] + shift);
  }
  choose_mode();
}

double Dynamics::value(std::string_view variable, std::uint32_t i, Time t) {
  rescale_at(t);
  if (variable == "theta") return theta_[i] / theta_factor(t);
  if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m", "theta"});
  return std::isinf(u_[i]) ? model_.V_reset : v_inf_[i] + potential(i, t);
}

void Dynamics::set_value(std::string_view variable, std::uint32_t i, double value, Time t) {
  rescale_at(t);
  if (variable == "theta") {
    theta_[i] = value * theta_factor(t);
  } else if (variable == "V_m") {
    u_[i] = (value - v_inf_[i]) * membrane_.factor(t);
  } else {
    throw_unknown_variable(name, variable, {"V_m", "theta"});
  }
}

}  // namespace synop
