#include "synop/io/sonata/detail/edge_index.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop::sonata {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::input, message); }

struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

// A table of half-open ranges, one in each row.
class Ranges {
 public:
  Ranges(const Hdf5Snapshot& file, const std::string& path) : name_(file.name_of(path)), values_(file.dataset(path)) {
    if (values_.shape.size() != 2 || values_.shape[1] != 2 || !values_.is_integer())
      refuse(fmt::format("{} is not a table of two columns of integers", name_));
  }
  std::uint64_t size() const { return values_.shape[0]; }
  const std::string& name() const { return name_; }
  // Range `row`, which must end at `limit` or before; a negative one is empty.
  Range at(std::uint64_t row, std::uint64_t limit) const {
    const auto value = [&](std::uint64_t i) {
      if (values_.signed_integers.empty()) return values_.unsigned_integers[i];
      return values_.signed_integers[i] < 0 ? limit + 1 : static_cast<std::uint64_t>(values_.signed_integers[i]);
    };
    if (!values_.signed_integers.empty() && values_.signed_integers[2 * row] < 0) return {};
    const Range range{value(2 * row), value(2 * row + 1)};
    if (range.begin > range.end || range.end > limit)
      refuse(fmt::format("{} has the range [{}, {}) at row {}; allowed: within [0, {})", name_, range.begin, range.end, row,
                         limit));
    return range;
  }

 private:
  std::string name_;
  const SnapshotArray& values_;
};

std::optional<std::string> first_dataset(const Hdf5Snapshot& file, const std::string& group,
                                         std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const std::string path = fmt::format("{}/{}", group, name);
    if (file.has_dataset(path)) return path;
  }
  return std::nullopt;
}

void check_index(const Hdf5Snapshot& file, const std::string& group, const std::vector<std::uint64_t>& nodes) {
  const auto ranges_of_nodes = first_dataset(file, group, {"node_id_to_ranges", "node_id_to_range"});
  if (!ranges_of_nodes) refuse(fmt::format("{} has no dataset 'node_id_to_ranges'", file.name_of(group)));
  const Ranges of_nodes(file, *ranges_of_nodes);
  const Ranges to_edges(file, group + "/range_to_edge_id");
  std::vector<bool> found(nodes.size(), false);
  for (std::uint64_t node = 0; node < of_nodes.size(); ++node) {
    const Range rows = of_nodes.at(node, to_edges.size());
    for (std::uint64_t row = rows.begin; row < rows.end; ++row) {
      const Range edges = to_edges.at(row, nodes.size());
      for (std::uint64_t edge = edges.begin; edge < edges.end; ++edge) {
        if (nodes[edge] != node)
          refuse(fmt::format("{} contradicts the edges: it gives edge {} to node {}, but that edge has node {}",
                             of_nodes.name(), edge, node, nodes[edge]));
        if (found[edge]) refuse(fmt::format("{} contradicts the edges: it gives edge {} to node {} twice", of_nodes.name(), edge, node));
        found[edge] = true;
      }
    }
  }
  const auto missing = std::find(found.begin(), found.end(), false);
  if (missing != found.end())
    refuse(fmt::format("{} contradicts the edges: edge {} of node {} is not in it", of_nodes.name(), missing - found.begin(),
                       nodes[static_cast<std::size_t>(missing - found.begin())]));
}

}  // namespace

void check_edge_index(const Hdf5Snapshot& file, const std::string& path, std::string_view direction,
                      const std::vector<std::uint64_t>& nodes) {
  for (const std::string_view spelling : {"indices", "indicies"}) {
    const std::string group = fmt::format("{}/{}/{}", path, spelling, direction);
    if (file.has_group(group)) check_index(file, group, nodes);
  }
}

}  // namespace synop::sonata
