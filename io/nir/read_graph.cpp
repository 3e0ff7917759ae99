#include "synop/io/nir/read_graph.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/hdf5/snapshot.hpp"
#include "synop/io/nir/detail/datasets.hpp"
#include "synop/io/nir/detail/nesting.hpp"
#include "synop/io/nir/detail/utf8.hpp"

namespace synop::nir {

namespace {

using detail::Content;
using detail::DatasetRule;
using detail::NestedGraph;

constexpr int deepest_nesting = 32;
constexpr std::size_t most_nodes = 100'000;

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorKind::input, message);
}

class GraphReader {
 public:
  explicit GraphReader(const Hdf5Snapshot& file) : file_(file) {}

  NestedGraph read(const std::string& path, const std::string& prefix, int depth);
  std::string text(const std::string& path) const;

 private:
  Node read_node(const std::string& path, std::string name, const std::string& type) const;
  void read_dataset(const std::string& path, const DatasetRule& rule, Node& node) const;
  void check_content(const std::string& path, const DatasetRule& rule, const Array& array) const;
  void refuse_unknown_members(const std::string& path, NodeKind kind) const;
  void read_edges(const std::string& path, const std::string& prefix, NestedGraph& graph) const;

  const Hdf5Snapshot& file_;
  std::size_t nodes_ = 0;
};

std::string GraphReader::text(const std::string& path) const {
  const SnapshotArray& values = file_.dataset(path);
  if (values.texts.size() != 1) refuse(fmt::format("{} is not one text", file_.name_of(path)));
  return values.texts.front();
}

NestedGraph GraphReader::read(const std::string& path, const std::string& prefix, int depth) {
  if (depth > deepest_nesting)
    refuse(fmt::format("{}: graphs are nested more than {} deep", file_.name_of(path), deepest_nesting));
  if (!file_.has_group(path + "/nodes")) refuse(fmt::format("there is no group {}", file_.name_of(path + "/nodes")));
  NestedGraph graph;
  for (const std::string& name : file_.children(path + "/nodes")) {
    if (!detail::is_plain_utf8(name))
      refuse(fmt::format("{}: the name '{}' of a node is no text in UTF-8", file_.name_of(path + "/nodes"),
                         detail::shown(name)));
    const std::string at = path + "/nodes/" + name;
    if (!file_.has_group(at)) refuse(fmt::format("{} is no group, as a node must be", file_.name_of(at)));
    if (++nodes_ > most_nodes) refuse(fmt::format("'{}' holds more than {} nodes", file_.file(), most_nodes));
    const std::string type = text(at + "/type");
    if (type == "NIRGraph")
      graph.add_graph(prefix + name, read(at, prefix + name + "/", depth + 1));
    else
      graph.add_node(read_node(at, prefix + name, type));
  }
  read_edges(path, prefix, graph);
  return graph;
}

Node GraphReader::read_node(const std::string& path, std::string name, const std::string& type) const {
  const std::optional<NodeKind> kind = kind_of(type);
  if (!kind)
    refuse(fmt::format("{}: there is no type of node '{}'{}", file_.name_of(path + "/type"), detail::shown(type),
                       did_you_mean(type, type_names())));
  Node node;
  node.name = std::move(name);
  node.kind = *kind;
  refuse_unknown_members(path, *kind);
  for (const DatasetRule& rule : detail::datasets_of(*kind)) {
    if (rule.required || file_.has_dataset(path + "/" + std::string(rule.name))) read_dataset(path, rule, node);
  }
  if (spikes(*kind) && !node.has("v_reset")) node.parameters["v_reset"] = {{}, {0.0}};  // as files before 1.0 mean it
  return node;
}

void GraphReader::refuse_unknown_members(const std::string& path, NodeKind kind) const {
  std::vector<std::string_view> known{"type", "metadata"};
  for (const DatasetRule& rule : detail::datasets_of(kind)) known.push_back(rule.name);
  for (const std::string& member : file_.children(path))
    if (std::find(known.begin(), known.end(), member) == known.end())
      refuse(fmt::format("{}: a node of type {} has no dataset '{}'{}", file_.name_of(path), type_name(kind),
                         detail::shown(member), did_you_mean(member, known)));
}

