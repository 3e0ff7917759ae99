#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "synop/core/network.hpp"
#include "synop/core/spike.hpp"
#include "synop/io/sonata/detail/templates.hpp"

// The HDF5 files of an exported circuit. Each is written as <path>.part and named when it is complete; the same content
// gives the same bytes. All throw Error(file).
namespace synop::sonata {

// A population of nodes.
struct NodesName {
  std::string name;
  std::uint32_t size = 0;
};
void write_nodes(const std::filesystem::path& path, const NodesName& population, std::uint64_t type,
                 std::span<const std::pair<std::string, std::vector<double>>> dynamics);

// The synapses of a projection by target, then source.
struct ExportedEdges {
  std::vector<std::uint64_t> sources;  // neurons of the source population
  std::vector<std::uint64_t> targets;
  std::vector<double> weights;  // one for all, or one for each
  std::vector<double> delays;   // ms; the same
};
ExportedEdges exported_edges(const Network& network, ProjectionId projection);
// Those of a drive: node i to target i.
ExportedEdges exported_edges(const Drive& drive);
void write_edges(const std::filesystem::path& path, const std::string& name, const NodesName& source, const NodesName& target,
                 const ExportedEdges& edges, std::uint32_t type);

// Spikes by time, then neuron. Also writes ticks where a double in ms cannot hold them.
void write_spikes(const std::filesystem::path& path, const std::string& population, std::span<const Spike> spikes);

}  // namespace synop::sonata
