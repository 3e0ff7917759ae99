#pragma once

#include <algorithm>
#include <iosfwd>
#include <memory>

#include "synop/core/observer.hpp"
#include "synop/io/csv/spike_csv.hpp"
#include "synop/io/energy/power_meter.hpp"
#include "synop/io/hdf5/spike_file.hpp"
#include "synop/io/run/run_options.hpp"
#include "synop/io/tasks/presenter.hpp"
#include "synop/io/tasks/readout.hpp"
#include "synop/io/tasks/sample_batch.hpp"
#include "synop/io/tasks/task_result.hpp"

namespace synop {

// The number under which sample 0 would be presented in a phase: samples of different phases have different random
// trains, also of the same image.
constexpr std::uint64_t first_number(std::uint32_t phase) {
  return std::uint64_t{phase} << 24;
}

// Goes through the phases of a task, from what the experiment's `learned` file holds, if there is one. Training is one sample after the other; with everything held fast, samples do
// not depend on each other and are presented on all threads. Spikes of the readout population are recorded
// sample after sample, each in its own stretch of time.
class TaskPhases {
 public:
  // Everything must outlive the phases. Throws what read_learned_file() throws.
  TaskPhases(const Experiment& experiment, const Network& network, const TaskInput& input, const RunOptions& options,
             int threads, std::ostream& err);

  // Where spikes of the phases to come go to; either may be null.
  void record_to(SpikeFileWriter* file, SpikeCsvWriter* csv) {
    file_ = file;
    csv_ = csv;
  }
  PhaseResult run(std::uint32_t phase);

  const Simulation& simulation() const { return training_.simulation(); }
  std::span<const int> classes() const { return readout_.classes(); }  // of the readout; empty: not labelled
  std::uint64_t spike_hash() const { return hash_.value(); }
  Time recorded_until() const { return recorded_until_; }

  // The spikes at the beginning of the last phase, for pictures: those in [kept_from(), kept_until()).
  const std::vector<Spike>& kept() const { return kept_; }
  Time kept_from() const { return kept_from_; }
  Time kept_until() const { return std::min(recorded_until_, kept_from_ + kept_span); }

 private:
  static constexpr Delay kept_span{10'000 * ticks_per_ms};

  int label_of(std::uint64_t sample) const { return static_cast<int>(input_.label(sample)); }
  void train(const PhaseSection& phase, std::uint64_t sample_base, PhaseResult& result);
  void hold(const PhaseSection& phase, std::uint64_t sample_base, PhaseResult& result);
  // The test once more for each grid of energy.spike_grids; nothing of it is recorded or counted.
  void test_on_grids(const PhaseSection& phase, std::uint64_t sample_base, SampleBatch& batch, PhaseResult& result);
  void record(const Response& response, PhaseResult& result);
  void normalize();

  const Experiment& experiment_;
  const TaskSection& task_;
  const Network& network_;
  const TaskInput& input_;
  const RunOptions& options_;
  int threads_;
  SpikeFileWriter* file_ = nullptr;
  SpikeCsvWriter* csv_ = nullptr;
  std::ostream& err_;
  Presenter training_;
  SpikeTally tally_;  // of training_
  PowerMeter meter_;
  MaxMeanRateReadout readout_;
  SpikeHash hash_;
  Time recorded_until_{};
  std::vector<Spike> shifted_;
  std::vector<Spike> kept_;
  Time kept_from_{};
};

}  // namespace synop
