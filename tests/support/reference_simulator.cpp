#include "support/reference_simulator.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <tuple>

#include "support/reference_state.hpp"

namespace synop::reference {

namespace {

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
        if (model != Model::iaf_psc_exp && model != Model::iaf_psc_alpha && state.reached()) return fire(n, event.time, std::nullopt);
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
