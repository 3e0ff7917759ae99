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
#include "synop/io/hdf5/weight_file.hpp"

namespace synop {

// What a weight_recorder records: the weights of some synapses of a projection at start, start + interval, ...
struct WeightCourseDescription {
  ProjectionName projection;
  std::string unit;  // mV, pA, nS or nothing
  std::vector<std::uint64_t> sources;
  std::vector<std::uint64_t> targets;  // one for each source
  Time start;
  Delay interval;
};

// Writes weights as they change into a file (docs/file_formats.md), by the same rules as spikes: until finish() it is
// called <path>.part, and a kill leaves there exactly what was committed. Errors of the disk are Error(file).
class WeightCourseWriter {
 public:
  WeightCourseWriter(std::filesystem::path path, const WeightCourseDescription& description,
                     const Provenance& provenance, CommitPolicy policy = {});
  WeightCourseWriter(WeightCourseWriter&&) noexcept;
  WeightCourseWriter& operator=(WeightCourseWriter&&) = delete;
  ~WeightCourseWriter();

  void append(std::span<const double> weights);  // one of each synapse
  // Every sample before `until` has been appended. Commits where the policy says that it is time.
  void advance(Time until);
  void finish(std::optional<Time> stop = {});

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

struct RecordedWeightCourse {
  WeightCourseDescription description;
  std::vector<double> weights;  // sample by sample
};

// Throws Error(file) if the file cannot be read and Error(input) if its content makes no sense.
std::vector<RecordedWeightCourse> read_weight_course_file(const std::filesystem::path& path);

}  // namespace synop