void GraphReader::read_dataset(const std::string& path, const DatasetRule& rule, Node& node) const {
  const std::string at = path + "/" + std::string(rule.name);
  const SnapshotArray& values = file_.dataset(at);
  if (rule.content == Content::padding && values.texts.size() == 1) {
    node.padding_mode = values.texts.front();
    if (node.padding_mode != "same" && node.padding_mode != "valid")
      refuse(fmt::format("{} is '{}'; allowed: 'same', 'valid' or numbers", file_.name_of(at),
                         detail::shown(node.padding_mode)));
    return;
  }
  if (values.kind != SnapshotArray::Kind::real && !values.is_integer())
    refuse(fmt::format("{} does not hold numbers", file_.name_of(at)));
  Array array{values.shape, {values.reals.begin(), values.reals.end()}};
  for (const std::int64_t value : values.signed_integers) array.values.push_back(static_cast<double>(value));
  for (const std::uint64_t value : values.unsigned_integers) array.values.push_back(static_cast<double>(value));
  check_content(at, rule, array);
  node.parameters[std::string(rule.name)] = std::move(array);
}

void GraphReader::check_content(const std::string& path, const DatasetRule& rule, const Array& array) const {
  if (array.values.empty()) refuse(fmt::format("{} is empty", file_.name_of(path)));
  const bool whole = rule.content != Content::each && rule.content != Content::weights;
  for (std::size_t i = 0; i < array.values.size(); ++i) {
    const double value = array.values[i];
    if (!rule.range.contains(value))
      refuse(fmt::format("{} holds {} at {}; allowed: {}", file_.name_of(path), value, i, rule.range.text()));
    if (whole && value != std::floor(value))
      refuse(fmt::format("{} holds {} at {}; allowed: whole numbers", file_.name_of(path), value, i));
  }
  if (rule.content == Content::weights && array.shape.size() != rule.rank)
    refuse(fmt::format("{} has the shape {}; allowed: {} dimensions", file_.name_of(path), text_of(array.shape),
                       rule.rank));
  if (rule.content == Content::shape && array.shape.size() > 1)
    refuse(fmt::format("{} has the shape {}; a vector is expected", file_.name_of(path), text_of(array.shape)));
  const bool few = rule.content == Content::integers || rule.content == Content::padding;
  if (few && (array.shape.size() > 1 || (array.values.size() != 1 && array.values.size() != rule.rank)))
    refuse(fmt::format("{} has the shape {}; allowed: one number or a vector of {}", file_.name_of(path),
                       text_of(array.shape), rule.rank));
}

void GraphReader::read_edges(const std::string& path, const std::string& prefix, NestedGraph& graph) const {
  const std::string at = path + "/edges";
  const SnapshotArray& values = file_.dataset(at);
  const bool none = values.size() == 0;
  if (!none && (values.kind != SnapshotArray::Kind::text || values.shape.size() != 2 || values.shape[1] != 2))
    refuse(fmt::format("{} is not a table of texts with two columns", file_.name_of(at)));
  for (std::size_t row = 0; row * 2 < values.texts.size(); ++row) {
    const std::string& source = values.texts[2 * row];
    const std::string& target = values.texts[2 * row + 1];
    const auto problem = graph.add_edge(prefix + source, prefix + target);
    if (problem)
      refuse(fmt::format("{}, row {} ('{}' to '{}'): {}", file_.name_of(at), row, detail::shown(source),
                         detail::shown(target), *problem));
  }
}

// Versions differ in what may be absent; what a file of another major version means is not known.
void check_version(const Hdf5Snapshot& file, const std::string& version) {
  const std::string major = version.substr(0, version.find('.'));
  if (version.empty() || major == "0" || major == "1") return;
  refuse(fmt::format("{} is '{}'; allowed: versions up to 1.x", file.name_of("/version"), version));
}

}  // namespace

Graph read_graph(const std::filesystem::path& path) {
  const Hdf5Snapshot file = Hdf5Snapshot::read(path);
  if (!file.has_group("/node"))
    refuse(fmt::format("there is no group {}, so it is no NIR file", file.name_of("/node")));
  GraphReader reader(file);
  const std::string type = reader.text("/node/type");
  if (type != "NIRGraph")
    refuse(fmt::format("{} is '{}'; allowed: 'NIRGraph'", file.name_of("/node/type"), detail::shown(type)));
  std::string version = file.has_dataset("/version") ? detail::shown(reader.text("/version")) : "";
  check_version(file, version);
  std::vector<detail::NestedGraph::Crossing> crossings;
  Graph graph = reader.read("/node", "", 0).spliced(path.string(), crossings);
  graph.version = std::move(version);
  infer_shapes(graph);
  check_crossings(graph, crossings);
  return graph;
}

}  // namespace synop::nir
