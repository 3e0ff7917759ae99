#include "support/reference_simulator.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <tuple>

namespace synop::reference {

namespace {

using Real = long double;

constexpr Real tolerance = 0x1p-40L;

Real span_ms(Delay d) {
  return static_cast<Real>(d.ticks) / static_cast<Real>(ticks_per_ms);
}

// What can happen, in the order in which it happens to one neuron at one instant.
enum class Kind : std::uint8_t { step, release, crossing, inhibitory, excitatory, late_release };

// The arrival of a source's spike at its plastic synapse is announced either by an earlier instant (axonal delay) or by
// the source at this one; it precedes every arrival of a target's spike.
enum class Phase : std::uint8_t { announced_pre, neurons, post };

struct Event {
  Time time;
  Phase phase = Phase::neurons;
  std::uint32_t rank = 0;  // of the neuron: sources of zero-delay synapses come before their targets
  Kind kind = Kind::step;
  std::uint64_t number = 0;   // of the event: no two are equal
  std::uint32_t subject = 0;  // neuron or synapse
  Real value = 0;             // pA or weight; of a crossing: its exact instant, in ticks before `time`
  std::uint64_t version = 0;  // of a crossing: that of the neuron when it was predicted
  bool pre = false;           // a source's spike arrives at its plastic synapse

  friend bool operator<(const Event& a, const Event& b) {
    return std::tie(a.time, a.phase, a.rank, a.kind, a.number) < std::tie(b.time, b.phase, b.rank, b.kind, b.number);
  }
};

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
    i_ex_ *= std::exp(-dt / p_.tau_syn_ex);
    i_in_ *= std::exp(-dt / p_.tau_syn_in);
    theta_ *= std::exp(-dt / p_.tau_theta);
    now_ = t;
  }
  void add_current(Real amplitude) { i_const_ += amplitude; }
  void receive(Real w) {
    if (p_.model == Model::iaf_psc_exp)
      (w >= 0 ? i_ex_ : i_in_) += w;
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
    const Real distance = threshold(0) - v_inf();
    return !refractory_ && v_ - v_inf() >= distance - tolerance * std::abs(distance);
  }

  // The span in ticks to the first crossing within `horizon`, if nothing else happens; negative if there is none.
  Real next_crossing(Delay horizon) const {
    if (refractory_) return -1;
    if (v_ >= threshold(0)) return 0;
    const Real last = span_ms(horizon);
    if (p_.model == Model::iaf_psc_delta) {
      if (v_inf() <= threshold(0)) return -1;
      const Real dt = p_.tau_m * std::log((v_inf() - v_) / (v_inf() - threshold(0)));
      return dt <= last ? dt * ticks_per_ms : -1;
    }
    if (p_.model == Model::iaf_psc_exp && highest_potential() < threshold(0)) return -1;
    Real from = 0;
    for (const Real to : turning_points(last)) {
      if (excess(to) >= 0) return bisect([this](Real x) { return excess(x) >= 0; }, from, to, 1e-16L) * ticks_per_ms;
      from = to;
    }
    return -1;
  }
  // d(potential - threshold)/dt in mV per ms, `dt` ms from now.
  Real slope(Real dt) const {
    return (v_inf() - potential(dt) + resistance() * synaptic_current(dt)) / p_.tau_m + adaptation(dt) / p_.tau_theta;
  }

 private:
  Real resistance() const { return static_cast<Real>(p_.tau_m) / p_.C_m; }
  Real v_inf() const { return p_.E_L + resistance() * (static_cast<Real>(p_.I_e) + i_const_); }
  Real adaptation(Real dt) const { return theta_ * std::exp(-dt / p_.tau_theta); }
  Real threshold(Real dt) const { return p_.V_th + adaptation(dt); }
  Real excess(Real dt) const { return potential(dt) - threshold(dt); }
  Real synaptic_current(Real dt) const {
    return i_ex_ * std::exp(-dt / p_.tau_syn_ex) + i_in_ * std::exp(-dt / p_.tau_syn_in);
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
    return std::max(v_, v_inf()) + i_ex_ * kernel(peak, tau_s) * (1 + 1e-15L);
  }
  Real potential(Real dt) const {
    Real v = v_inf() + (v_ - v_inf()) * std::exp(-dt / p_.tau_m);
    if (i_ex_ != 0) v += i_ex_ * kernel(dt, p_.tau_syn_ex);
    if (i_in_ != 0) v += i_in_ * kernel(dt, p_.tau_syn_in);
    return v;
  }

