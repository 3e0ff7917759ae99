#include "synop/io/sonata/detail/exported_files.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/durable.hpp"
#include "synop/io/hdf5/detail/attribute.hpp"
#include "synop/io/hdf5/detail/dataset.hpp"
#include "synop/io/hdf5/detail/journal.hpp"

namespace synop::sonata {

namespace {

using hdf5::Object;

// A file while it is written.
class PartOfExport {
 public:
  explicit PartOfExport(const std::filesystem::path& path) : path_(path), root_(hdf5::create_file(part_path(path))) {
    hdf5::write_sonata_version(root_);
  }
  const Object& root() const { return root_; }
  void publish() {
    hdf5::flush(root_);
    root_.handle.close();
    hdf5::remove_journal(part_path(path_));
    synop::publish(part_path(path_), path_);
  }

 private:
  std::filesystem::path path_;
  Object root_;
};

template <class T>
Object array(const Object& group, const std::string& name, const std::vector<T>& values) {
  return hdf5::create_array(group, name, std::span<const T>(values));
}

template <class T>
std::vector<T> counted(std::size_t count) {
  std::vector<T> values(count);
  std::iota(values.begin(), values.end(), T{0});
  return values;
}

// Ranges of consecutive edges of each node, and which ranges belong to a node.
void write_index(const Object& indices, const std::string& direction, const std::vector<std::uint64_t>& nodes,
                 std::uint64_t node_count) {
  std::vector<std::uint64_t> order = counted<std::uint64_t>(nodes.size());
  std::stable_sort(order.begin(), order.end(), [&](std::uint64_t a, std::uint64_t b) { return nodes[a] < nodes[b]; });
  std::vector<std::uint64_t> ranges, of_nodes;
  std::size_t next = 0;
  for (std::uint64_t node = 0; node < node_count; ++node) {
    of_nodes.push_back(ranges.size() / 2);
    while (next < order.size() && nodes[order[next]] == node) {
      const std::uint64_t begin = order[next++];
      std::uint64_t end = begin + 1;
      while (next < order.size() && order[next] == end && nodes[end] == node) ++end, ++next;
      ranges.insert(ranges.end(), {begin, end});
    }
    of_nodes.push_back(ranges.size() / 2);
  }
  const Object group = hdf5::create_group(indices, direction);
  hdf5::create_array(group, "node_id_to_ranges", hdf5::Scalar::u64, {node_count, 2}, of_nodes.data());
  hdf5::create_array(group, "range_to_edge_id", hdf5::Scalar::u64, {ranges.size() / 2, 2}, ranges.data());
  // The name that BMTK looks for.
  hdf5::check(H5Lcreate_hard(group.id(), "node_id_to_ranges", group.id(), "node_id_to_range", H5P_DEFAULT, H5P_DEFAULT),
              "write", group);
}

// Visits every synapse of a projection: source and target within their populations, weight, delay.
template <class Visit>
void for_each_synapse(const Network& network, ProjectionId projection, Visit visit) {
  for (const Shard& shard : network.shards()) {
    if (shard.projection != projection) continue;
    const std::uint32_t first = network.blocks()[shard.block.index].neurons.first;
    for (std::uint32_t row = 0; row < shard.sources.count; ++row) {
      const std::uint64_t source = shard.sources.first + row;
      if (shard.is_procedural()) {
        shard.procedural.for_each(row, shard.constant_weight, [&](std::uint32_t target, double weight) {
          visit(source, std::uint64_t{first} + target, weight, shard.uniform_delay);
        });
        continue;
      }
      for (std::uint32_t g = 0; g < shard.group_count(row); ++g) {
        const Shard::Group group = shard.group(row, g);
        for (std::uint32_t i = group.begin; i < group.end; ++i)
          visit(source, std::uint64_t{first} + shard.target_of(i), shard.weight(i), group.delay);
      }
    }
  }
}

double exact_ms(Delay delay, std::string_view kind, const std::string& name) {
  if (Delay::from_ms(delay.ms()) != delay)
    throw Error(ErrorKind::model, fmt::format("{} '{}': a delay of {} ms has no exact value as a double", kind, name, delay.ms()));
  return delay.ms();
}

template <class T>
std::vector<T> in_order(const std::vector<T>& values, const std::vector<std::uint64_t>& order) {
  std::vector<T> result;
  result.reserve(order.size());
  for (const std::uint64_t i : order) result.push_back(values[i]);
  return result;
}

void keep_one_if_equal(std::vector<double>& values) {
  if (!values.empty() && std::all_of(values.begin(), values.end(), [&](double v) { return v == values.front(); }))
    values.erase(values.begin() + 1, values.end());
}

}  // namespace

void write_nodes(const std::filesystem::path& path, const NodesName& population, std::uint64_t type,
                 std::span<const std::pair<std::string, std::vector<double>>> dynamics) {
  PartOfExport file(path);
  {
    const Object nodes = hdf5::create_group(hdf5::create_group(file.root(), "nodes"), population.name);
    array(nodes, "node_type_id", std::vector<std::uint64_t>(population.size, type));
    array(nodes, "node_id", counted<std::uint64_t>(population.size));
    array(nodes, "node_group_id", std::vector<std::uint32_t>(population.size, 0));
    array(nodes, "node_group_index", counted<std::uint64_t>(population.size));
    const Object group = hdf5::create_group(nodes, "0");
    if (!dynamics.empty()) {
      const Object parameters = hdf5::create_group(group, "dynamics_params");
      for (const auto& [name, values] : dynamics) array(parameters, name, values);
    }
  }
  file.publish();
}

ExportedEdges exported_edges(const Network& network, ProjectionId projection) {
  ExportedEdges all;
  for_each_synapse(network, projection, [&](std::uint64_t source, std::uint64_t target, double weight, Delay delay) {
    all.sources.push_back(source);
    all.targets.push_back(target);
    all.weights.push_back(weight);
    all.delays.push_back(exact_ms(delay, "projection", network.projection(projection).name));
  });
  // Stable: several synapses of a pair stay in their order.
  std::vector<std::uint64_t> order = counted<std::uint64_t>(all.sources.size());
  std::stable_sort(order.begin(), order.end(), [&](std::uint64_t a, std::uint64_t b) {
    return all.targets[a] != all.targets[b] ? all.targets[a] < all.targets[b] : all.sources[a] < all.sources[b];
  });
  ExportedEdges edges{in_order(all.sources, order), in_order(all.targets, order), in_order(all.weights, order),
                      in_order(all.delays, order)};
  keep_one_if_equal(edges.weights);
  keep_one_if_equal(edges.delays);
  return edges;
}

ExportedEdges exported_edges(const Drive& drive) {
  ExportedEdges edges{counted<std::uint64_t>(drive.targets.count), counted<std::uint64_t>(drive.targets.count), {drive.weight},
                      {exact_ms(drive.delay, "stimulus", drive.name)}};
  for (std::uint64_t& target : edges.targets) target += drive.targets.first;
  return edges;
}

void write_edges(const std::filesystem::path& path, const std::string& name, const NodesName& source, const NodesName& target,
                 const ExportedEdges& edges, std::uint32_t type) {
  PartOfExport file(path);
  const std::size_t count = edges.sources.size();
  {
    const Object group = hdf5::create_group(hdf5::create_group(file.root(), "edges"), name);
    hdf5::write_attribute(array(group, "source_node_id", edges.sources), "node_population", source.name);
    hdf5::write_attribute(array(group, "target_node_id", edges.targets), "node_population", target.name);
    array(group, "edge_type_id", std::vector<std::uint32_t>(count, type));
    array(group, "edge_group_id", std::vector<std::uint16_t>(count, 0));
    array(group, "edge_group_index", counted<std::uint64_t>(count));
    const Object attributes = hdf5::create_group(group, "0");
    if (edges.weights.size() > 1) array(attributes, "syn_weight", edges.weights);
    if (edges.delays.size() > 1) array(attributes, "delay", edges.delays);
    const Object indices = hdf5::create_group(group, "indices");
    write_index(indices, "source_to_target", edges.sources, source.size);
    write_index(indices, "target_to_source", edges.targets, target.size);
  }
  file.publish();
}

void write_spikes(const std::filesystem::path& path, const std::string& population, std::span<const Spike> spikes) {
  PartOfExport file(path);
  std::vector<double> times;
  std::vector<std::uint64_t> neurons;
  std::vector<std::int64_t> ticks;
  bool exact = true;
  for (const Spike& spike : spikes) {
    times.push_back(spike.time.ms());
    neurons.push_back(spike.neuron);
    ticks.push_back(spike.time.ticks);
    exact = exact && Time::from_ms(spike.time.ms()) == spike.time;
  }
  {
    const Object group = hdf5::create_group(hdf5::create_group(file.root(), "spikes"), population);
    hdf5::write_sorting(group, 2);
    hdf5::write_attribute(array(group, "timestamps", times), "units", "ms");
    array(group, "node_ids", neurons);
    if (!exact) hdf5::write_attribute(array(group, "ticks", ticks), "units", "ps");
  }
  file.publish();
}

}  // namespace synop::sonata
