#include "synop/io/hdf5/report_file.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/hdf5/detail/attribute.hpp"
#include "synop/io/hdf5/detail/result_file.hpp"
#include "synop/io/hdf5/detail/row_writer.hpp"

namespace synop {

namespace {

hdf5::Shape chunk_for(std::uint64_t columns) {
  return {std::max<std::uint64_t>(1, 65536 / columns), columns};
}

void check_description(const ReportDescription& description) {
  hdf5::check_group_name("population", description.population);
  if (description.neurons.empty())
    throw Error(ErrorKind::model, fmt::format("the report of '{}' records no neuron", description.population));
  if (description.step.ticks <= 0)
    throw Error(ErrorKind::model, fmt::format("the interval of the report of '{}' is {} ms; it must be above 0",
                                              description.population, description.step.ms()));
}

// The stop is the end of the last interval, as the format wants it: [start, stop).
std::array<double, 3> time_axis(const ReportDescription& description, std::uint64_t rows) {
  const Time stop = description.start + static_cast<std::int64_t>(rows) * description.step;
  return {description.start.ms(), stop.ms(), description.step.ms()};
}

void write_mapping(const hdf5::Object& report, const ReportDescription& description, std::uint64_t rows) {
  const hdf5::Object mapping = hdf5::create_group(report, "mapping");
  const std::size_t count = description.neurons.size();
  hdf5::create_array(mapping, "node_ids", std::span<const std::uint64_t>(description.neurons));
  std::vector<std::uint64_t> pointers(count + 1);
  std::iota(pointers.begin(), pointers.end(), 0);
  hdf5::create_array(mapping, "index_pointers", std::span<const std::uint64_t>(pointers));
  const std::vector<std::uint32_t> elements(count, 0);
  hdf5::create_array(mapping, "element_ids", std::span<const std::uint32_t>(elements));
  const auto axis = time_axis(description, rows);
  hdf5::write_attribute(hdf5::create_array(mapping, "time", std::span<const double>(axis)), "units", "ms");
}

ReportDescription read_description(const hdf5::Object& group, const std::string& population) {
  if (!hdf5::has_child(group, "mapping")) throw Error(ErrorKind::input, fmt::format("{} has no mapping", group.name()));
  const hdf5::Object mapping = hdf5::open_group(group, "mapping");
  const hdf5::Object ids = hdf5::open_dataset(mapping, "node_ids");
  const hdf5::Object time = hdf5::open_dataset(mapping, "time");
  if (hdf5::shape_of(time).rows != 3)
    throw Error(ErrorKind::input, fmt::format("{} must hold start, stop and step", time.name()));
  const auto axis = hdf5::read_vector<double>(time, 0, 3);
  if (!(axis[2] > 0)) throw Error(ErrorKind::input, fmt::format("{} has the step {} ms", time.name(), axis[2]));
  return {.population = population,
          .variable = hdf5::read_text_attribute(group, "variable").value_or(""),
          .unit = "",
          .neurons = hdf5::read_ids(ids, 0, hdf5::shape_of(ids).rows),
          .start = Time::from_ms(axis[0]),
          .step = Delay::from_ms(axis[2])};
}

RecordedReport read_report(const hdf5::Object& group, const std::string& population, bool complete) {
  RecordedReport report{read_description(group, population), {}};
  if (!complete && !hdf5::is_dataset(group, "data")) return report;
  const hdf5::Object data = hdf5::open_dataset(group, "data");
  hdf5::Shape shape = hdf5::shape_of(data);
  if (shape.columns != report.description.neurons.size())
    throw Error(ErrorKind::input, fmt::format("{} has {} columns for {} neurons; reports of several values per neuron "
                                              "are not supported",
                                              data.name(), shape.columns, report.description.neurons.size()));
  if (!complete) shape.rows = std::min(shape.rows, hdf5::read_count_attribute(group, "committed").value_or(0));
  report.description.unit = hdf5::read_text_attribute(data, "units").value_or("");
  report.values.resize(shape.rows * shape.columns);
  hdf5::read_rows(data, hdf5::Scalar::f64, 0, shape, report.values.data());
  return report;
}

}  // namespace

struct ReportFileWriter::Implementation {
  hdf5::ResultFile file;
  ReportDescription description;
  hdf5::Object group;
  hdf5::RowWriter<double> rows;
  std::uint64_t committed = 0;
};

ReportFileWriter::ReportFileWriter(std::filesystem::path path, const ReportDescription& description,
                                   const Provenance& provenance, CommitPolicy policy) {
  check_description(description);
  implementation_ = std::make_unique<Implementation>(
      Implementation{
      {std::move(path), provenance, policy}, description, {}, {"data", chunk_for(description.neurons.size()), description.unit}});
  const hdf5::Object reports = hdf5::create_group(implementation_->file.root(), "report");
  implementation_->group = hdf5::create_group(reports, description.population);
  hdf5::write_attribute(implementation_->group, "variable", description.variable);
  hdf5::write_attribute(implementation_->group, "committed", std::uint64_t{0});
  write_mapping(implementation_->group, description, 0);
  implementation_->file.flush();
}

ReportFileWriter::ReportFileWriter(ReportFileWriter&&) noexcept = default;
ReportFileWriter::~ReportFileWriter() = default;

void ReportFileWriter::append(std::span<const double> rows) {
  const std::size_t columns = implementation_->description.neurons.size();
  if (rows.size() % columns != 0)
    throw Error(ErrorKind::usage, fmt::format("a row of {} has {} values; {} were given", implementation_->group.name(),
                                              columns, rows.size()));
  implementation_->rows.append(implementation_->group, rows);
}

void ReportFileWriter::advance(Time until) {
  const auto& [file, description, group, rows, committed] = *implementation_;
  if (file.commit_is_due((rows.rows() - committed) * description.neurons.size() * sizeof(double))) commit(until);
}

void ReportFileWriter::commit(Time until) {
  auto& [file, description, group, rows, committed] = *implementation_;
  rows.sync(group);
  file.commit(until, [&rows = rows, &group = group] {
    hdf5::update_attribute(group, "committed", rows.stored_rows());
  });
  committed = rows.rows();
}

void ReportFileWriter::finish(std::optional<Time> stop) {
  auto& [file, description, group, rows, committed] = *implementation_;
  const auto axis = time_axis(description, rows.rows());
  rows.finish(group);
  hdf5::update_attribute(group, "committed", rows.stored_rows());
  hdf5::overwrite_array(hdf5::open_dataset(hdf5::open_group(group, "mapping"), "time"), hdf5::Scalar::f64, axis.data());
  group.handle.close();
  file.finish({}, stop);
}

std::vector<RecordedReport> read_report_file(const std::filesystem::path& path) {
  const hdf5::Object root = hdf5::open_file(path);
  if (!hdf5::has_child(root, "report"))
    throw Error(ErrorKind::input, fmt::format("{} holds no group /report", root.name()));
  const hdf5::Object reports = hdf5::open_group(root, "report");
  std::vector<RecordedReport> result;
  for (const std::string& name : hdf5::child_names(reports))
    result.push_back(read_report(hdf5::open_group(reports, name), name, hdf5::is_complete(root)));
  return result;
}

}  // namespace synop
