#pragma once

#include <algorithm>
#include <cmath>

#include "support/reference_simulator.hpp"

namespace synop::reference {

using Real = long double;

inline constexpr Real tolerance = 0x1p-40L;

inline Real span_ms(Delay d) { return static_cast<Real>(d.ticks) / static_cast<Real>(ticks_per_ms); }

// One neuron between events: the closed form of everything that moves.
class State {
 public:
  explicit State(const Neuron& p) : p_(p), v_(p.V_m) {}

  const Neuron& parameters() const { return p_; }
  bool refractory() const { return refractory_; }
  std::uint64_t version() const { return version_; }
  void supersede() { ++version_; }

  void advance(Time t) {
    const Real dt = span_ms(t - now_);
    if (!refractory_) v_ = potential(dt);
    i_ex_ = (i_ex_ + d_ex_ * dt) * std::exp(-dt / p_.tau_syn_ex);
    i_in_ = (i_in_ + d_in_ * dt) * std::exp(-dt / p_.tau_syn_in);
    d_ex_ *= std::exp(-dt / p_.tau_syn_ex);
    d_in_ *= std::exp(-dt / p_.tau_syn_in);
    theta_ *= std::exp(-dt / p_.tau_theta);
    now_ = t;
  }
  void add_current(Real amplitude) { i_const_ += amplitude; }
  void receive(Real w) {
    if (p_.model == Model::iaf_psc_exp)
      (w >= 0 ? i_ex_ : i_in_) += w;
    else if (p_.model == Model::iaf_psc_alpha)
      (w >= 0 ? d_ex_ : d_in_) += w * std::exp(Real{1}) / (w >= 0 ? p_.tau_syn_ex : p_.tau_syn_in);
    else if (!refractory_)
      v_ += w;
  }
  void fire() {
    refractory_ = true;
    v_ = p_.V_reset;
    if (p_.model == Model::iaf_psc_delta_adaptive) theta_ += p_.theta_plus;
  }
  void release() {
    refractory_ = false;
    v_ = p_.V_reset;
  }
  bool reached() const {
    if (p_.model == Model::if_psc_delta)
      return !refractory_ && v_ - p_.V_reset >= (1 - tolerance) * (static_cast<Real>(p_.V_th) - p_.V_reset);
    const Real distance = threshold(0) - v_inf();
    return !refractory_ && v_ - v_inf() >= distance - tolerance * std::abs(distance);
  }

  // The span in ticks to the first crossing within `horizon`, if nothing else happens; negative if there is none.
  Real next_crossing(Delay horizon) const {
    if (refractory_) return -1;
    if (v_ >= threshold(0)) return 0;
    const Real last = span_ms(horizon);
    if (p_.model == Model::if_psc_delta) {
      const Real dt = (p_.V_th - v_) / slope(0);
      return dt > 0 && dt <= last ? dt * ticks_per_ms : -1;
    }
    if (p_.model == Model::iaf_psc_delta) {
      if (v_inf() <= threshold(0)) return -1;
      const Real dt = p_.tau_m * std::log((v_inf() - v_) / (v_inf() - threshold(0)));
      return dt <= last ? dt * ticks_per_ms : -1;
    }
    if (has_currents() && highest_potential() < threshold(0)) return -1;
    Real from = 0;
    for (const Real to : turning_points(last)) {
      if (excess(to) >= 0) return bisect([this](Real x) { return excess(x) >= 0; }, from, to, 1e-16L) * ticks_per_ms;
      from = to;
    }
    return -1;
  }
  // d(potential - threshold)/dt in mV per ms, `dt` ms from now.
  Real slope(Real dt) const {
    if (p_.model == Model::if_psc_delta) return (static_cast<Real>(p_.I_e) + i_const_) / p_.C_m;
    return (v_inf() - potential(dt) + resistance() * synaptic_current(dt)) / p_.tau_m + adaptation(dt) / p_.tau_theta;
  }

