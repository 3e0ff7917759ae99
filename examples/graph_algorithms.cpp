// Algorithms of Boost.Graph on a network, without a copy: strong components, the fastest paths by delay, and how many
// synapses a spike needs to reach the others.
#include <algorithm>
#include <iostream>
#include <vector>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/strong_components.hpp>

#include "synop/core/graph.hpp"
#include "synop/core/network_builder.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/synapses/connect/pairwise_bernoulli.hpp"

int main() {
  using namespace synop;
  NetworkBuilder builder(7);
  const PopulationId a = builder.add_population("a", 2000, IafPscDelta{});
  const PopulationId b = builder.add_population("b", 500, IafPscDelta{});
  builder.connect(a, a, PairwiseBernoulli(0.002), Synapse{.delay = uniform(0.5, 3.0)});
  builder.connect(a, b, PairwiseBernoulli(0.005), Synapse{.delay = constant(1.0)});
  const Network network = builder.build();

  const auto index = get(boost::vertex_index, network);
  std::vector<std::uint32_t> component(num_vertices(network));
  const auto components =
      boost::strong_components(network, boost::make_iterator_property_map(component.begin(), index));

  std::vector<double> arrival(num_vertices(network));
  boost::dijkstra_shortest_paths(network, 0u,
                                 boost::distance_map(boost::make_iterator_property_map(arrival.begin(), index)));

  std::vector<int> synapses(num_vertices(network));
  boost::breadth_first_search(
      network, 0u,
      boost::visitor(boost::make_bfs_visitor(boost::record_distances(
          boost::make_iterator_property_map(synapses.begin(), index), boost::on_tree_edge()))));

  const double never = std::numeric_limits<double>::max();
  const double last = *std::max_element(arrival.begin(), arrival.end(),
                                        [&](double x, double y) { return (x == never ? -1 : x) < (y == never ? -1 : y); });
  std::cout << num_vertices(network) << " neurons, " << num_edges(network) << " synapses, " << components
            << " strong components\n"
            << "from neuron 0 a signal reaches "
            << std::count_if(arrival.begin(), arrival.end(), [&](double t) { return t != never; })
            << " neurons, the last after " << last << " ms and at most "
            << *std::max_element(synapses.begin(), synapses.end()) << " synapses\n";
}
