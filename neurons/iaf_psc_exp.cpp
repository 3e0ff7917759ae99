#include "synop/neurons/iaf_psc_exp.hpp"

#include <algorithm>
#include <cmath>

#include "synop/neurons/detail/checks.hpp"
#include "synop/core/vectorised.hpp"
#include "synop/neurons/detail/crossing.hpp"
#include "synop/neurons/iaf_psc_exp_one_tau.hpp"

namespace synop {

using Dynamics = IafPscExp::Dynamics;

void IafPscExp::validate() const {
  check_parameters(*this);
  detail::check_reset_below_threshold(name, V_reset, V_th);
  detail::check_resting_potential(name, E_L, resistance(), I_e);
  detail::check_time_constants(name, "tau_syn_ex", tau_syn_ex, tau_m);
  detail::check_time_constants(name, "tau_syn_in", tau_syn_in, tau_m);
}

std::unique_ptr<Block> IafPscExp::make_block(BlockRequest request) const {
  if (IafPscExpOneTau::covers(*this)) return std::make_unique<NeuronBlock<IafPscExpOneTau>>(IafPscExpOneTau(*this), std::move(request));
  return std::make_unique<NeuronBlock<IafPscExp>>(*this, std::move(request));
}

Dynamics::Dynamics(const IafPscExp& model, std::uint32_t neurons)
    : model_(model),
      slow_synapse_(model.tau_syn_ex >= model.tau_m),
      membrane_(model.tau_m),
      excitatory_(model.tau_syn_ex),
      inhibitory_(model.tau_syn_in),
      neurons_(neurons),
      v_inf_(neurons) {
  const auto mode = [&](double tau_syn) {
    return tau_syn == model.tau_m ? Mode{true, 0.0}
                                  : Mode{false, model.resistance() * tau_syn / (model.tau_m - tau_syn)};
  };
  ex_ = mode(model.tau_syn_ex);
  in_ = mode(model.tau_syn_in);
  restart({});
}

void Dynamics::restart(Time) {
  membrane_.restart();
  excitatory_.restart();
  inhibitory_.restart();
  end_of_factors_ = Time::never();
  const double v_inf = model_.E_L + model_.resistance() * model_.I_e;
  for (std::uint32_t i = 0; i < neurons_.size(); ++i) {
    neurons_[i] = {model_.E_L - v_inf, 0.0, 0.0, 0.0};
    set_resting_potential(i, v_inf);
  }
  driven_ = model_.V_th <= v_inf;
}

void Dynamics::set_resting_potential(std::uint32_t i, double v_inf) {
  v_inf_[i] = v_inf;
  neurons_[i].theta = reached_from(model_.V_th - v_inf);
}

// In the limit form V = a / s_m + R I t / tau with t counted from the membrane's origin, so moving the origin moves part
// of the current's contribution into a.
void Dynamics::rescale_at(Time t) {
  const std::int64_t m = membrane_.advance(t);
  const std::int64_t ex = excitatory_.advance(t);
  const std::int64_t in = inhibitory_.advance(t);
  if ((m | ex | in) == 0) [[likely]] return;
  end_of_factors_ = Time::never();
  const double shift = model_.resistance() * static_cast<double>(m) * ScaledClock::binary_orders_per_epoch *
                       0.693147180559945309417;
  const double by_m = ScaledClock::rescale(m), by_ex = ScaledClock::rescale(ex), by_in = ScaledClock::rescale(in);
  for (Neuron& x : neurons_) {
    if (!std::isinf(x.a)) {
      if (ex_.equal) x.a += x.ex * shift;
      if (in_.equal) x.a += x.in * shift;
      x.a = rescaled(x.a, by_m);
    }
    x.ex = rescaled(x.ex, by_ex);
    x.in = rescaled(x.in, by_in);
  }
}

void Dynamics::update_end_factors(Time horizon) {
  if (horizon == end_of_factors_) return;
  end_of_factors_ = horizon;
  end_m_ = exp_bounded(membrane_.exponent(horizon));
  end_ex_ = exp_bounded(excitatory_.exponent(horizon));
  end_in_ = exp_bounded(inhibitory_.exponent(horizon));
}

double Dynamics::to_a(const Mode& mode, double s_m, double s_syn, Time t) const {
  return mode.equal ? -model_.resistance() * s_syn * membrane_.exponent(t) : mode.k * s_m;
}

double Dynamics::coefficient(const Mode& mode, double s_syn, double s_m, Time t) const {
  return mode.equal ? model_.resistance() * membrane_.exponent(t) / s_m : -mode.k / s_syn;
}

std::size_t Dynamics::instants(const Time* times, std::size_t n, Time, Instants& out) {
  rescale_at(times[0]);
  n = membrane_.covered(times, excitatory_.covered(times, inhibitory_.covered(times, n)));
  membrane_.factors(times, n, out.m);
  excitatory_.factors(times, n, out.ex);
  inhibitory_.factors(times, n, out.in);
  out.times = times;
  return n;
}

Dynamics::Instant Dynamics::instant_of(Time t, double s_m, double s_ex, double s_in, Time horizon) {
  Instant f{};
  f.ex_to_ex = s_ex;
  f.in_to_in = s_in;
  f.ex_to_a = to_a(ex_, s_m, s_ex, t);
  f.in_to_a = to_a(in_, s_m, s_in, t);
  // Driven neurons are bounded until the end of the window, the others for ever.
  if (driven_) update_end_factors(horizon);
  const double horizon_m = driven_ ? end_m_ : s_m;
  f.late = horizon_m / s_m;
  f.theta_bound = horizon_m;
  if (slow_synapse_) {
    f.a_v = 1.0 / s_m;
    f.ex_v = coefficient(ex_, s_ex, s_m, t);
    f.in_v = coefficient(in_, s_in, s_m, t);
    f.drive_v = model_.resistance() / s_ex;
    f.share = driven_ ? 1.0 - s_m / end_m_ : 1.0;
    return f;
  }
  f.ex_bound = driven_ ? -ex_.k * horizon_m / end_ex_ : 0.0;
  const bool fast_inhibition = !in_.equal && in_.k > 0.0;
  if (in_.equal)  // R I t / tau, I <= 0, only falls
    f.in_bound = model_.resistance() * membrane_.exponent(t);
  else
    f.in_bound = -in_.k * horizon_m / (fast_inhibition || !driven_ ? s_in : end_in_);
  return f;
}

bool Dynamics::passes(const Neuron& x, const Instant& f) const {
  if (!slow_synapse_)
    return std::max(x.a, x.a * f.late) + f.ex_bound * x.ex + f.in_bound * x.in >= f.theta_bound * x.theta;
  const double v = f.a_v * x.a + f.ex_v * x.ex + f.in_v * x.in;
  const double reach = v + f.share * std::max(0.0, f.drive_v * x.ex - v);
  return reach >= x.theta;
}

Time Dynamics::attend(std::uint32_t i, Time t, Time horizon) {
  rescale_at(t);
  const Neuron& x = neurons_[i];
  if (std::isinf(x.a)) return Time::never();
  const double s_m = membrane_.factor(t);
  detail::PotentialCourse course;
  course.rate_m = 1.0 / model_.tau_m;
  course.rate_ex = 1.0 / model_.tau_syn_ex;
  course.rate_in = 1.0 / model_.tau_syn_in;
  course.a = x.a / s_m;
  const auto add = [&](const Mode& mode, double current, double& term) {
    if (mode.equal) {
      course.a += model_.resistance() * membrane_.exponent(t) * current / s_m;
      course.b += model_.resistance() * current / s_m / model_.tau_m;
    } else {
      term = -mode.k * current;
    }
  };
  add(ex_, x.ex, course.ex);
  add(in_, x.in, course.in);
  course.ex /= excitatory_.factor(t);
  course.in /= inhibitory_.factor(t);
  if (course.a + course.ex + course.in >= x.theta) return t;
  const double span = x.theta > 0.0 && !driven_ ? std::numeric_limits<double>::infinity() : (horizon - t).ms();
  const double crossing = detail::first_crossing(course, model_.V_th - v_inf_[i], span);
  if (crossing < 0.0) return Time::never();
  const double ticks = std::ceil(crossing * static_cast<double>(ticks_per_ms));
  return t + Delay{std::max<std::int64_t>(1, static_cast<std::int64_t>(ticks))};
}

SYNOP_VECTORISED bool Dynamics::any_passes(const Neuron* neurons, std::size_t n, const Instant& f) {
  std::int64_t any = 0;
  const double late = f.late, ex_bound = f.ex_bound, in_bound = f.in_bound, theta_bound = f.theta_bound;
  for (std::size_t i = 0; i < n; ++i) {
    const Neuron& x = neurons[i];
    any |= std::max(x.a, x.a * late) + ex_bound * x.ex + in_bound * x.in >= theta_bound * x.theta ? 1 : 0;
  }
  return any != 0;
}

void Dynamics::scan(Time t, Time horizon, Alerts& alerts) {
  constexpr std::uint32_t at_once = 16;
  const Instant f = instant(t, horizon);
  const auto neurons = static_cast<std::uint32_t>(neurons_.size());
  for (std::uint32_t first = 0; first < neurons; first += at_once) {
    const std::uint32_t end = std::min(neurons, first + at_once);
    if (!slow_synapse_ && !any_passes(neurons_.data() + first, end - first, f)) continue;
    for (std::uint32_t i = first; i < end; ++i)
      if (passes(neurons_[i], f)) alerts.push_back(i);
  }
}

// A step dI moves V_inf by R dI; V itself is continuous.
void Dynamics::add_current(std::uint32_t first, std::uint32_t count, double amplitude, Time t) {
  rescale_at(t);
  const double shift = model_.resistance() * amplitude;
  const double scaled_shift = shift * membrane_.factor(t);
  for (std::uint32_t i = first; i < first + count; ++i) {
    neurons_[i].a -= scaled_shift;
    set_resting_potential(i, v_inf_[i] + shift);
  }
  driven_ = std::any_of(neurons_.begin(), neurons_.end(), [](const Neuron& x) { return x.theta <= 0.0; });
}

void Dynamics::add_currents(std::uint32_t first, std::span<const double> amplitudes, Time t) {
  rescale_at(t);
  const double s = membrane_.factor(t);
  for (std::uint32_t k = 0; k < amplitudes.size(); ++k) {
    const std::uint32_t i = first + k;
    const double shift = model_.resistance() * amplitudes[k];
    neurons_[i].a -= shift * s;
    set_resting_potential(i, v_inf_[i] + shift);
  }
  driven_ = std::any_of(neurons_.begin(), neurons_.end(), [](const Neuron& x) { return x.theta <= 0.0; });
}

double Dynamics::potential(const Neuron& x, Time t) {
  const double s_m = membrane_.factor(t);
  return x.a / s_m + coefficient(ex_, excitatory_.factor(t), s_m, t) * x.ex +
         coefficient(in_, inhibitory_.factor(t), s_m, t) * x.in;
}

void Dynamics::set_potential(std::uint32_t i, double V, Time t) {
  rescale_at(t);
  Neuron& x = neurons_[i];
  x.a = 0.0;
  x.a = (V - v_inf_[i] - potential(x, t)) * membrane_.factor(t);
}

double Dynamics::value(std::string_view variable, std::uint32_t i, Time t) {
  rescale_at(t);
  const Neuron& x = neurons_[i];
  if (variable == "I_syn_ex") return x.ex / excitatory_.factor(t);
  if (variable == "I_syn_in") return x.in / inhibitory_.factor(t);
  if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m", "I_syn_ex", "I_syn_in"});
  return std::isinf(x.a) ? model_.V_reset : v_inf_[i] + potential(x, t);
}

void Dynamics::set_value(std::string_view variable, std::uint32_t i, double value, Time t) {
  if (variable != "V_m") throw_unknown_variable(name, variable, {"V_m"});
  set_potential(i, value, t);
}

}  // namespace synop