 private:
  Real resistance() const { return static_cast<Real>(p_.tau_m) / p_.C_m; }
  Real v_inf() const { return p_.E_L + resistance() * (static_cast<Real>(p_.I_e) + i_const_); }
  Real adaptation(Real dt) const { return theta_ * std::exp(-dt / p_.tau_theta); }
  Real threshold(Real dt) const { return p_.V_th + adaptation(dt); }
  Real excess(Real dt) const { return potential(dt) - threshold(dt); }
  Real synaptic_current(Real dt) const {
    return (i_ex_ + d_ex_ * dt) * std::exp(-dt / p_.tau_syn_ex) + (i_in_ + d_in_ * dt) * std::exp(-dt / p_.tau_syn_in);
  }
  bool has_currents() const { return p_.model == Model::iaf_psc_exp || p_.model == Model::iaf_psc_alpha; }
  // The response of the potential to a current t exp(-t / tau_s): the rate of the other kernel's change with 1 / tau_s.
  Real ramp_kernel(Real dt, Real tau_s) const {
    const Real y = dt * (1 / tau_s - 1 / static_cast<Real>(p_.tau_m));
    Real sum = 0;  // (1 - (1 + y) exp(-y)) / y^2
    if (std::abs(y) < 1) {
      Real power = 1;  // (-y)^n / n!
      for (int n = 0; n < 40; ++n, power *= -y / n) sum += power / (n + 2);
    } else {
      sum = (1 - (1 + y) * std::exp(-y)) / (y * y);
    }
    return dt * dt * std::exp(-dt / p_.tau_m) * sum / p_.C_m;
  }
  // The response of the potential to a unit current that decays with tau_s.
  Real kernel(Real dt, Real tau_s) const {
    const Real tau_m = p_.tau_m;
    const Real difference = tau_m - tau_s;
    if (difference == 0) return resistance() * dt / tau_m * std::exp(-dt / tau_m);
    return -resistance() * tau_s / difference * std::exp(-dt / tau_m) * std::expm1(-dt * difference / (tau_m * tau_s));
  }
  // An upper bound of the potential from now on: every part at its own maximum, inhibition absent.
  Real highest_potential() const {
    const Real tau_m = p_.tau_m;
    const Real tau_s = p_.tau_syn_ex;
    const Real peak = tau_m == tau_s ? tau_m : std::log(tau_m / tau_s) * tau_m * tau_s / (tau_m - tau_s);
    if (p_.model == Model::iaf_psc_alpha)  // all charge to come
      return std::max(v_, v_inf()) + (i_ex_ + d_ex_ * tau_s) * tau_s / p_.C_m * (1 + 1e-15L);
    return std::max(v_, v_inf()) + i_ex_ * kernel(peak, tau_s) * (1 + 1e-15L);
  }
  Real potential(Real dt) const {
    if (p_.model == Model::if_psc_delta) return v_ + dt * slope(0);
    Real v = v_inf() + (v_ - v_inf()) * std::exp(-dt / p_.tau_m);
    if (i_ex_ != 0) v += i_ex_ * kernel(dt, p_.tau_syn_ex);
    if (i_in_ != 0) v += i_in_ * kernel(dt, p_.tau_syn_in);
    if (d_ex_ != 0) v += d_ex_ * ramp_kernel(dt, p_.tau_syn_ex);
    if (d_in_ != 0) v += d_in_ * ramp_kernel(dt, p_.tau_syn_in);
    return v;
  }