  // Ascending ends of intervals on each of which potential - threshold is monotone.
  std::vector<Real> turning_points(Real last) const {
    std::vector<Real> points;
    if (p_.model == Model::iaf_psc_exp) {
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

class Simulator {
 public:
  Simulator(const Network& network, Time end)
      : network_(network), end_(end), outgoing_(network.neurons.size()), plastic_incoming_(network.neurons.size()) {
    for (const Neuron& neuron : network.neurons) states_.emplace_back(neuron);
    for (std::uint32_t s = 0; s < network.synapses.size(); ++s) {
      const Synapse& synapse = network.synapses[s];
      synapses_.emplace_back(synapse);
      outgoing_[synapse.source].push_back(s);
      if (synapse.stdp) plastic_incoming_[synapse.target].push_back(s);
    }
    rank_neurons();
  }

  Result run() {
    for (std::uint32_t n = 0; n < states_.size(); ++n) {
      for (const Time t : network_.neurons[n].emits) push({.time = t, .kind = Kind::excitatory, .subject = n});
      predict(n, Time{});
    }
    for (const CurrentStep& step : network_.steps)
      push({.time = step.time, .kind = Kind::step, .subject = step.neuron, .value = step.amplitude});
    while (!events_.empty()) {
      const Event event = *events_.begin();
      events_.erase(events_.begin());
      process(event);
    }
    std::sort(result_.spikes.begin(), result_.spikes.end(),
              [](const Spike& a, const Spike& b) { return std::tie(a.time, a.neuron) < std::tie(b.time, b.neuron); });
    for (const SynapseState& synapse : synapses_) result_.weights.push_back(static_cast<double>(synapse.weight()));
    return result_;
  }

 private:
  void rank_neurons() {
    rank_.resize(states_.size());
    bool changed = true;
    for (std::size_t round = 0; changed; ++round) {
      if (round > states_.size()) throw std::invalid_argument("zero-delay synapses form a cycle");
      changed = false;
      for (const Synapse& s : network_.synapses)
        if (s.delay.ticks == 0 && rank_[s.target] <= rank_[s.source]) {
          rank_[s.target] = rank_[s.source] + 1;
          changed = true;
        }
    }
    // Distinct ranks: an instant is finished neuron by neuron.
    std::vector<std::uint32_t> order(states_.size());
    for (std::uint32_t n = 0; n < order.size(); ++n) order[n] = n;
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return rank_[a] < rank_[b]; });
    for (std::uint32_t i = 0; i < order.size(); ++i) rank_[order[i]] = i;
  }

  void push(Event event) {
    if (event.time >= end_) return;
    event.number = ++pushed_;
    if (event.phase == Phase::neurons && !event.pre) event.rank = rank_[event.subject];
    events_.insert(event);
  }

  void process(const Event& event) {
    if (event.phase == Phase::post) return synapses_[event.subject].on_post(event.time);
    if (event.pre) return transmit(event.subject, event.time);
    const std::uint32_t n = event.subject;
    State& state = states_[n];
    const Model model = state.parameters().model;
    if (model == Model::source || model == Model::parrot_neuron) return emit(n, event.time, {});
    state.advance(event.time);
    switch (event.kind) {
      case Kind::step:
        state.add_current(event.value);
        break;
      case Kind::release:
      case Kind::late_release:
        state.release();
        break;
      case Kind::crossing:
        if (event.version != state.version()) return;
        return fire(n, event.time, event.value);
      case Kind::inhibitory:
        state.receive(event.value);
        break;
      case Kind::excitatory:
        state.receive(event.value);
        if (model != Model::iaf_psc_exp && state.reached()) return fire(n, event.time, std::nullopt);
        break;
    }
    predict(n, event.time);
  }

  void predict(std::uint32_t n, Time now) {
    State& state = states_[n];
    const Model model = state.parameters().model;
    if (model == Model::source || model == Model::parrot_neuron) return;
    state.supersede();
    const Real ticks = state.next_crossing(end_ - now);
    if (ticks < 0) return;
    const Real whole = std::ceil(ticks);
    push({.time = now + Delay{static_cast<std::int64_t>(whole)},
          .kind = Kind::crossing,
          .subject = n,
          .value = whole - ticks,
          .version = state.version()});
  }

  void fire(std::uint32_t n, Time t, std::optional<Real> early) {
    State& state = states_[n];
    const Real slope = early ? state.slope(0) / static_cast<Real>(ticks_per_ms) : 0;
    state.fire();
    state.supersede();
    const Delay t_ref = Delay::from_ms(state.parameters().t_ref);
    push({.time = t + t_ref, .kind = t_ref.ticks > 0 ? Kind::release : Kind::late_release, .subject = n});
    Spike details;
    details.by_input = !early;
    if (early) {
      details.boundary_distance = static_cast<double>(std::min(*early, 1 - *early));
      details.ticks_per_mV = static_cast<double>(1 / slope);
    }
    emit(n, t, details);
  }

  void emit(std::uint32_t n, Time t, Spike spike) {
    spike.time = t;
    spike.neuron = n;
    result_.spikes.push_back(spike);
    for (const std::uint32_t s : outgoing_[n]) {
      const Synapse& synapse = network_.synapses[s];
      if (synapse.stdp)
        push({.time = t + synapse.stdp->axonal,
              .phase = synapse.stdp->axonal.ticks > 0 ? Phase::announced_pre : Phase::neurons,
              .rank = rank_[n],
              .kind = Kind::late_release,
              .subject = s,
              .pre = true});
      else
        arrive(synapse, t + synapse.delay, static_cast<Real>(synapse.weight));
    }
    for (const std::uint32_t s : plastic_incoming_[n]) {
      const Synapse& synapse = network_.synapses[s];
      push({.time = t + (synapse.delay - synapse.stdp->axonal), .phase = Phase::post, .subject = s});
    }
  }
  // The weight is the one after the update by this very spike; it lands after the dendritic part.
  void transmit(std::uint32_t s, Time t) {
    const Synapse& synapse = network_.synapses[s];
    synapses_[s].on_pre(t);
    arrive(synapse, t + (synapse.delay - synapse.stdp->axonal), synapses_[s].weight());
  }
  void arrive(const Synapse& synapse, Time t, Real weight) {
    push({.time = t,
          .kind = weight < 0 ? Kind::inhibitory : Kind::excitatory,
          .subject = synapse.target,
          .value = weight});
  }

  const Network& network_;
  Time end_;
  std::vector<State> states_;
  std::vector<SynapseState> synapses_;
  std::vector<std::vector<std::uint32_t>> outgoing_;
  std::vector<std::vector<std::uint32_t>> plastic_incoming_;
  std::vector<std::uint32_t> rank_;
  std::set<Event> events_;
  std::uint64_t pushed_ = 0;
  Result result_;
};

}  // namespace

Result simulate(const Network& network, Time end) {
  return Simulator(network, end).run();
}

}  // namespace synop::reference
