#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "synop/io/sonata/detail/nodes.hpp"

namespace synop::sonata {

// The edges of one population: ends as rows of the populations of nodes.
struct Edges {
  Rows rows;
  std::uint32_t source = 0;  // populations of nodes
  std::uint32_t target = 0;
  std::vector<std::uint32_t> sources;
  std::vector<std::uint32_t> targets;

  const std::string& name() const { return rows.population(); }
};

// All populations of edges, in the order of the configuration, those of one file in alphabetical order. An index that
// a file has is not needed, but it is checked: one that says something else than the edges is an error, because other
// programs would read another network. Throws Error(input), naming dataset and row.
std::vector<Edges> read_edges(std::span<const SonataFiles> files, std::span<const Nodes> nodes);

}  // namespace synop::sonata
