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
  std::vector<detail::LinearMap> map;  // one, of a node without state
  std::vector<std::uint64_t> delay_in_steps;
  std::map<std::uint64_t, std::vector<std::pair<std::uint32_t, double>>> on_the_way;  // by step of arrival
};

ClockedNetwork::~ClockedNetwork() = default;

std::span<const std::uint32_t> ClockedNetwork::spiking(std::uint32_t node) const {
  return states_[node].out.active;
}
const std::vector<double>& ClockedNetwork::output(std::uint32_t node) const {
  return states_[node].out.values;
}
double ClockedNetwork::potential(std::uint32_t node, std::uint32_t neuron) const {
  return states_[node].v[neuron];
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
  for (const std::uint32_t n : order_.nodes)  // what they give without spikes
    if (is_stateless(graph_.nodes[n].kind)) map(n);
  operations_ = 0;
}

void ClockedNetwork::prepare(std::uint32_t n) {
  const Node& node = graph_.nodes[n];
  State& state = states_[n];
  const bool sends_spikes = node.kind == NodeKind::input || spikes(node.kind) || node.kind == NodeKind::threshold ||
                            node.kind == NodeKind::delay;
  state.out = Signal(node.size(), sends_spikes);
  state.sources = graph_.sources_of(n);
  if (is_stateless(node.kind)) state.map.emplace_back(node);
  if (has_potential(node.kind)) state.v.assign(node.size(), 0.0);
  if (node.kind == NodeKind::cuba_li || node.kind == NodeKind::cuba_lif) state.i.assign(node.size(), 0.0);
  if (!is_stateless(node.kind)) state.x.assign(node.size(), 0.0);
  if (node.kind == NodeKind::delay) prepare_delay(n);
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
    if (graph_.nodes[n].kind != NodeKind::input) continue;
    states_[n].out.clear();
    for (const std::uint32_t i : spikes_of_inputs[n]) states_[n].out.add(i, height_);
  }
  for (const std::uint32_t n : order_.nodes) act(n);
  for (std::uint32_t n = 0; n < states_.size(); ++n)
    if (is_late(n)) send_delayed(n);
  ++step_;
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
  advance_potential(n);
  if (spikes(graph_.nodes[n].kind))
    fire(n);
  else
    states_[n].out.values = states_[n].v;
}

void ClockedNetwork::advance_potential(std::uint32_t n) {
  const Node& node = graph_.nodes[n];
  State& state = states_[n];
  const Array& r = node.parameter("r");
  if (node.kind == NodeKind::i || node.kind == NodeKind::if_) {
    for (std::uint64_t k = 0; k < state.v.size(); ++k) state.v[k] += dt_ * (r.at(k) * state.x[k]);
    return;
  }
  const bool cuba = !state.i.empty();
  const Array& tau = node.parameter(cuba ? "tau_mem" : "tau");
  const Array& leak = node.parameter("v_leak");
  for (std::uint64_t k = 0; k < state.v.size(); ++k) {
    double current = state.x[k];
    if (cuba) {
      const double before = state.i[k];
      state.i[k] += dt_ / node.parameter("tau_syn").at(k) * (node.parameter("w_in").at(k) * current - before);
      current = options_.current == CubaCurrent::previous ? before : state.i[k];
    }
    state.v[k] += dt_ / tau.at(k) * (leak.at(k) - state.v[k] + r.at(k) * current);
  }
}

// Of neurons with a threshold, and of Threshold, which compares its input.
void ClockedNetwork::fire(std::uint32_t n) {
  const Node& node = graph_.nodes[n];
  State& state = states_[n];
  state.out.clear();
  const bool compares_input = node.kind == NodeKind::threshold;
  const Array& threshold = node.parameter(compares_input ? "threshold" : "v_threshold");
  std::vector<double>& v = compares_input ? state.x : state.v;
  for (std::uint32_t k = 0; k < v.size(); ++k) {
    if (!(v[k] > threshold.at(k))) continue;
    state.out.add(k, height_);
    if (compares_input) continue;
    v[k] = options_.reset == Reset::to_value ? node.parameter("v_reset").at(k) : v[k] - threshold.at(k);
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
