#include "synop/io/nir/detail/nesting.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/nir/detail/utf8.hpp"

namespace synop::nir::detail {

void NestedGraph::add_node(Node node) {
  own_[node.name] = true;
  std::string name = node.name;
  nodes_.emplace(std::move(name), std::move(node));
}

void NestedGraph::add_graph(const std::string& name, NestedGraph graph) {
  Ends& ends = graphs_[name];
  for (const auto& [own, unused] : graph.own_) {
    const NodeKind kind = graph.nodes_.at(own).kind;
    if (kind == NodeKind::input) ends.inputs.push_back(own);
    if (kind == NodeKind::output) ends.outputs.push_back(own);
    if (kind == NodeKind::input || kind == NodeKind::output) markers_[own] = true;
  }
  nodes_.merge(graph.nodes_);
  markers_.merge(graph.markers_);
  edges_.insert(edges_.end(), graph.edges_.begin(), graph.edges_.end());
}

std::vector<std::string_view> NestedGraph::known_names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, unused] : own_) names.emplace_back(name);
  for (const auto& [name, unused] : graphs_) names.emplace_back(name);
  return names;
}

std::optional<std::string> NestedGraph::resolve(const std::string& name, bool as_source, std::string& out) const {
  out = name;
  if (const auto inner = graphs_.find(name); inner != graphs_.end()) {
    const auto& ends = as_source ? inner->second.outputs : inner->second.inputs;
    if (ends.size() != 1)
      return fmt::format("the graph '{}' has {} nodes of type {}; allowed: one, so that it is clear where the edge {}",
                         name, ends.size(), as_source ? "Output" : "Input", as_source ? "begins" : "ends");
    out = ends.front();
    return std::nullopt;
  }
  if (!own_.contains(name))
    return fmt::format("there is no node '{}'{}", shown(name), did_you_mean(name, known_names()));
  const NodeKind kind = nodes_.at(name).kind;
  if (as_source && kind == NodeKind::output) return fmt::format("'{}' is an Output, which no edge leaves", name);
  if (!as_source && kind == NodeKind::input) return fmt::format("'{}' is an Input, which no edge enters", name);
  return std::nullopt;
}

std::optional<std::string> NestedGraph::add_edge(const std::string& source, const std::string& target) {
  std::pair<std::string, std::string> edge;
  if (auto problem = resolve(source, true, edge.first)) return problem;
  if (auto problem = resolve(target, false, edge.second)) return problem;
  if (std::find(edges_.begin(), edges_.end(), edge) != edges_.end()) return "the edge is given twice";
  edges_.push_back(std::move(edge));
  return std::nullopt;
}

Graph NestedGraph::spliced(std::string file) const {
  std::vector<std::pair<std::string, std::string>> edges = edges_;
  for (const auto& [marker, unused] : markers_) {
    std::vector<std::pair<std::string, std::string>> rest, into, out_of;
    for (auto& edge : edges) {
      const bool in = edge.second == marker, out = edge.first == marker;
      if (in && out)
        throw Error(ErrorKind::input, fmt::format("'{}': graphs lead back to '{}' with nothing between", file, marker));
      (in ? into : out ? out_of : rest).push_back(edge);
    }
    for (const auto& [before, to] : into)
      for (const auto& [from, after] : out_of) rest.emplace_back(before, after);
    edges = std::move(rest);
  }
  Graph graph;
  graph.file = std::move(file);
  std::map<std::string, std::uint32_t, std::less<>> index;
  for (const auto& [name, node] : nodes_) {
    if (markers_.contains(name)) continue;
    index[name] = static_cast<std::uint32_t>(graph.nodes.size());
    graph.nodes.push_back(node);
  }
  for (const auto& [source, target] : edges) graph.edges.push_back({index.at(source), index.at(target)});
  std::sort(graph.edges.begin(), graph.edges.end());
  for (const NodeKind kind : {NodeKind::input, NodeKind::output})
    if (graph.nodes_of(kind).empty())
      throw Error(ErrorKind::input, fmt::format("'{}' has no node of type {}", graph.file, type_name(kind)));
  std::vector<bool> reached(graph.nodes.size());
  for (const Edge& edge : graph.edges) reached[edge.target] = true;
  for (std::uint32_t n = 0; n < reached.size(); ++n)
    if (!reached[n] && graph.nodes[n].kind != NodeKind::input)
      throw Error(ErrorKind::input, fmt::format("'{}': no edge leads to {}", graph.file, graph.nodes[n].title()));
  return graph;
}

}  // namespace synop::nir::detail
