#include "synop/io/hdf5/rate_file.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/hdf5/detail/attribute.hpp"
#include "synop/io/hdf5/detail/result_file.hpp"
#include "synop/io/hdf5/detail/row_writer.hpp"

namespace synop {

namespace {

constexpr hdf5::Shape chunk{8192, 0};

struct Series {
  hdf5::Object group;
  hdf5::RowWriter<std::uint64_t> counts{"counts", chunk, "spikes"};
};

hdf5::Object create_series(const hdf5::Object& rates, const RateDescription& description) {
  hdf5::check_group_name("recorder", description.recorder);
  hdf5::Object group = hdf5::create_group(rates, description.recorder);
  hdf5::write_attribute(group, "population", description.population);
  hdf5::write_attribute(group, "recorded", description.neurons);
  hdf5::write_attribute(group, "start", description.start.ms());
  hdf5::write_attribute(group, "bin", description.bin.ms());
  hdf5::write_attribute(group, "units", "ms");  // of start and bin
  hdf5::write_attribute(group, "committed", std::uint64_t{0});
  return group;
}

RecordedRates read_series(const hdf5::Object& group, const std::string& name, bool complete) {
  const auto start = hdf5::read_number_attribute(group, "start");
  const auto bin = hdf5::read_number_attribute(group, "bin");
  if (!start || !bin || !(*bin > 0))
    throw Error(ErrorKind::input, fmt::format("{} does not say when its bins begin and how wide they are", group.name()));
  RecordedRates rates{{name, hdf5::read_text_attribute(group, "population").value_or(""),
                       hdf5::read_count_attribute(group, "recorded").value_or(0), Time::from_ms(*start),
                       Delay::from_ms(*bin)},
                      {}};
  if (!complete && !hdf5::is_dataset(group, "counts")) return rates;
  const hdf5::Object counts = hdf5::open_dataset(group, "counts");
  std::uint64_t rows = hdf5::shape_of(counts).rows;
  if (!complete) rows = std::min(rows, hdf5::read_count_attribute(group, "committed").value_or(0));
  rates.counts = hdf5::read_vector<std::uint64_t>(counts, 0, rows);
  return rates;
}

}  // namespace

struct RateFileWriter::Implementation {
  hdf5::ResultFile file;
  std::vector<Series> series;
  std::uint64_t uncommitted = 0;

  void update_counts() {
    for (Series& s : series) hdf5::update_attribute(s.group, "committed", s.counts.stored_rows());
  }
};

RateFileWriter::RateFileWriter(std::filesystem::path path, const std::vector<RateDescription>& recorders,
                               const Provenance& provenance, CommitPolicy policy)
    : implementation_(std::make_unique<Implementation>(Implementation{{std::move(path), provenance, policy}, {}})) {
  const hdf5::Object rates = hdf5::create_group(implementation_->file.root(), "rates");
  for (const RateDescription& description : recorders) {
    implementation_->series.emplace_back();
    implementation_->series.back().group = create_series(rates, description);
  }
  implementation_->file.flush();
}

RateFileWriter::RateFileWriter(RateFileWriter&&) noexcept = default;
RateFileWriter::~RateFileWriter() = default;

void RateFileWriter::append(std::size_t recorder, std::span<const std::uint64_t> counts) {
  Series& series = implementation_->series.at(recorder);
  series.counts.append(series.group, counts);
  implementation_->uncommitted += counts.size();
}

void RateFileWriter::advance(Time until) {
  Implementation& all = *implementation_;
  if (!all.file.commit_is_due(all.uncommitted * sizeof(std::uint64_t))) return;
  for (Series& series : all.series) series.counts.sync(series.group);
  all.file.commit(until, [&all] { all.update_counts(); });
  all.uncommitted = 0;
}

void RateFileWriter::finish(std::optional<Time> stop) {
  for (Series& series : implementation_->series) series.counts.finish(series.group);
  implementation_->update_counts();
  implementation_->series.clear();
  implementation_->file.finish({}, stop);
}

std::vector<RecordedRates> read_rate_file(const std::filesystem::path& path) {
  const hdf5::Object root = hdf5::open_file(path);
  if (!hdf5::has_child(root, "rates"))
    throw Error(ErrorKind::input, fmt::format("{} holds no group /rates", root.name()));
  const hdf5::Object rates = hdf5::open_group(root, "rates");
  std::vector<RecordedRates> result;
  for (const std::string& name : hdf5::child_names(rates))
    result.push_back(read_series(hdf5::open_group(rates, name), name, hdf5::is_complete(root)));
  return result;
}

}  // namespace synop
