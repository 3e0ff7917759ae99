#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "synop/core/ids.hpp"
#include "synop/core/spike.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/hdf5/rate_file.hpp"

namespace synop {

class PartFile;

// The population_rate_recorders of an experiment at work: rates.h5 and, where CSV is asked for, rates.csv. Bins are
// whole: what the end of the run cuts is left out.
class RateRecording {
 public:
  // Creates the files, if there is anything to record.
  RateRecording(const Experiment& experiment, const std::filesystem::path& folder, const Provenance& provenance,
                CommitPolicy policy);
  ~RateRecording();

  void on_spikes(PopulationId population, std::span<const Spike> spikes);
  void advance(Time until);  // every spike before `until` has been seen
  void finish(Time stop, std::vector<std::string>& files);

 private:
  struct Counter {
    const RecorderSection* recorder;
    RateDescription description;
    std::uint64_t bins = 0;            // in all
    std::uint64_t written = 0;         // of them
    std::deque<std::uint64_t> counts;  // from bin `written` on
  };

  void write_finished_bins(Time until);
  void write_csv(const Counter& counter, std::span<const std::uint64_t> counts);

  std::vector<Counter> counters_;
  std::unique_ptr<RateFileWriter> file_;
  std::unique_ptr<PartFile> csv_;
};

}  // namespace synop
