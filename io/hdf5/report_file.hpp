#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "synop/io/hdf5/commit_policy.hpp"
#include "synop/io/hdf5/provenance.hpp"

namespace synop {

// What a multimeter records: one variable of some neurons of a population at start, start + step, ...
struct ReportDescription {
  std::string population;
  std::string variable;  // V_m
  std::string unit;      // mV
  std::vector<std::uint64_t> neurons;
  Time start;
  Delay step;
};

// Writes a multimeter's rows as they come into a SONATA report (docs/file_formats.md), in float64 because the values
// are evaluated exactly. Buffers at most 512 KiB or one row. Until finish() the file is called <path>.part, and a kill
// at any moment leaves there exactly what was committed last. Errors of the disk are Error(file).
class ReportFileWriter {
 public:
  ReportFileWriter(std::filesystem::path path, const ReportDescription& description, const Provenance& provenance,
                   CommitPolicy policy = {});
  ReportFileWriter(ReportFileWriter&&) noexcept;
  ReportFileWriter& operator=(ReportFileWriter&&) = delete;
  ~ReportFileWriter();

  // One value for each neuron, or several such rows one after the other. Throws Error(usage) for part of a row.
  void append(std::span<const double> rows);
  // Every row before `until` has been appended. Commits where the policy says that it is time.
  void advance(Time until);
  // The same, and the rows appended so far survive a kill of the process once this returns.
  void commit(Time until);
  void finish(std::optional<Time> stop = {});  // `stop`: where the run ended, if not where the provenance says

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

struct RecordedReport {
  ReportDescription description;
  std::vector<double> values;  // row by row: values[row * neurons + column]

  std::uint64_t row_count() const {
    return description.neurons.empty() ? 0 : values.size() / description.neurons.size();
  }
};

// Reads reports with one value per neuron and row. Throws Error(file) if the file cannot be read and Error(input), with
// the dataset, if its content makes no sense.
std::vector<RecordedReport> read_report_file(const std::filesystem::path& path);

}  // namespace synop
