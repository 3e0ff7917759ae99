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

// What a population_rate_recorder counts: spikes of some neurons of a population in [start + k bin, start + (k+1) bin).
struct RateDescription {
  std::string recorder;
  std::string population;
  std::uint64_t neurons = 0;
  Time start;
  Delay bin;
};

// Writes the counts of several recorders into one file (docs/file_formats.md), by the same rules as spikes: until
// finish() it is called <path>.part, and a kill leaves there exactly what was committed. Errors of the disk are Error(file).
class RateFileWriter {
 public:
  RateFileWriter(std::filesystem::path path, const std::vector<RateDescription>& recorders, const Provenance& provenance,
                 CommitPolicy policy = {});
  RateFileWriter(RateFileWriter&&) noexcept;
  RateFileWriter& operator=(RateFileWriter&&) = delete;
  ~RateFileWriter();

  // The next bins of recorders[recorder].
  void append(std::size_t recorder, std::span<const std::uint64_t> counts);
  // Every bin that ended before `until` has been appended. Commits where the policy says that it is time.
  void advance(Time until);
  void finish(std::optional<Time> stop = {});

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

struct RecordedRates {
  RateDescription description;
  std::vector<std::uint64_t> counts;
};

// Throws Error(file) if the file cannot be read and Error(input) if its content makes no sense.
std::vector<RecordedRates> read_rate_file(const std::filesystem::path& path);

}  // namespace synop
