#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "synop/io/csv/spike_csv.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/hdf5/report_file.hpp"
#include "synop/io/hdf5/spike_file.hpp"
#include "synop/io/nir/clocked_network.hpp"

namespace synop::nir::detail {

// The spike_recorders and multimeters of an experiment that runs in time steps.
class ClockedRecording {
 public:
  ClockedRecording(const Experiment& experiment, const Graph& graph, const std::filesystem::path& folder,
                   const Provenance& provenance);

  void add(std::uint32_t population, std::span<const Spike> spikes);
  void sample(Time t, const ClockedNetwork& network);  // at every step, before it
  void advance(Time until);
  std::vector<std::string> finish(Time stop);

 private:
  struct Recorded {
    std::vector<PopulationSlice> slices;
    Time start;
    Time stop;
    std::size_t index = 0;  // in the files
  };
  struct Report {
    const RecorderSection* recorder;
    std::uint32_t node;
    Time next;
    std::string name;
    std::unique_ptr<ReportFileWriter> file;
  };

  void open_spikes(const Experiment& experiment, const std::filesystem::path& folder, const Provenance& provenance);
  void open_reports(const Experiment& experiment, const Graph& graph, const std::filesystem::path& folder,
                    const Provenance& provenance);

  std::map<std::uint32_t, Recorded> recorded_;  // by population
  std::unique_ptr<SpikeFileWriter> spike_file_;
  std::unique_ptr<SpikeCsvWriter> spike_csv_;
  std::vector<Report> reports_;
  std::vector<Spike> selected_;
  std::vector<double> row_;
};

}  // namespace synop::nir::detail
