#include "synop/neurons/iaf_psc_delta.hpp"

#include <algorithm>
#include <cmath>

#include "synop/core/vectorised.hpp"
#include "synop/neurons/detail/checks.hpp"

namespace synop {

using Dynamics = IafPscDelta::Dynamics;

void IafPscDelta::validate() const {
  check_parameters(*this);
  detail::check_reset_below_threshold(name, V_reset, V_th);
  detail::check_resting_potential(name, E_L, resistance(), I_e);
}

Dynamics::Dynamics(const IafPscDelta& model, std::uint32_t neurons) : model_(model), clock_(model.tau_m), u_(neurons) {
  restart({});
}

void Dynamics::restart(Time) {
  clock_.restart();
  end_of_factor_ = Time::never();
  own_theta_.clear();
  pages_behind_ = false;
  const double v_inf = model_.E_L + model_.resistance() * model_.I_e;
  theta_ = model_.V_th - v_inf;
  choose_test();
  std::fill(u_.begin(), u_.end(), model_.E_L - v_inf);
}

void Dynamics::choose_test() {
  driven_ = own_theta_.empty() ? theta_ < 0.0
                               : std::any_of(own_theta_.begin(), own_theta_.end(), [](double x) { return x < 0.0; });
  test_theta_ = reached_from(theta_);
}

void Dynamics::rescale(std::int64_t epochs) {
  end_of_factor_ = Time::never();
  if (u_.size() > largest_eager_block) {
    if (!pages_behind_) page_epoch_.assign((u_.size() >> page_bits) + 1, clock_.epoch() - epochs);
    pages_behind_ = true;
    return;
  }
  const double factor = ScaledClock::rescale(epochs);
  for (double& u : u_) u = std::isinf(u) ? u : rescaled(u, factor);
}

// The factors of several epochs are powers of two, so it makes no difference whether they are applied at once.
void Dynamics::rescale_page(std::size_t page) {
  const double factor = ScaledClock::rescale(clock_.epoch() - page_epoch_[page]);
  page_epoch_[page] = clock_.epoch();
  const std::size_t end = std::min(u_.size(), (page + 1) << page_bits);
  for (std::size_t i = page << page_bits; i < end; ++i)
    if (!std::isinf(u_[i])) u_[i] = rescaled(u_[i], factor);
}

void Dynamics::rescale_pages() {
  if (!pages_behind_) return;
  for (std::size_t page = 0; page < page_epoch_.size(); ++page)
    if (page_epoch_[page] != clock_.epoch()) rescale_page(page);
  pages_behind_ = false;
}

// Without input u stays and s grows, so only a driven neuron (theta < 0, u < 0) comes nearer: it crosses at
// s = u / theta.
Time Dynamics::attend(std::uint32_t i, Time t, Time horizon) {
  rescale_at(t);
  catch_up(i);
  const double u = u_[i];
  const double threshold = theta(i);
  if (u >= reached_from(threshold * clock_.factor(t))) return t;
  if (threshold >= 0.0 || std::isinf(u)) return Time::never();
  const double ticks = std::ceil(clock_.ticks_at(log2_positive(u / threshold)));
  if (ticks >= static_cast<double>((horizon - clock_.origin()).ticks)) return Time::never();
  return std::max(t + tick, clock_.origin() + Delay{static_cast<std::int64_t>(ticks)});
}

namespace {

SYNOP_VECTORISED bool any_reaches(const double* u, std::size_t n, double threshold) {
  std::int64_t any = 0;
  for (std::size_t i = 0; i < n; ++i) any |= u[i] >= threshold ? 1 : 0;
  return any != 0;
}

}  // namespace

void Dynamics::scan(Time t, Time horizon, Alerts& alerts) {
  const Instant now = instant(t, horizon);
  rescale_pages();
  const auto neurons = static_cast<std::uint32_t>(u_.size());
  if (own_theta_.empty()) {
    constexpr std::uint32_t at_once = 64;
    for (std::uint32_t first = 0; first < neurons; first += at_once) {
      const std::uint32_t end = std::min(neurons, first + at_once);
      if (!any_reaches(u_.data() + first, end - first, now.threshold)) continue;
      for (std::uint32_t i = first; i < end; ++i)
        if (u_[i] >= now.threshold) alerts.push_back(i);
    }
    return;
  }
  for (std::uint32_t i = 0; i < neurons; ++i)
    if (u_[i] >= reached_from(theta(i) * (theta(i) < 0.0 ? now.test_s : now.s))) alerts.push_back(i);
}

void Dynamics::release(std::uint32_t i, Time t) {
  rescale_at(t);
  catch_up(i);
  u_[i] = (model_.V_reset - model_.V_th + theta(i)) * clock_.factor(t);
}

// A step dI moves V_inf by R dI; V itself is continuous.
void Dynamics::add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t) {
  rescale_at(t);
  rescale_pages();
  const double shift = model_.resistance() * amplitude;
  const double scaled_shift = shift * clock_.factor(t);
  for (std::uint32_t i = first; i < first + count; ++i) u_[i] -= scaled_shift;
  if (count == u_.size() && own_theta_.empty()) {
    theta_ -= shift;
  } else {
    if (own_theta_.empty()) own_theta_.assign(u_.size(), theta_);
    for (std::uint32_t i = first; i < first + count; ++i) own_theta_[i] -= shift;
  }
  choose_test();
}

void Dynamics::add_currents(std::uint32_t first, std::span<const double> amplitudes, Time t) {
  rescale_at(t);
  rescale_pages();
  if (own_theta_.empty()) own_theta_.assign(u_.size(), theta_);
  const double s = clock_.factor(t);
  for (std::uint32_t k = 0; k < amplitudes.size(); ++k) {
    const double shift = model_.resistance() * amplitudes[k];
    u_[first + k] -= shift * s;
    own_theta_[first + k] -= shift;
  }
  choose_test();
}

double Dynamics::value(std::string_view variable, std::uint32_t i, Time t) {
  if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m"});
  rescale_at(t);
  catch_up(i);
  if (std::isinf(u_[i])) return model_.V_reset;
  return model_.V_th - theta(i) + u_[i] / clock_.factor(t);
}

void Dynamics::set_value(std::string_view variable, std::uint32_t i, double value, Time t) {
  if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m"});
  rescale_at(t);
  catch_up(i);
  u_[i] = (value - model_.V_th + theta(i)) * clock_.factor(t);
}

}  // namespace synop