  // Ascending ends of intervals on each of which potential - threshold is monotone.
  std::vector<Real> turning_points(Real last) const {
    std::vector<Real> points;
    if (p_.model == Model::iaf_psc_alpha) {
      // Maxima found by their slopes on a grid that is fine against every time constant.
      const Real shortest = std::min({p_.tau_m, p_.tau_syn_ex, p_.tau_syn_in});
      const Real settled = 60 * std::max({p_.tau_m, p_.tau_syn_ex, p_.tau_syn_in});
      const Real step = shortest / 8;
      bool rising = slope(0) > 0;
      for (Real from = 0; from < std::min(last, settled); from += step) {
        const Real to = std::min(from + step, last);
        const bool rising_at_end = slope(to) > 0;
        if (rising != rising_at_end)
          points.push_back(bisect([&](Real x) { return (slope(x) > 0) == rising_at_end; }, from, to, 1e-10L));
        if (excess(to) >= 0) points.push_back(to);
        if (excess(to) >= 0) break;
        rising = rising_at_end;
      }
    } else if (p_.model == Model::iaf_psc_exp) {
      // exp(t / tau_m) V' is monotone wherever the synaptic current is, and that turns at most once.
      Real from = 0;
      for (const Real to : {std::min(turn_of_current(), last), last}) {
        if ((slope(from) > 0) != (slope(to) > 0)) {
          const bool rising_at_end = slope(to) > 0;
          points.push_back(bisect([&](Real x) { return (slope(x) > 0) == rising_at_end; }, from, to, 1e-10L));
        }
        from = to;
      }
    } else if (theta_ > 0 && p_.tau_theta != p_.tau_m && v_ > v_inf()) {
      const Real rate = 1 / static_cast<Real>(p_.tau_m) - 1 / static_cast<Real>(p_.tau_theta);
      const Real turn = std::log((v_ - v_inf()) / p_.tau_m / (theta_ / p_.tau_theta)) / rate;
      if (turn > 0 && turn < last) points.push_back(turn);
    }
    points.push_back(last);
    return points;
  }
  Real turn_of_current() const {
    const Real ex = i_ex_ / p_.tau_syn_ex;
    const Real in = -i_in_ / p_.tau_syn_in;
    const Real rate = 1 / static_cast<Real>(p_.tau_syn_in) - 1 / static_cast<Real>(p_.tau_syn_ex);
    if (ex <= 0 || in <= 0 || rate == 0) return 0;
    return std::max<Real>(0, std::log(in / ex) / rate);
  }
  // The first x in (a, b] at which a monotone predicate holds, to `precision` (ms); it holds at b.
  template <class Predicate>
  static Real bisect(Predicate holds, Real a, Real b, Real precision) {
    while (b - a > precision) {
      const Real middle = a + (b - a) / 2;
      if (middle <= a || middle >= b) break;
      (holds(middle) ? b : a) = middle;
    }
    return b;
  }

  Neuron p_;
  Time now_{};
  Real v_;
  Real i_const_ = 0;
  Real i_ex_ = 0;
  Real i_in_ = 0;
  Real d_ex_ = 0;  // pA per ms, of alpha-shaped currents
  Real d_in_ = 0;
  Real theta_ = 0;
  bool refractory_ = false;
  std::uint64_t version_ = 0;
};

// Weight and traces of one synapse.
class SynapseState {
 public:
  explicit SynapseState(const Synapse& synapse) : weight_(synapse.weight), rule_(synapse.stdp.value_or(Stdp{})) {}
  Real weight() const { return weight_; }

  void on_pre(Time t) {
    decay(t);
    set(weight_ -
        rule_.alpha * rule_.lambda * rule_.Wmax * std::pow(weight_ / rule_.Wmax, Real{rule_.mu_minus}) * k_minus_);
    k_plus_ += 1;
  }
  void on_post(Time t) {
    decay(t);
    set(weight_ + rule_.lambda * rule_.Wmax * std::pow(1 - weight_ / rule_.Wmax, Real{rule_.mu_plus}) * k_plus_);
    k_minus_ += 1;
  }

 private:
  void decay(Time t) {
    k_plus_ *= std::exp(-span_ms(t - now_) / rule_.tau_plus);
    k_minus_ *= std::exp(-span_ms(t - now_) / rule_.tau_minus);
    now_ = t;
  }
  void set(Real w) { weight_ = std::clamp<Real>(w, 0, rule_.Wmax); }

  Real weight_;
  Stdp rule_;
  Real k_plus_ = 0;
  Real k_minus_ = 0;
  Time now_{};
};

}  // namespace synop::reference
