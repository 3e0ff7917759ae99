#include "synop/io/nir/print_graph.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include "synop/io/nir/exact_limits.hpp"
#include "synop/io/run/print_result.hpp"

namespace synop::nir {

namespace {

using Json = nlohmann::ordered_json;

std::string text_of_parameter(const std::string& name, const Array& array) {
  const auto [low, high] = std::minmax_element(array.values.begin(), array.values.end());
  const std::string shape = array.values.size() > 1 ? fmt::format(" {}", text_of(array.shape)) : "";
  if (*low == *high) return fmt::format("{}{} = {}", name, shape, *low);
  if (array.values.size() <= 3) return fmt::format("{} = [{}]", name, fmt::join(array.values, ", "));
  return fmt::format("{}{} from {} to {}", name, shape, *low, *high);
}

std::string parameters_of(const Node& node) {
  std::string text;
  for (const auto& [name, array] : node.parameters)
    if (name != "shape") text += fmt::format("{}{}", text.empty() ? "" : ", ", text_of_parameter(name, array));
  if (!node.padding_mode.empty()) text += fmt::format(", padding = '{}'", node.padding_mode);
  return text;
}

std::uint64_t parameter_count(const Graph& graph) {
  std::uint64_t count = 0;
  for (const Node& node : graph.nodes)
    for (const char* weights : {"weight", "bias"})
      if (node.has(weights)) count += node.parameter(weights).values.size();
  return count;
}

// The options with mode = exact, to ask what stands in its way.
std::vector<Obstacle> obstacles_of(const Graph& graph, Options options) {
  options.mode = Mode::exact;
  return exact_obstacles(graph, options);
}

}  // namespace

void print_graph(std::ostream& out, const Graph& graph, const Options& options) {
  fmt::print(out, "{}: NIR {}, {} nodes, {} edges, {} weights and biases\n\n", graph.file,
             graph.version.empty() ? "without a version" : graph.version, graph.nodes.size(), graph.edges.size(),
             grouped(parameter_count(graph)));
  fmt::print(out, "{:<20} {:<10} {:<16} {:<16} parameters\n", "node", "type", "input", "output");
  for (const Node& node : graph.nodes)
    fmt::print(out, "{:<20} {:<10} {:<16} {:<16} {}\n", node.name, type_name(node.kind), text_of(node.input_shape),
               text_of(node.output_shape), parameters_of(node));
  const std::vector<bool> closing = loop_closing_edges(graph);
  fmt::print(out, "\nedges:\n");
  for (std::size_t e = 0; e < graph.edges.size(); ++e)
    fmt::print(out, "  {} -> {}{}\n", graph.nodes[graph.edges[e].source].name, graph.nodes[graph.edges[e].target].name,
               closing[e] ? "   (closes a loop without a Delay)" : "");
  const std::vector<Obstacle> obstacles = obstacles_of(graph, options);
  fmt::print(out, "\nclocked: every node\nexact, in continuous time: {}\n",
             obstacles.empty() ? "every node" : "not with these options, because of");
  for (const Obstacle& obstacle : obstacles)
    fmt::print(out, "  {}: {}\n", graph.nodes[obstacle.node].title(), obstacle.reason);
  fmt::print(out, "\n");
  for (const std::string& sentence : sentences_of(options)) fmt::print(out, "{}\n", sentence);
}

std::string graph_json(const Graph& graph, const Options& options) {
  Json nodes = Json::array(), edges = Json::array(), reasons = Json::array();
  for (const Node& node : graph.nodes) {
    Json parameters = Json::object();
    for (const auto& [name, array] : node.parameters) {
      const auto [low, high] = std::minmax_element(array.values.begin(), array.values.end());
      parameters[name] = {{"shape", array.shape}, {"smallest", *low}, {"largest", *high}};
    }
    nodes.push_back({{"name", node.name},
                     {"type", type_name(node.kind)},
                     {"input_shape", node.input_shape},
                     {"output_shape", node.output_shape},
                     {"parameters", std::move(parameters)}});
  }
  const std::vector<bool> closing = loop_closing_edges(graph);
  for (std::size_t e = 0; e < graph.edges.size(); ++e)
    edges.push_back({{"source", graph.nodes[graph.edges[e].source].name},
                     {"target", graph.nodes[graph.edges[e].target].name},
                     {"closes_loop", static_cast<bool>(closing[e])}});
  for (const Obstacle& obstacle : obstacles_of(graph, options))
    reasons.push_back({{"node", graph.nodes[obstacle.node].name}, {"reason", obstacle.reason}});
  const bool exact = reasons.empty();
  const Json json{{"schema", "synop.nir"},    {"schema_version", 1},  {"file", graph.file},
                  {"version", graph.version}, {"nodes", nodes},       {"edges", edges},
                  {"exact_possible", exact},  {"obstacles", reasons}, {"options", sentences_of(options)}};
  return json.dump(2) + "\n";
}

}  // namespace synop::nir
