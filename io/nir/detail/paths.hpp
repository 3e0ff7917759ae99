#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "synop/io/nir/detail/linear_map.hpp"
#include "synop/io/nir/graph.hpp"

namespace synop::nir::detail {

// Follows one spike of a neuron through maps and Delays to the nodes with a potential that it reaches.
class Paths {
 public:
  struct Arrival {
    std::uint32_t neuron;
    std::int64_t delay;  // ticks
    double weight;       // the sum over all paths with this delay
  };

  // Edges for which `skipped` is true are not followed. `recurrent_delay` (ticks) is that of edges that close a loop.
  // The graph must outlive this and pass exact_obstacles().
  Paths(const Graph& graph, std::int64_t recurrent_delay, std::vector<bool> skipped);

  // Calls arrive(target node, arrivals by neuron and delay) for every node with a potential.
  void follow(std::uint32_t node, std::uint32_t neuron,
              const std::function<void(std::uint32_t, const std::vector<Arrival>&)>& arrive);

 private:
  void leave(std::uint32_t node, const std::vector<Arrival>& out);
  std::vector<Arrival> through(std::uint32_t node, const std::vector<Arrival>& in) const;
  static void merge(std::vector<Arrival>& arrivals);

  const Graph& graph_;
  std::vector<std::vector<std::uint32_t>> leaving_;  // edges, by node
  std::vector<std::int64_t> edge_delay_;
  std::vector<std::uint32_t> order_;         // of maps and Delays
  std::vector<std::uint32_t> ends_;          // nodes with a potential
  std::vector<std::vector<LinearMap>> map_;  // by node; one of a map, none else
  std::vector<std::vector<Arrival>> at_;     // by node
};

}  // namespace synop::nir::detail
