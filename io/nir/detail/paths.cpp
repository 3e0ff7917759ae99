#include "synop/io/nir/detail/paths.hpp"

#include <algorithm>
#include <tuple>

#include "synop/io/nir/exact_limits.hpp"

namespace synop::nir::detail {

Paths::Paths(const Graph& graph, std::int64_t recurrent_delay, std::vector<bool> skipped)
    : graph_(graph),
      leaving_(graph.nodes.size()),
      edge_delay_(graph.edges.size()),
      map_(graph.nodes.size()),
      at_(graph.nodes.size()) {
  const std::vector<bool> closing = loop_closing_edges(graph);
  for (std::uint32_t e = 0; e < graph.edges.size(); ++e) {
    if (closing[e]) edge_delay_[e] = recurrent_delay;
    if (!skipped[e]) leaving_[graph.edges[e].source].push_back(e);
  }
  for (const std::uint32_t n : order_between_neurons(graph).nodes) {
    const NodeKind kind = graph.nodes[n].kind;
    if (is_stateless(kind)) map_[n].emplace_back(graph.nodes[n]);
    if (is_stateless(kind) || kind == NodeKind::delay) order_.push_back(n);
    if (has_potential(kind)) ends_.push_back(n);
  }
  std::sort(ends_.begin(), ends_.end());
}

void Paths::follow(std::uint32_t node, std::uint32_t neuron,
                   const std::function<void(std::uint32_t, const std::vector<Arrival>&)>& arrive) {
  leave(node, {{neuron, 0, 1.0}});
  for (const std::uint32_t n : order_) {
    if (at_[n].empty()) continue;
    merge(at_[n]);
    leave(n, through(n, at_[n]));
    at_[n].clear();
  }
  for (const std::uint32_t n : ends_) {
    if (at_[n].empty()) continue;
    merge(at_[n]);
    arrive(n, at_[n]);
    at_[n].clear();
  }
}

void Paths::leave(std::uint32_t node, const std::vector<Arrival>& out) {
  for (const std::uint32_t e : leaving_[node]) {
    const std::uint32_t target = graph_.edges[e].target;
    if (graph_.nodes[target].kind == NodeKind::output) continue;
    for (const Arrival& a : out) at_[target].push_back({a.neuron, a.delay + edge_delay_[e], a.weight});
  }
}

std::vector<Paths::Arrival> Paths::through(std::uint32_t node, const std::vector<Arrival>& in) const {
  std::vector<Arrival> out;
  for (const Arrival& a : in) {
    if (graph_.nodes[node].kind == NodeKind::delay) {
      const double seconds = graph_.nodes[node].parameter("delay").at(a.neuron);
      out.push_back({a.neuron, a.delay + Delay::from_ms(seconds * 1e3).ticks, a.weight});
      continue;
    }
    map_[node].front().for_each_target(a.neuron, [&](std::uint32_t target, double weight) {
      if (weight != 0.0) out.push_back({target, a.delay, a.weight * weight});
    });
  }
  return out;
}

void Paths::merge(std::vector<Arrival>& arrivals) {
  std::stable_sort(arrivals.begin(), arrivals.end(), [](const Arrival& a, const Arrival& b) {
    return std::tie(a.neuron, a.delay) < std::tie(b.neuron, b.delay);
  });
  std::size_t kept = 0;
  for (std::size_t k = 1; k < arrivals.size(); ++k) {
    Arrival& last = arrivals[kept];
    if (last.neuron == arrivals[k].neuron && last.delay == arrivals[k].delay)
      last.weight += arrivals[k].weight;
    else
      arrivals[++kept] = arrivals[k];
  }
  if (!arrivals.empty()) arrivals.resize(kept + 1);
}

}  // namespace synop::nir::detail
