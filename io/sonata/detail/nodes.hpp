#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "synop/io/sonata/config.hpp"
#include "synop/io/sonata/detail/rows.hpp"

namespace synop::sonata {

// The nodes of one population. Node ids are what other files refer to; rows count from 0.
class Nodes {
 public:
  Nodes(Rows rows, std::vector<std::uint64_t> ids);  // throws Error(input) on an id given twice

  const Rows& rows() const { return rows_; }
  const std::string& name() const { return rows_.population(); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(rows_.size()); }
  std::uint64_t id(std::size_t row) const { return ids_.empty() ? row : ids_[row]; }
  std::uint64_t end_of_ids() const { return end_of_ids_; }  // one more than the largest
  // The row of a node, or no_value if there is none.
  std::uint32_t row_of(std::uint64_t id) const;

 private:
  Rows rows_;
  std::vector<std::uint64_t> ids_;  // empty: 0, 1, 2, ...
  std::unordered_map<std::uint64_t, std::uint32_t> rows_of_ids_;
  std::uint64_t end_of_ids_ = 0;
};

// All populations of the files, in the order of the configuration, those of one file in alphabetical order. Throws
// Error(input) on a name that occurs twice.
std::vector<Nodes> read_nodes(std::span<const SonataFiles> files);

// The population of that name; Error(input), beginning with `where`, with the nearest if there is none.
std::uint32_t find_population(std::span<const Nodes> populations, std::string_view name, const std::string& where);

}  // namespace synop::sonata
