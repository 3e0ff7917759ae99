#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synop/io/nir/graph.hpp"

namespace synop::nir::detail {

// A graph whose nodes may be graphs themselves, while it is read.
class NestedGraph {
 public:
  void add_node(Node node);
  // A node that is a graph, called `name`: its nodes join this one's, and edges to it lead to its Input, edges from it
  // leave its Output.
  void add_graph(const std::string& name, NestedGraph graph);
  // The problem, if there is one: an end that does not exist or takes no edge, an edge that is there already.
  std::optional<std::string> add_edge(const std::string& source, const std::string& target);

  // An Input or Output of an inner graph that an edge of the whole leads through.
  struct Crossing {
    std::string source;  // of the edge
    std::string marker;
    Shape shape;
  };

  // One graph, in which the Inputs and Outputs of inner graphs have given way to edges. Throws Error(input) naming a
  // node that nothing leads to, and when the graph has no Input or no Output.
  Graph spliced(std::string file, std::vector<Crossing>& crossings) const;

 private:
  struct Ends {
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
  };
  struct Way {
    std::string source, target;
    std::vector<std::string> through = {};  // markers
  };
  std::optional<std::string> resolve(const std::string& name, bool as_source, std::string& out) const;
  std::vector<std::string_view> known_names() const;

  std::map<std::string, Node, std::less<>> nodes_;
  std::map<std::string, Ends, std::less<>> graphs_;   // of this graph
  std::map<std::string, bool, std::less<>> markers_;  // Inputs and Outputs of inner graphs
  std::map<std::string, bool, std::less<>> own_;      // the nodes of this graph itself
  std::vector<Way> edges_;
};

// Throws Error(input) where what comes to a marker is not of its shape. The graph's shapes must be known.
void check_crossings(const Graph& graph, const std::vector<NestedGraph::Crossing>& crossings);

}  // namespace synop::nir::detail
