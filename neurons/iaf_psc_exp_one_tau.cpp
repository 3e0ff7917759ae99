#include "synop/neurons/iaf_psc_exp_one_tau.hpp"

#include <algorithm>
#include <cmath>

#include "synop/core/vectorised.hpp"
#include "synop/neurons/detail/crossing.hpp"

namespace synop {

using Dynamics = IafPscExpOneTau::Dynamics;

Dynamics::Dynamics(const IafPscExpOneTau& model, std::uint32_t neurons)
    : model_(model),
      k_(model.resistance() * model.tau_syn_ex / (model.tau_m - model.tau_syn_ex)),
      membrane_(model.tau_m),
      synaptic_(model.tau_syn_ex),
      neurons_(neurons) {
  restart({});
}

void Dynamics::restart(Time) {
  membrane_.restart();
  synaptic_.restart();
  end_of_factors_ = Time::never();
  own_theta_.clear();
  const double v_inf = model_.E_L + model_.resistance() * model_.I_e;
  theta_ = model_.V_th - v_inf;
  std::fill(neurons_.begin(), neurons_.end(), Neuron{model_.E_L - v_inf, 0.0});
  find_driven();
}

void Dynamics::find_driven() {
  driven_ = own_theta_.empty() ? theta_ <= 0.0
                               : std::any_of(own_theta_.begin(), own_theta_.end(), [](double x) { return x <= 0.0; });
}

void Dynamics::rescale(Time t) {
  const double by_m = ScaledClock::rescale(membrane_.advance(t));
  const double by_syn = ScaledClock::rescale(synaptic_.advance(t));
  end_of_factors_ = Time::never();
  for (Neuron& x : neurons_) {
    if (!std::isinf(x.a)) x.a = rescaled(x.a, by_m);
    x.i = rescaled(x.i, by_syn);
  }
}

void Dynamics::update_end_factors(Time horizon) {
  if (horizon == end_of_factors_) return;
  end_of_factors_ = horizon;
  end_m_ = exp_bounded(membrane_.exponent(horizon));
  end_syn_ = exp_bounded(synaptic_.exponent(horizon));
}

Time Dynamics::attend(std::uint32_t i, Time t, Time horizon) {
  rescale_at(t);
  const Neuron& x = neurons_[i];
  if (std::isinf(x.a)) return Time::never();
  detail::TwoExponentials course;
  course.tau_slow = model_.tau_m;
  course.tau_fast = model_.tau_syn_ex;
  course.slow = x.a / membrane_.factor(t);
  course.fast = -k_ * x.i / synaptic_.factor(t);
  const double threshold = theta(i);
  if (course.slow + course.fast >= reached_from(threshold)) return t;
  const double span = driven_ ? (horizon - t).ms() : std::numeric_limits<double>::infinity();
  const double crossing = detail::first_crossing(course, threshold, span);
  if (crossing < 0.0) return Time::never();
  const double ticks = std::ceil(crossing * static_cast<double>(ticks_per_ms));
  return t + Delay{std::max<std::int64_t>(1, static_cast<std::int64_t>(ticks))};
}

SYNOP_VECTORISED bool Dynamics::any_passes(const Neuron* neurons, std::size_t n, double threshold, const Instant& f) {
  std::int64_t any = 0;
  const double late = f.late, now = -f.now, end = -f.end;
  for (std::size_t j = 0; j < n; ++j) {
    const double a = neurons[j].a, i = neurons[j].i;
    any |= std::max(a, a * late) + std::max(now * i, end * i) >= threshold ? 1 : 0;
  }
  return any != 0;
}

void Dynamics::scan(Time t, Time horizon, Alerts& alerts) {
  const Instant f = instant(t, horizon);
  const auto neurons = static_cast<std::uint32_t>(neurons_.size());
  if (driven_ && own_theta_.empty()) {
    constexpr std::uint32_t at_once = 32;
    for (std::uint32_t first = 0; first < neurons; first += at_once) {
      const std::uint32_t end = std::min(neurons, first + at_once);
      if (!any_passes(neurons_.data() + first, end - first, f.threshold, f)) continue;
      for (std::uint32_t i = first; i < end; ++i)
        if (passes(neurons_[i], theta_, f)) alerts.push_back(i);
    }
    return;
  }
  for (std::uint32_t i = 0; i < neurons; ++i)
    if (driven_ ? passes(neurons_[i], theta(i), f) : neurons_[i].a >= reached_from(theta(i) * f.s)) alerts.push_back(i);
}

// A step dI moves V_inf by R dI; V itself is continuous.
void Dynamics::add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t) {
  rescale_at(t);
  const double shift = model_.resistance() * amplitude;
  const double scaled_shift = shift * membrane_.factor(t);
  for (std::uint32_t i = first; i < first + count; ++i) neurons_[i].a -= scaled_shift;
  if (count == neurons_.size() && own_theta_.empty()) {
    theta_ -= shift;
  } else {
    if (own_theta_.empty()) own_theta_.assign(neurons_.size(), theta_);
    for (std::uint32_t i = first; i < first + count; ++i) own_theta_[i] -= shift;
  }
  find_driven();
}

void Dynamics::add_currents(std::uint32_t first, std::span<const double> amplitudes, Time t) {
  rescale_at(t);
  if (own_theta_.empty()) own_theta_.assign(neurons_.size(), theta_);
  const double s = membrane_.factor(t);
  for (std::uint32_t k = 0; k < amplitudes.size(); ++k) {
    const double shift = model_.resistance() * amplitudes[k];
    neurons_[first + k].a -= shift * s;
    own_theta_[first + k] -= shift;
  }
  find_driven();
}

void Dynamics::set_potential(std::uint32_t i, double V, Time t) {
  rescale_at(t);
  Neuron& x = neurons_[i];
  const double s = membrane_.factor(t);
  x.a = (V - v_inf(i)) * s + k_ * x.i * s / synaptic_.factor(t);
}

double Dynamics::value(std::string_view variable, std::uint32_t i, Time t) {
  rescale_at(t);
  const Neuron& x = neurons_[i];
  const double current = x.i / synaptic_.factor(t);
  if (variable == "I_syn") return current;
  if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m", "I_syn"});
  return std::isinf(x.a) ? model_.V_reset : v_inf(i) + x.a / membrane_.factor(t) - k_ * current;
}

void Dynamics::set_value(std::string_view variable, std::uint32_t i, double value, Time t) {
  if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m"});
  set_potential(i, value, t);
}

}  // namespace synop
