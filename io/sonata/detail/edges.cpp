#include "synop/io/sonata/detail/edges.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/sonata/detail/edge_index.hpp"

namespace synop::sonata {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::input, message); }

std::uint32_t population_of_end(const Rows& rows, std::string_view dataset, std::span<const Nodes> nodes) {
  const std::string path = fmt::format("{}/{}", rows.path(), dataset);
  const auto population = rows.file().text_attribute(path, "node_population");
  if (!population) refuse(fmt::format("{} has no attribute 'node_population'", rows.where(dataset)));
  return find_population(nodes, *population, rows.where(dataset));
}

std::vector<std::uint32_t> rows_of_end(const Rows& rows, const std::string& dataset,
                                       const std::vector<std::uint64_t>& ids, const Nodes& nodes) {
  if (ids.size() != rows.size())
    refuse(fmt::format("{} has {} rows but {} has {}; they must be equally long", rows.where(dataset), ids.size(),
                       rows.where("edge_type_id"), rows.size()));
  std::vector<std::uint32_t> result;
  result.reserve(ids.size());
  for (const std::uint64_t id : ids) {
    const std::uint32_t row = nodes.row_of(id);
    if (row == no_value)
      refuse(fmt::format("{} holds {} at row {}; population '{}' has no node of that id", rows.where(dataset), id,
                         result.size(), nodes.name()));
    result.push_back(row);
  }
  return result;
}

Edges read_population(const std::shared_ptr<const Hdf5Snapshot>& file, const std::string& name,
                      const std::shared_ptr<const TypeTable>& types, std::span<const Nodes> nodes) {
  const std::string path = "/edges/" + name;
  Edges edges{Rows(file, path, "edge", types, name), 0, 0, {}, {}};
  const std::vector<std::uint64_t> sources = file->ids(path + "/source_node_id");
  const std::vector<std::uint64_t> targets = file->ids(path + "/target_node_id");
  edges.source = population_of_end(edges.rows, "source_node_id", nodes);
  edges.target = population_of_end(edges.rows, "target_node_id", nodes);
  edges.sources = rows_of_end(edges.rows, "source_node_id", sources, nodes[edges.source]);
  edges.targets = rows_of_end(edges.rows, "target_node_id", targets, nodes[edges.target]);
  check_edge_index(*file, path, "source_to_target", sources);
  check_edge_index(*file, path, "target_to_source", targets);
  return edges;
}

}  // namespace

std::vector<Edges> read_edges(std::span<const SonataFiles> files, std::span<const Nodes> nodes) {
  std::vector<Edges> populations;
  for (const SonataFiles& entry : files) {
    const auto file = std::make_shared<const Hdf5Snapshot>(Hdf5Snapshot::read(entry.hdf5));
    const auto types = std::make_shared<const TypeTable>(
        entry.types.empty() ? TypeTable() : TypeTable(entry.types, "edge_type_id"));
    if (!file->has_group("/edges")) refuse(fmt::format("'{}' holds no group /edges ({})", file->file(), entry.key));
    for (const std::string& name : file->children("/edges")) {
      for (const Edges& other : populations)
        if (other.name() == name)
          refuse(fmt::format("there are two populations of edges named '{}', in '{}' and in '{}'", name,
                             other.rows.file().file(), file->file()));
      populations.push_back(read_population(file, name, types, nodes));
    }
  }
  return populations;
}

}  // namespace synop::sonata
