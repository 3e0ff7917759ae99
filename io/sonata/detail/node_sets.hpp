#pragma once

#include <span>
#include <string>
#include <vector>

#include "synop/io/sonata/detail/json_file.hpp"
#include "synop/io/sonata/detail/nodes.hpp"

namespace synop::sonata {

// Some nodes of one population: rows, ascending.
struct NodeSelection {
  std::uint32_t population = 0;
  std::vector<std::uint32_t> rows;
};

// The node sets of a simulation. A set is basic, an object of rules that all must hold (attribute: value or list of
// values, of which one must match), or compound, a list of names of sets of which it is the union.
class NodeSets {
 public:
  // `file` may be empty. Both must outlive the sets.
  NodeSets(const std::filesystem::path& file, std::span<const Nodes> populations);

  // The nodes of a set: a name, or a set in place as JSON text. A name that no set has is taken for a population's, and
  // "all" for every node that is no virtual one; both are noted. Throws Error(input), beginning with `where`, for a
  // name that neither has, an attribute or a population that does not exist, and a set without nodes.
  std::vector<NodeSelection> resolve(const std::string& set, const std::string& where,
                                     std::vector<std::string>& assumptions) const;

 private:
  using Chosen = std::vector<std::vector<bool>>;  // by population and row

  void add_set(const std::string& name, const std::string& where, std::vector<std::string>& open,
               std::vector<std::string>& assumptions, Chosen& chosen) const;
  void add(const Json& set, const std::string& where, std::vector<std::string>& open,
           std::vector<std::string>& assumptions, Chosen& chosen) const;
  void add_basic(const Json& rules, const std::string& where, Chosen& chosen) const;
  std::vector<bool> matching(const Nodes& nodes, const std::string& attribute, const Json& value,
                             const std::string& where) const;
  void check_attributes(const Json& rules, const std::string& where) const;

  std::string file_;
  Json sets_ = Json::object();
  std::span<const Nodes> populations_;
};

}  // namespace synop::sonata
