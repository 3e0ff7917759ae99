#include "synop/io/hdf5/weight_course_file.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/hdf5/detail/attribute.hpp"
#include "synop/io/hdf5/detail/result_file.hpp"
#include "synop/io/hdf5/detail/row_writer.hpp"

namespace synop {

namespace {

hdf5::Shape chunk_for(std::uint64_t synapses) {
  return {std::max<std::uint64_t>(1, 65536 / synapses), synapses};
}

void write_description(const hdf5::Object& group, const WeightCourseDescription& description) {
  const auto sources = hdf5::create_array(group, "source_node_id", std::span<const std::uint64_t>(description.sources));
  const auto targets = hdf5::create_array(group, "target_node_id", std::span<const std::uint64_t>(description.targets));
  hdf5::write_attribute(sources, "node_population", description.projection.source_population);
  hdf5::write_attribute(targets, "node_population", description.projection.target_population);
  hdf5::write_attribute(group, "start", description.start.ms());
  hdf5::write_attribute(group, "interval", description.interval.ms());
  hdf5::write_attribute(group, "units", "ms");  // of start and interval
  hdf5::write_attribute(group, "committed", std::uint64_t{0});
}

RecordedWeightCourse read_course(const hdf5::Object& group, const std::string& name, bool complete) {
  const auto start = hdf5::read_number_attribute(group, "start");
  const auto interval = hdf5::read_number_attribute(group, "interval");
  if (!start || !interval || !(*interval > 0))
    throw Error(ErrorKind::input, fmt::format("{} does not say when its samples were taken", group.name()));
  const hdf5::Object sources = hdf5::open_dataset(group, "source_node_id");
  const hdf5::Object targets = hdf5::open_dataset(group, "target_node_id");
  RecordedWeightCourse course{{{name, hdf5::read_text_attribute(sources, "node_population").value_or(""),
                                hdf5::read_text_attribute(targets, "node_population").value_or("")},
                               "",
                               hdf5::read_ids(sources, 0, hdf5::shape_of(sources).rows),
                               hdf5::read_ids(targets, 0, hdf5::shape_of(targets).rows),
                               Time::from_ms(*start),
                               Delay::from_ms(*interval)},
                              {}};
  if (!complete && !hdf5::is_dataset(group, "weights")) return course;
  const hdf5::Object weights = hdf5::open_dataset(group, "weights");
  hdf5::Shape shape = hdf5::shape_of(weights);
  if (shape.columns != course.description.sources.size() || shape.columns != course.description.targets.size())
    throw Error(ErrorKind::input,
                fmt::format("{} has {} columns for {} sources and {} targets; they must be equally many", weights.name(),
                            shape.columns, course.description.sources.size(), course.description.targets.size()));
  if (!complete) shape.rows = std::min(shape.rows, hdf5::read_count_attribute(group, "committed").value_or(0));
  course.description.unit = hdf5::read_text_attribute(weights, "units").value_or("");
  course.weights.resize(shape.rows * shape.columns);
  hdf5::read_rows(weights, hdf5::Scalar::f64, 0, shape, course.weights.data());
  return course;
}

}  // namespace

struct WeightCourseWriter::Implementation {
  hdf5::ResultFile file;
  hdf5::Object group;
  hdf5::RowWriter<double> rows;
  std::size_t synapses = 0;
  std::uint64_t committed = 0;
};

WeightCourseWriter::WeightCourseWriter(std::filesystem::path path, const WeightCourseDescription& description,
                                       const Provenance& provenance, CommitPolicy policy) {
  hdf5::check_group_name("projection", description.projection.name);
  const std::size_t synapses = description.sources.size();
  if (synapses == 0 || description.targets.size() != synapses)
    throw Error(ErrorKind::model, fmt::format("{} sources and {} targets of '{}' are to be recorded; they must be equally "
                                              "many, and at least one",
                                              synapses, description.targets.size(), description.projection.name));
  implementation_ = std::make_unique<Implementation>(Implementation{
      {std::move(path), provenance, policy}, {}, {"weights", chunk_for(synapses), description.unit}, synapses});
  const hdf5::Object weights = hdf5::create_group(implementation_->file.root(), "weights");
  implementation_->group = hdf5::create_group(weights, description.projection.name);
  write_description(implementation_->group, description);
  implementation_->file.flush();
}

WeightCourseWriter::WeightCourseWriter(WeightCourseWriter&&) noexcept = default;
WeightCourseWriter::~WeightCourseWriter() = default;

void WeightCourseWriter::append(std::span<const double> weights) {
  if (weights.size() != implementation_->synapses)
    throw Error(ErrorKind::usage, fmt::format("a sample of {} has {} weights; {} were given", implementation_->group.name(),
                                              implementation_->synapses, weights.size()));
  implementation_->rows.append(implementation_->group, weights);
}

void WeightCourseWriter::advance(Time until) {
  auto& [file, group, rows, synapses, committed] = *implementation_;
  if (!file.commit_is_due((rows.rows() - committed) * synapses * sizeof(double))) return;
  rows.sync(group);
  file.commit(until, [&rows = rows, &group = group] {
    hdf5::update_attribute(group, "committed", rows.stored_rows());
  });
  committed = rows.rows();
}

void WeightCourseWriter::finish(std::optional<Time> stop) {
  auto& [file, group, rows, synapses, committed] = *implementation_;
  rows.finish(group);
  hdf5::update_attribute(group, "committed", rows.stored_rows());
  group.handle.close();
  file.finish({}, stop);
}

std::vector<RecordedWeightCourse> read_weight_course_file(const std::filesystem::path& path) {
  const hdf5::Object root = hdf5::open_file(path);
  if (!hdf5::has_child(root, "weights"))
    throw Error(ErrorKind::input, fmt::format("{} holds no group /weights", root.name()));
  const hdf5::Object weights = hdf5::open_group(root, "weights");
  std::vector<RecordedWeightCourse> result;
  for (const std::string& name : hdf5::child_names(weights))
    result.push_back(read_course(hdf5::open_group(weights, name), name, hdf5::is_complete(root)));
  return result;
}

}  // namespace synop
