#include "synop/io/sonata/detail/nodes.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop::sonata {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::input, message); }

bool counts_from_zero(const std::vector<std::uint64_t>& ids) {
  for (std::size_t row = 0; row < ids.size(); ++row)
    if (ids[row] != row) return false;
  return true;
}

Nodes read_population(const std::shared_ptr<const Hdf5Snapshot>& file, const std::string& name,
                      const std::shared_ptr<const TypeTable>& types) {
  const std::string path = "/nodes/" + name;
  Rows rows(file, path, "node", types, name);
  std::vector<std::uint64_t> ids;
  if (file->has_dataset(path + "/node_id")) {
    ids = file->ids(path + "/node_id");
    if (ids.size() != rows.size())
      refuse(fmt::format("{} has {} rows but {} has {}; they must be equally long", rows.where("node_id"), ids.size(),
                         rows.where("node_type_id"), rows.size()));
  }
  if (rows.size() >= no_value) refuse(fmt::format("{} has {} nodes; allowed: fewer than 2^32 - 1", rows.where(), rows.size()));
  Nodes nodes(std::move(rows), std::move(ids));
  if (nodes.end_of_ids() >= no_value)
    refuse(fmt::format("{} holds the id {}; allowed: below 2^32 - 2", nodes.rows().where("node_id"), nodes.end_of_ids() - 1));
  return nodes;
}

}  // namespace

Nodes::Nodes(Rows rows, std::vector<std::uint64_t> ids) : rows_(std::move(rows)), end_of_ids_(rows_.size()) {
  if (counts_from_zero(ids)) return;
  ids_ = std::move(ids);
  end_of_ids_ = *std::max_element(ids_.begin(), ids_.end()) + 1;
  for (std::uint32_t row = 0; row < ids_.size(); ++row)
    if (!rows_of_ids_.emplace(ids_[row], row).second)
      refuse(fmt::format("{} holds the id {} twice, the second time at row {}", rows_.where("node_id"), ids_[row], row));
}

std::uint32_t Nodes::row_of(std::uint64_t id) const {
  if (ids_.empty()) return id < rows_.size() ? static_cast<std::uint32_t>(id) : no_value;
  const auto at = rows_of_ids_.find(id);
  return at == rows_of_ids_.end() ? no_value : at->second;
}

std::vector<Nodes> read_nodes(std::span<const SonataFiles> files) {
  std::vector<Nodes> populations;
  for (const SonataFiles& entry : files) {
    const auto file = std::make_shared<const Hdf5Snapshot>(Hdf5Snapshot::read(entry.hdf5));
    const auto types = std::make_shared<const TypeTable>(
        entry.types.empty() ? TypeTable() : TypeTable(entry.types, "node_type_id"));
    if (!file->has_group("/nodes")) refuse(fmt::format("'{}' holds no group /nodes ({})", file->file(), entry.key));
    for (const std::string& name : file->children("/nodes")) {
      for (const Nodes& other : populations)
        if (other.name() == name)
          refuse(fmt::format("there are two populations of nodes named '{}', in '{}' and in '{}'", name,
                             other.rows().file().file(), file->file()));
      populations.push_back(read_population(file, name, types));
    }
  }
  return populations;
}

std::uint32_t find_population(std::span<const Nodes> populations, std::string_view name, const std::string& where) {
  std::vector<std::string_view> known;
  for (std::uint32_t p = 0; p < populations.size(); ++p) {
    if (populations[p].name() == name) return p;
    known.push_back(populations[p].name());
  }
  refuse(fmt::format("{}: there is no population of nodes '{}'{}", where, name, did_you_mean(name, known)));
}

}  // namespace synop::sonata
