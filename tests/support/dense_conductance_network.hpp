#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include "synop/core/spike.hpp"
#include "synop/core/time.hpp"
#include "synop/neurons/iaf_cond_exp.hpp"
#include "synop/neurons/iaf_cond_exp_adaptive.hpp"

namespace synop::test {

// A second implementation of iaf_cond_exp and iaf_cond_exp_adaptive networks, to test the first: all neurons take classical Runge-Kutta steps of
// 1 us together, in long double with std::exp, from one event to the next; a crossing is found by bisection of its
// step. It shares nothing with the engine but the parameters.
class DenseConductanceNetwork {
 public:
  using Real = long double;

  std::uint32_t add_neuron(const IafCondExp& m, double V_m) {
    return add_neuron({m.V_th, m.V_reset, m.t_ref, m.g_L, m.C_m, m.E_ex, m.E_in, m.E_L, m.tau_syn_ex, m.tau_syn_in,
                       m.I_e, 0.0, 1e9, 0.0},
                      V_m);
  }
  std::uint32_t add_neuron(const IafCondExpAdaptive& m, double V_m) {
    neurons_.push_back({m, V_m, 0, 0, m.I_e, false, half_decay(largest_step, m.tau_syn_ex),
                        half_decay(largest_step, m.tau_syn_in)});
    outgoing_.emplace_back();
    return static_cast<std::uint32_t>(neurons_.size() - 1);
  }
  void add_input(Time t, std::uint32_t target, double weight) {
    events_.emplace(t, Event{Event::input, target, weight});
  }
  void add_current(Time t, std::uint32_t target, double amplitude) {
    events_.emplace(t, Event{Event::current, target, amplitude});
  }
  void connect(std::uint32_t source, std::uint32_t target, double weight, Delay delay) {
    outgoing_[source].push_back({target, weight, delay});
  }

  // Advances to `end`; spikes by time, then neuron.
  const std::vector<Spike>& run_until(Time end) {
    while (now_ < end) {
      while (!events_.empty() && events_.begin()->first <= now_) {
        apply(events_.begin()->second);
        events_.erase(events_.begin());
      }
      const Time next = events_.empty() ? end : std::min(end, events_.begin()->first);
      if (now_ < next) step(std::min(Delay{largest_step}, next - now_));
    }
    return spikes_;
  }
  double theta(std::uint32_t i) const { return static_cast<double>(neurons_[i].theta); }
  double V_m(std::uint32_t i) const { return static_cast<double>(neurons_[i].V); }

 private:
  static constexpr std::int64_t largest_step = ticks_per_ms / 1000;

  static Real ms(std::int64_t ticks) { return static_cast<Real>(ticks) / ticks_per_ms; }
  static Real half_decay(std::int64_t ticks, Real tau) { return std::exp(-ms(ticks) / 2 / tau); }

  struct Event {
    enum Kind { release, input, current } kind;
    std::uint32_t neuron;
    double value;
  };
  struct Synapse {
    std::uint32_t target;
    double weight;
    Delay delay;
  };
  struct Neuron {
    IafCondExpAdaptive p;
    Real V, g_ex, g_in, I;
    bool refractory;
    Real step_ex, step_in;  // decays of the conductances in half a largest step
    Real theta = 0;

    Real slope(Real v, Real ex, Real in) const {
      return (-p.g_L * (v - p.E_L) - ex * (v - p.E_ex) - in * (v - p.E_in) + I) / p.C_m;
    }
    // The state `ticks` later.
    Neuron after(std::int64_t ticks) const {
      Neuron next = *this;
      const Real h = ms(ticks);
      const Real half_ex = ticks == largest_step ? step_ex : half_decay(ticks, p.tau_syn_ex);
      const Real half_in = ticks == largest_step ? step_in : half_decay(ticks, p.tau_syn_in);
      next.g_ex *= half_ex * half_ex;
      next.g_in *= half_in * half_in;
      next.theta = p.theta_rest + (next.theta - p.theta_rest) * std::exp(-h / p.tau_theta);
      if (refractory) return next;
      const Real k1 = slope(V, g_ex, g_in);
      const Real k2 = slope(V + h / 2 * k1, g_ex * half_ex, g_in * half_in);
      const Real k3 = slope(V + h / 2 * k2, g_ex * half_ex, g_in * half_in);
      const Real k4 = slope(V + h * k3, next.g_ex, next.g_in);
      next.V += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
      return next;
    }
    bool reached() const { return !refractory && V >= p.V_th + theta; }
  };

  void apply(const Event& event) {
    Neuron& n = neurons_[event.neuron];
    if (event.kind == Event::current) n.I += event.value;
    if (event.kind == Event::input) (event.value >= 0 ? n.g_ex : n.g_in) += std::abs(static_cast<Real>(event.value));
    if (event.kind == Event::release) {
      n.refractory = false;
      n.V = n.p.V_reset;
    }
  }

  // One step of `span`, or of less if a neuron fires in it: to the first tick at which one has reached its threshold.
  void step(Delay span) {
    next_.clear();
    for (const Neuron& n : neurons_) next_.push_back(n.after(span.ticks));
    const std::int64_t whole = span.ticks;
    for (std::uint32_t i = 0; i < neurons_.size(); ++i)
      if (next_[i].reached()) span = Delay{first_reached(neurons_[i], span.ticks)};
    if (span.ticks < whole)
      for (std::uint32_t i = 0; i < neurons_.size(); ++i) next_[i] = neurons_[i].after(span.ticks);
    now_ = now_ + span;
    neurons_.swap(next_);
    for (std::uint32_t i = 0; i < neurons_.size(); ++i)
      if (neurons_[i].reached()) fire(i);
  }
  // The first tick at which the neuron has reached its threshold; `ticks` if it has by then only, or not.
  static std::int64_t first_reached(const Neuron& n, std::int64_t ticks) {
    std::int64_t below = 0;
    while (ticks - below > 1) {
      const std::int64_t middle = (below + ticks) / 2;
      (n.after(middle).reached() ? ticks : below) = middle;
    }
    return ticks;
  }
  void fire(std::uint32_t i) {
    neurons_[i].refractory = true;
    neurons_[i].V = neurons_[i].p.V_reset;
    neurons_[i].theta += neurons_[i].p.theta_plus;
    spikes_.push_back({now_, i});
    events_.emplace(now_ + Delay::from_ms(neurons_[i].p.t_ref), Event{Event::release, i, 0.0});
    for (const Synapse& s : outgoing_[i]) add_input(now_ + s.delay, s.target, s.weight);
  }

  std::vector<Neuron> neurons_;
  std::vector<Neuron> next_;
  std::vector<std::vector<Synapse>> outgoing_;
  std::multimap<Time, Event> events_;
  std::vector<Spike> spikes_;
  Time now_{};
};

}  // namespace synop::test
