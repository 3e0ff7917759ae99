#include "synop/io/hdf5/weight_file.hpp"

#include <array>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/hdf5/detail/attribute.hpp"
#include "synop/io/hdf5/detail/result_file.hpp"
#include "synop/io/hdf5/detail/row_writer.hpp"

namespace synop {

namespace {

constexpr hdf5::Shape chunk{65536, 0};

// Writes value_at(0) ... value_at(count - 1) as numbers of type T, block by block.
template <class T, class ValueAt>
hdf5::Object write_column(const hdf5::Object& group, const std::string& name, std::size_t count, ValueAt value_at) {
  hdf5::RowWriter<T> writer(name, chunk);
  std::array<T, 1024> block;
  for (std::size_t first = 0; first < count; first += block.size()) {
    const std::size_t length = std::min(block.size(), count - first);
    for (std::size_t i = 0; i < length; ++i) block[i] = static_cast<T>(value_at(first + i));
    writer.append(group, std::span<const T>(block).first(length));
  }
  return writer.finish(group);
}

template <class Id>
void write_projection(const hdf5::Object& edges, const ProjectionName& projection, std::span<const Id> sources,
                      std::span<const Id> targets, std::span<const double> weights) {
  hdf5::check_group_name("projection", projection.name);
  const std::size_t count = weights.size();
  if (sources.size() != count || targets.size() != count)
    throw Error(ErrorKind::usage,
                fmt::format("projection '{}' has {} sources, {} targets and {} weights; they must be equally many",
                            projection.name, sources.size(), targets.size(), count));
  if (hdf5::has_child(edges, projection.name))
    throw Error(ErrorKind::model, fmt::format("two projections are recorded under the name '{}'", projection.name));

  const hdf5::Object group = hdf5::create_group(edges, projection.name);
  const auto source_ids =
      write_column<std::uint64_t>(group, "source_node_id", count, [&](std::size_t i) { return sources[i]; });
  const auto target_ids =
      write_column<std::uint64_t>(group, "target_node_id", count, [&](std::size_t i) { return targets[i]; });
  hdf5::write_attribute(source_ids, "node_population", projection.source_population);
  hdf5::write_attribute(target_ids, "node_population", projection.target_population);
  write_column<std::uint32_t>(group, "edge_type_id", count, [](std::size_t) { return 0; });
  write_column<std::uint16_t>(group, "edge_group_id", count, [](std::size_t) { return 0; });
  write_column<std::uint64_t>(group, "edge_group_index", count, [](std::size_t i) { return i; });
  write_column<double>(hdf5::create_group(group, "0"), "syn_weight", count, [&](std::size_t i) { return weights[i]; });
}

hdf5::Object child_group(const hdf5::Object& parent, const std::string& name) {
  return hdf5::has_child(parent, name) ? hdf5::open_group(parent, name) : hdf5::create_group(parent, name);
}

RecordedProjection read_projection(const hdf5::Object& group, const std::string& name) {
  const hdf5::Object sources = hdf5::open_dataset(group, "source_node_id");
  const hdf5::Object targets = hdf5::open_dataset(group, "target_node_id");
  if (!hdf5::has_child(group, "0"))
    throw Error(ErrorKind::input, fmt::format("{} has no group '0' of edges with weights", group.name()));
  const hdf5::Object weights = hdf5::open_dataset(hdf5::open_group(group, "0"), "syn_weight");
  const std::uint64_t count = hdf5::shape_of(sources).rows;
  for (const hdf5::Object* other : {&targets, &weights})
    if (hdf5::shape_of(*other).rows != count)
      throw Error(ErrorKind::input, fmt::format("{} has {} rows but {} has {}; they must be equally long",
                                                sources.name(), count, other->name(), hdf5::shape_of(*other).rows));
  return {{name, hdf5::read_text_attribute(sources, "node_population").value_or(""),
           hdf5::read_text_attribute(targets, "node_population").value_or("")},
          hdf5::read_ids(sources, 0, count),
          hdf5::read_ids(targets, 0, count),
          hdf5::read_vector<double>(weights, 0, count)};
}

}  // namespace

struct WeightFileWriter::Implementation {
  hdf5::ResultFile file;
  hdf5::Object edges;
};

WeightFileWriter::WeightFileWriter(std::filesystem::path path, const Provenance& provenance)
    : implementation_(std::make_unique<Implementation>(Implementation{{std::move(path), provenance}, {}})) {
  implementation_->edges = hdf5::create_group(implementation_->file.root(), "edges");
}

WeightFileWriter::WeightFileWriter(WeightFileWriter&&) noexcept = default;
WeightFileWriter::~WeightFileWriter() = default;

void WeightFileWriter::add(const ProjectionName& projection, std::span<const std::uint32_t> sources,
                           std::span<const std::uint32_t> targets, std::span<const double> weights) {
  write_projection(implementation_->edges, projection, sources, targets, weights);
  implementation_->file.flush();
}

void WeightFileWriter::add(const ProjectionName& projection, std::span<const std::uint64_t> sources,
                           std::span<const std::uint64_t> targets, std::span<const double> weights) {
  write_projection(implementation_->edges, projection, sources, targets, weights);
  implementation_->file.flush();
}

void WeightFileWriter::add_thresholds(const std::string& population, std::span<const double> thresholds) {
  hdf5::check_group_name("population", population);
  const hdf5::Object group = child_group(child_group(implementation_->file.root(), "learned"), "thresholds");
  const hdf5::Object dataset = hdf5::create_array(group, population, thresholds);
  hdf5::write_attribute(dataset, "units", std::string("mV"));
}

void WeightFileWriter::add_classes(std::span<const std::int64_t> classes) {
  hdf5::create_array(child_group(implementation_->file.root(), "learned"), "classes", classes);
}

void WeightFileWriter::finish() {
  implementation_->edges.handle.close();
  implementation_->file.finish({}, {});
}

std::vector<RecordedProjection> read_weight_file(const std::filesystem::path& path) {
  const hdf5::Object root = hdf5::open_file(path);
  if (!hdf5::has_child(root, "edges"))
    throw Error(ErrorKind::input, fmt::format("{} holds no group /edges", root.name()));
  const hdf5::Object edges = hdf5::open_group(root, "edges");
  std::vector<RecordedProjection> projections;
  for (const std::string& name : hdf5::child_names(edges))
    projections.push_back(read_projection(hdf5::open_group(edges, name), name));
  return projections;
}

}  // namespace synop
