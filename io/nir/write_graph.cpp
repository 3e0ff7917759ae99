#include "synop/io/nir/write_graph.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/durable.hpp"
#include "synop/io/hdf5/detail/handle.hpp"
#include "synop/io/nir/detail/datasets.hpp"

namespace synop::nir {

namespace {

using hdf5::check;
using hdf5::Handle;
using hdf5::Object;

constexpr const char* format_version = "1.0.0";

Handle dataspace(const Shape& shape) {
  if (shape.empty()) return Handle(H5Screate(H5S_SCALAR));
  const std::vector<hsize_t> extent(shape.begin(), shape.end());
  return Handle(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr));
}

void write_values(const Object& group, const std::string& name, const Shape& shape, hid_t in_file, hid_t in_memory,
                  const void* values) {
  const Handle dataset(
      check(H5Dcreate2(group.id(), name.c_str(), in_file, dataspace(shape).id(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
            "create a dataset of", group));
  check(H5Dwrite(dataset.id(), in_memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write a dataset of", group);
}

void write_texts(const Object& group, const std::string& name, const Shape& shape,
                 const std::vector<const char*>& texts) {
  const Handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.id(), H5T_VARIABLE);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  write_values(group, name, shape, type.id(), type.id(), texts.data());
}

bool holds_integers(const Node& node, const std::string& dataset) {
  const auto rules = detail::datasets_of(node.kind);
  return std::any_of(rules.begin(), rules.end(), [&](const detail::DatasetRule& rule) {
    return rule.name == dataset && rule.content != detail::Content::each && rule.content != detail::Content::weights;
  });
}

void write_node(const Object& nodes, const Node& node) {
  const Object group = hdf5::create_group(nodes, node.name);
  write_texts(group, "type", {}, {std::string(type_name(node.kind)).c_str()});
  for (const auto& [name, array] : node.parameters)
    write_values(group, name, array.shape, holds_integers(node, name) ? H5T_STD_I64LE : H5T_IEEE_F64LE,
                 H5T_NATIVE_DOUBLE, array.values.data());
  if (!node.padding_mode.empty()) write_texts(group, "padding", {}, {node.padding_mode.c_str()});
}

void write_file(const Graph& graph, const std::filesystem::path& path) {
  const Object file = hdf5::create_file(path);
  write_texts(file, "version", {}, {format_version});
  {
    const Object root = hdf5::create_group(file, "node");
    write_texts(root, "type", {}, {"NIRGraph"});
    std::vector<const char*> ends;
    for (const Edge& edge : graph.edges)
      for (const std::uint32_t n : {edge.source, edge.target}) ends.push_back(graph.nodes[n].name.c_str());
    write_texts(root, "edges", {graph.edges.size(), 2}, ends);
    const Object nodes = hdf5::create_group(root, "nodes");
    for (const Node& node : graph.nodes) write_node(nodes, node);
  }
  hdf5::flush(file);
}

}  // namespace

void write_graph(const Graph& graph, const std::filesystem::path& path) {
  for (const Node& node : graph.nodes)
    if (node.name.empty() || node.name == "." || node.name == ".." || node.name.find('/') != std::string::npos)
      throw Error(ErrorKind::model,
                  fmt::format("a node called '{}' cannot be written; allowed: names without '/'", node.name));
  write_file(graph, part_path(path));
  publish(part_path(path), path);
}

}  // namespace synop::nir
