#include "synop/io/nir/detail/nesting.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/nir/detail/utf8.hpp"

namespace synop::nir::detail {

namespace {

Shape shape_of_marker(const Node& node) {
  Shape shape;
  for (const double x : node.parameter("shape").values) shape.push_back(static_cast<std::uint64_t>(x));
  return shape;
}

}  // namespace

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
  Way edge;
  if (auto problem = resolve(source, true, edge.source)) return problem;
  if (auto problem = resolve(target, false, edge.target)) return problem;
  const auto is_same = [&](const Way& other) { return other.source == edge.source && other.target == edge.target; };
  if (std::any_of(edges_.begin(), edges_.end(), is_same)) return "the edge is given twice";
  edges_.push_back(std::move(edge));
  return std::nullopt;
}

Graph NestedGraph::spliced(std::string file, std::vector<Crossing>& crossings) const {
  std::vector<Way> edges = edges_;
  for (const auto& [marker, unused] : markers_) {
    std::vector<Way> rest, into, out_of;
    for (const Way& edge : edges) {
      const bool in = edge.target == marker, out = edge.source == marker;
      if (in && out)
        throw Error(ErrorKind::input, fmt::format("'{}': graphs lead back to '{}' with nothing between", file, marker));
      (in ? into : out ? out_of : rest).push_back(edge);
    }
    for (const Way& before : into)
      for (const Way& after : out_of) {
        Way whole{before.source, after.target, before.through};
        whole.through.push_back(marker);
        whole.through.insert(whole.through.end(), after.through.begin(), after.through.end());
        rest.push_back(std::move(whole));
      }
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
  for (const Way& edge : edges) {
    graph.edges.push_back({index.at(edge.source), index.at(edge.target)});
    for (const std::string& marker : edge.through) crossings.push_back({edge.source, marker, shape_of_marker(nodes_.at(marker))});
  }
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

void check_crossings(const Graph& graph, const std::vector<NestedGraph::Crossing>& crossings) {
  for (const NestedGraph::Crossing& crossing : crossings) {
    const Shape& comes = graph.nodes[graph.find(crossing.source)].output_shape;
    if (comes != crossing.shape)
      throw Error(ErrorKind::input, fmt::format("'{}': '{}' has the shape {}, but '{}' gives it {}", graph.file, crossing.marker,
                                                text_of(crossing.shape), crossing.source, text_of(comes)));
  }
}

}  // namespace synop::nir::detail
