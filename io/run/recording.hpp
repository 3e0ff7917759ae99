#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "synop/core/observer.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/csv/spike_csv.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/hdf5/report_file.hpp"
#include "synop/io/hdf5/spike_file.hpp"
#include "synop/io/plot/plot_data.hpp"
#include "synop/io/run/rate_recording.hpp"
#include "synop/io/run/run_statistics.hpp"
#include "synop/io/run/weight_recording.hpp"

namespace synop {

// Sets up the simulation's multimeters, in the order of the experiment's. Throws Error(model), with
// the position in the experiment, for a variable that the population does not have.
void add_multimeters(const Experiment& experiment, Simulation& simulation);

// The recorders of an experiment at work: spikes and samples from the end of the warm-up on go to the files of the
// results folder as they happen, in bounded memory. For plots a bounded number of spikes is kept.
class Recording final : public Observer {
 public:
  // Files are created here; the multimeters are those that add_multimeters() set up. Experiment and simulation must
  // outlive the recording.
  Recording(const Experiment& experiment, Simulation& simulation, const std::filesystem::path& folder,
            const Provenance& provenance);
  ~Recording() override;

  void on_spikes(PopulationId population, std::span<const Spike> spikes) override;
  void on_sample(std::uint32_t multimeter, Time time, std::span<const double> values) override;

  // The run must stop at this instant and call advance().
  Time next_sample() const { return weights_.next_sample(); }
  // Everything before `until` has happened: what was recorded is committed where it is time to.
  void advance(Time until);

  // Completes all files, writes weights and plots; `stop` is where the run ended. Returns the names of the files.
  std::vector<std::string> finish(Time stop, std::span<const std::pair<std::string, std::uint64_t>> counts);

  // Of the recorded populations, from the spikes kept: the first four million. To be asked after finish().
  std::vector<PopulationStatistics> statistics() const;

  // Spikes recorded of a population, 0 if it is not recorded.
  std::uint64_t recorded(std::uint32_t population) const;

 private:
  struct Recorded {  // one population of which spikes are recorded
    std::uint32_t population = 0;
    std::vector<PopulationSlice> slices;  // disjoint, in order
    std::uint64_t neurons = 0;            // in the slices
    Time start;                           // recorded during [start, stop)
    Time stop;
    std::size_t file_index = 0;
    std::uint64_t count = 0;
    std::vector<Spike> kept;  // for plots and statistics
  };

  void choose_populations();
  void open_reports();
  void write_weights(std::vector<std::string>& files);
  void write_plots(Time stop, std::vector<std::string>& files);

  const Experiment& experiment_;
  Simulation& simulation_;
  std::filesystem::path folder_;
  Provenance provenance_;
  std::vector<Recorded> recorded_;  // in order of population
  std::unique_ptr<SpikeFileWriter> spike_file_;
  std::unique_ptr<SpikeCsvWriter> spike_csv_;
  std::vector<std::pair<std::string, std::unique_ptr<ReportFileWriter>>> reports_;  // by multimeter
  RateRecording rates_;
  WeightRecording weights_;
  std::vector<Spike> selected_;
  Time kept_until_ = Time::never();  // plots and statistics cover the run up to here
  std::uint64_t kept_count_ = 0;
};

}  // namespace synop
