#include "synop/io/nir/clocked_network.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/nir/detail/linear_map.hpp"

namespace synop::nir {

using detail::Signal;

struct ClockedNetwork::State {
  Signal out;
  std::vector<std::uint32_t> sources;
  std::vector<double> v, i, x;
  std::vector<double> held;  // of an Input: what it gives besides spikes
  // Of nodes with a potential, by neuron; of Threshold v_threshold.
  std::vector<double> dt_per_tau, leak, r, dt_per_tau_syn, w_in, threshold, reset;
  std::vector<detail::LinearMap> map;  // one, of a node without state
  std::vector<std::uint64_t> delay_in_steps;
  std::map<std::uint64_t, std::vector<std::pair<std::uint32_t, double>>> on_the_way;  // by step of arrival
};

namespace {

// One for each neuron.
std::vector<double> values_of(const Node& node, const char* dataset) {
  const Array& array = node.parameter(dataset);
  std::vector<double> values;
  for (std::uint64_t i = 0; i < node.size(); ++i) values.push_back(array.at(i));
  return values;
}

}  // namespace

ClockedNetwork::~ClockedNetwork() = default;

std::span<const std::uint32_t> ClockedNetwork::spiking(std::uint32_t node) const {
  return states_[node].out.active;
}
const std::vector<double>& ClockedNetwork::output(std::uint32_t node) const {
  return states_[node].out.values;
}
std::span<const double> ClockedNetwork::potentials(std::uint32_t node) const {
  return states_[node].v;
}

ClockedNetwork::ClockedNetwork(const Graph& graph, const Options& options)
    : graph_(graph),
      options_(options),
      dt_(options.dt.ms() * 1e-3),
      height_(options.spike == SpikeMeaning::pulse ? 1.0 : options.area() / dt_),
      late_(graph.nodes.size()),
      states_(graph.nodes.size()) {
  for (std::uint32_t n = 0; n < states_.size(); ++n) prepare(n);
  order_ = order_of(graph,
                    [&](const Node& node) { return is_late(static_cast<std::uint32_t>(&node - graph.nodes.data())); });
  restart();
}

void ClockedNetwork::restart() {
  for (State& state : states_) {
    for (std::vector<double>* const values : {&state.v, &state.i, &state.x, &state.out.values})
      std::fill(values->begin(), values->end(), 0.0);
    state.out.active.clear();
    state.held.clear();
    state.on_the_way.clear();
  }
  const std::uint64_t operations = operations_;
  for (const std::uint32_t n : order_.nodes)  // what they give without spikes
    if (is_stateless(graph_.nodes[n].kind)) map(n);
  operations_ = operations;
  step_ = 0;
}

void ClockedNetwork::hold_input(std::uint32_t node, std::vector<double> values) {
  states_[node].held = std::move(values);
}

void ClockedNetwork::prepare(std::uint32_t n) {
  const Node& node = graph_.nodes[n];
  State& state = states_[n];
  const bool sends_spikes = node.kind == NodeKind::input || spikes(node.kind) || node.kind == NodeKind::threshold ||
                            node.kind == NodeKind::delay;
  state.out = Signal(node.size(), sends_spikes);
  state.sources = graph_.sources_of(n);
  if (is_stateless(node.kind)) state.map.emplace_back(node);
  if (has_potential(node.kind)) prepare_potential(n);
  if (node.kind == NodeKind::threshold) state.threshold = values_of(node, "threshold");
  if (!is_stateless(node.kind)) state.x.assign(node.size(), 0.0);
  if (node.kind == NodeKind::delay) prepare_delay(n);
}

void ClockedNetwork::prepare_potential(std::uint32_t n) {
  const Node& node = graph_.nodes[n];
  State& state = states_[n];
  const auto dt_per = [&](const char* tau) {
    std::vector<double> quotients = values_of(node, tau);
    for (double& q : quotients) q = dt_ / q;
    return quotients;
  };
  const bool cuba = node.kind == NodeKind::cuba_li || node.kind == NodeKind::cuba_lif;
  state.v.assign(node.size(), 0.0);
  state.r = values_of(node, "r");
  if (node.kind != NodeKind::i && node.kind != NodeKind::if_) {
    state.dt_per_tau = dt_per(cuba ? "tau_mem" : "tau");
    state.leak = values_of(node, "v_leak");
  }
  if (cuba) {
    state.i.assign(node.size(), 0.0);
    state.dt_per_tau_syn = dt_per("tau_syn");
    state.w_in = values_of(node, "w_in");
  }
  if (!spikes(node.kind)) return;
  state.threshold = values_of(node, "v_threshold");
  state.reset = values_of(node, "v_reset");
}

void ClockedNetwork::prepare_delay(std::uint32_t n) {
  const Node& node = graph_.nodes[n];
  constexpr double tolerance = 1e-3;  // of a step; delays are often stored as float
  std::uint64_t shortest = UINT64_MAX;
  for (std::uint64_t i = 0; i < node.size(); ++i) {
    const double delay = node.parameter("delay").at(i);
    const double steps = delay / dt_;
    if (!(std::abs(steps - std::round(steps)) <= tolerance) || steps > 1e15)
      throw Error(ErrorKind::model,
                  fmt::format("'{}': {}: delay = {} s is no multiple of dt = {} s, as the clocked mode needs it",
                              graph_.file, node.title(), delay, dt_));
    states_[n].delay_in_steps.push_back(static_cast<std::uint64_t>(std::round(steps)));
    shortest = std::min(shortest, states_[n].delay_in_steps.back());
  }
  late_[n] = shortest > 0;
}

void ClockedNetwork::step(std::span<const std::vector<std::uint32_t>> spikes_of_inputs) {
  for (std::uint32_t n = 0; n < states_.size(); ++n) {
    if (is_late(n)) take_delayed(n);
    if (graph_.nodes[n].kind == NodeKind::input) enter(n, spikes_of_inputs[n]);
  }
  for (const std::uint32_t n : order_.nodes) act(n);
  for (std::uint32_t n = 0; n < states_.size(); ++n)
    if (is_late(n)) send_delayed(n);
  ++step_;
}

void ClockedNetwork::enter(std::uint32_t n, std::span<const std::uint32_t> spikes) {
  Signal& out = states_[n].out;
  out.clear();
  auto next = spikes.begin();
  const std::vector<double>& held = states_[n].held;
  for (std::uint32_t i = 0; i < held.size(); ++i) {
    if (held[i] != 0.0) out.add(i, held[i]);
    for (; next != spikes.end() && *next == i; ++next) out.add(i, height_);
  }
  for (; next != spikes.end(); ++next) out.add(*next, height_);
}

void ClockedNetwork::act(std::uint32_t n) {
  const NodeKind kind = graph_.nodes[n].kind;
  if (kind == NodeKind::input || is_late(n)) return;
  if (is_stateless(kind)) return map(n);
  if (kind == NodeKind::delay) {
    send_delayed(n);
    return take_delayed(n);
  }
  gather(states_[n]);
  if (has_potential(kind)) return integrate(n);
  if (kind == NodeKind::threshold) return fire(n);
  states_[n].out.values = states_[n].x;  // Output
}

void ClockedNetwork::gather(State& state) {
  std::fill(state.x.begin(), state.x.end(), 0.0);
  for (const std::uint32_t source : state.sources)
    states_[source].out.for_each([&](std::uint32_t i, double value) { state.x[i] += value; });
}

void ClockedNetwork::map(std::uint32_t n) {
  inputs_.clear();
  for (const std::uint32_t source : states_[n].sources) inputs_.push_back(&states_[source].out);
  operations_ += states_[n].map.front().apply(inputs_, states_[n].out);
}

void ClockedNetwork::integrate(std::uint32_t n) {
  advance_potential(states_[n]);
  if (spikes(graph_.nodes[n].kind))
    fire(n);
  else
    states_[n].out.values = states_[n].v;
}

void ClockedNetwork::advance_potential(State& s) {
  const std::size_t size = s.v.size();
  if (s.dt_per_tau.empty()) {
    for (std::size_t k = 0; k < size; ++k) s.v[k] += dt_ * (s.r[k] * s.x[k]);
    return;
  }
  if (!s.i.empty()) {
    for (std::size_t k = 0; k < size; ++k) {
      const double before = s.i[k];
      s.i[k] += s.dt_per_tau_syn[k] * (s.w_in[k] * s.x[k] - before);
      s.x[k] = options_.current == CubaCurrent::previous ? before : s.i[k];  // what charges the membrane
    }
  }
  for (std::size_t k = 0; k < size; ++k) s.v[k] += s.dt_per_tau[k] * (s.leak[k] - s.v[k] + s.r[k] * s.x[k]);
}

// Of neurons with a threshold, and of Threshold, which compares its input.
void ClockedNetwork::fire(std::uint32_t n) {
  State& state = states_[n];
  state.out.clear();
  const bool compares_input = graph_.nodes[n].kind == NodeKind::threshold;
  std::vector<double>& v = compares_input ? state.x : state.v;
  for (std::uint32_t k = 0; k < v.size(); ++k) {
    if (!(v[k] > state.threshold[k])) continue;
    state.out.add(k, height_);
    if (compares_input) continue;
    v[k] = options_.reset == Reset::to_value ? state.reset[k] : v[k] - state.threshold[k];
  }
}

void ClockedNetwork::send_delayed(std::uint32_t n) {
  State& state = states_[n];
  gather(state);
  for (std::uint32_t i = 0; i < state.x.size(); ++i)
    if (state.x[i] != 0.0) state.on_the_way[step_ + state.delay_in_steps[i]].emplace_back(i, state.x[i]);
}

void ClockedNetwork::take_delayed(std::uint32_t n) {
  State& state = states_[n];
  state.out.clear();
  const auto due = state.on_the_way.find(step_);
  if (due == state.on_the_way.end()) return;
  // Neurons with different delays arrive out of order.
  std::sort(due->second.begin(), due->second.end());
  for (const auto& [i, value] : due->second) state.out.add(i, value);
  state.on_the_way.erase(due);
}

}  // namespace synop::nir
