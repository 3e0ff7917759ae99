#include "synop/neurons/iaf_psc_alpha_one_tau.hpp"

#include <algorithm>
#include <cmath>

namespace synop {

using Dynamics = IafPscAlphaOneTau::Dynamics;

bool IafPscAlphaOneTau::covers(const std::vector<IafPscAlpha>& neurons) {
  constexpr double longest = 0.9;  // of tau_m
  const IafPscAlpha& first = neurons.front();
  return std::all_of(neurons.begin(), neurons.end(), [&](const IafPscAlpha& n) {
    return n.tau_syn_ex == first.tau_syn_ex && n.tau_syn_in == first.tau_syn_ex && n.tau_m == first.tau_m &&
           n.C_m == first.C_m && n.t_ref == first.t_ref && n.tau_syn_ex <= longest * n.tau_m;
  });
}

Dynamics::Dynamics(const IafPscAlphaOneTau& model, std::uint32_t neurons)
    : models_(model.neurons),
      k1_(model.resistance() * model.tau_syn_ex / (model.tau_m - model.tau_syn_ex)),
      k2_(k1_ * model.tau_m / (model.tau_m - model.tau_syn_ex)),
      rates_{1.0 / model.tau_m, 1.0 / model.tau_syn_ex, 1.0 / model.C_m},
      membrane_(model.tau_m),
      synaptic_(model.tau_syn_ex),
      neurons_(neurons),
      v_inf_(neurons) {
  restart({});
}

void Dynamics::restart(Time) {
  membrane_.restart();
  synaptic_.restart();
  for (std::uint32_t i = 0; i < neurons_.size(); ++i) {
    const double v_inf = of(i).E_L + of(i).resistance() * of(i).I_e;
    neurons_[i] = {of(i).E_L - v_inf, 0.0, 0.0, 0.0};
    set_resting_potential(i, v_inf);
  }
  find_driven();
}

void Dynamics::set_resting_potential(std::uint32_t i, double v_inf) {
  v_inf_[i] = v_inf;
  neurons_[i].theta = reached_from(of(i).V_th - v_inf);
}

void Dynamics::find_driven() {
  driven_ = std::any_of(neurons_.begin(), neurons_.end(), [](const Neuron& x) { return x.theta <= 0.0; });
}

// Moving the origin of the synaptic clock by x turns j into j + d x.
void Dynamics::rescale(Time t) {
  const std::int64_t synaptic = synaptic_.advance(t);
  const double by_m = ScaledClock::rescale(membrane_.advance(t));
  const double by_syn = ScaledClock::rescale(synaptic);
  const double moved = static_cast<double>(synaptic) * ScaledClock::binary_orders_per_epoch * 0.693147180559945309417;
  for (Neuron& x : neurons_) {
    if (!std::isinf(x.a)) x.a = rescaled(x.a, by_m);
    x.j = rescaled(x.j + x.d * moved, by_syn);
    x.d = rescaled(x.d, by_syn);
  }
}

Time Dynamics::attend(std::uint32_t i, Time t, Time horizon) {
  const Instant f = instant(t, horizon);
  const Neuron& x = neurons_[i];
  if (std::isinf(x.a)) return Time::never();
  const State now = state(x, f);
  if (now.v >= x.theta) return t;
  if (!may_cross(now.v, now.current, x.theta, rates_, f.span)) return Time::never();
  PscCourse course;
  course.v = now.v;
  course.rate_m = rates_.m;
  course.C_m = of(i).C_m;
  course.ex = {rates_.syn, rates_.syn - rates_.m};
  course.i_ex = now.current;
  const double span = x.theta > 0.0 ? std::numeric_limits<double>::infinity() : f.span;
  const double crossing = first_crossing(course, of(i).V_th - v_inf_[i], span);
  if (crossing < 0.0) return Time::never();
  const double ticks = std::ceil(crossing * static_cast<double>(ticks_per_ms));
  return t + Delay{std::max<std::int64_t>(1, static_cast<std::int64_t>(ticks))};
}

void Dynamics::scan(Time t, Time horizon, Alerts& alerts) {
  const Instant f = instant(t, horizon);
  for (std::uint32_t i = 0; i < neurons_.size(); ++i) look_at(i, f, alerts);
}

// A step dI moves V_inf by R dI; V itself is continuous.
void Dynamics::add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t) {
  rescale_at(t);
  const double shift = models_.front().resistance() * amplitude;
  const double scaled_shift = shift * membrane_.factor(t);
  for (std::uint32_t i = first; i < first + count; ++i) {
    neurons_[i].a -= scaled_shift;
    set_resting_potential(i, v_inf_[i] + shift);
  }
  find_driven();
}

void Dynamics::set_potential(std::uint32_t i, double V, Time t) {
  const Instant f = instant(t, t);
  Neuron& x = neurons_[i];
  const SynapticCurrent current = state(x, f).current;
  x.a = (V - v_inf_[i] + k1_ * current.I + k2_ * current.D) * f.s_m;
}

double Dynamics::value(std::string_view variable, std::uint32_t i, Time t) {
  const State now = state(neurons_[i], instant(t, t));
  if (variable == "I_syn") return now.current.I;
  if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m", "I_syn"});
  return std::isinf(now.v) ? of(i).V_reset : v_inf_[i] + now.v;
}

void Dynamics::set_value(std::string_view variable, std::uint32_t i, double value, Time t) {
  if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m"});
  set_potential(i, value, t);
}

}  // namespace synop
