#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "synop/io/csv/spike_csv.hpp"
#include "synop/io/experiment/experiment.hpp"
#include "synop/io/hdf5/spike_file.hpp"
#include "synop/io/run/run_result.hpp"
#include "synop/io/tasks/linear_readout.hpp"
#include "synop/io/tasks/readout.hpp"
#include "synop/io/tasks/sample_presenter.hpp"
#include "synop/io/tasks/task_result.hpp"

namespace synop {

// What becomes of the responses of a task, however they came about: they are judged by the readout rule, and their spikes
// are recorded sample after sample, each in its own stretch of time.
class TaskRecord {
 public:
  explicit TaskRecord(const Experiment& experiment);

  // Where spikes of the phases to come go to; either may be null.
  void record_to(SpikeFileWriter* file, SpikeCsvWriter* csv) {
    file_ = file;
    csv_ = csv;
  }
  // The class of each neuron of the readout, instead of a phase that labels.
  void set_classes(std::vector<int> classes) { readout_.assign(std::move(classes)); }

  PhaseResult begin(const PhaseSection& phase);
  void take(const PhaseSection& phase, int label, const Response& response, PhaseResult& result);
  void end(const PhaseSection& phase, PhaseResult& result);

  // Adds what a trained readout does in a test phase to the ledger of the network, as a layer that its spikes go to.
  void count_readout(const PhaseSection& phase, PhaseResult& result) const;

  // The class that a response stands for; -1 for none.
  int answer(const Response& response) const;

  std::span<const int> classes() const { return readout_.classes(); }  // of the readout; empty: not labelled
  std::uint64_t spike_hash() const { return hash_.value(); }
  Time recorded_until() const { return recorded_until_; }

  // As bytes, between two samples; and back, into a record of the same experiment.
  std::vector<std::byte> save_state();
  void load_state(std::span<const std::byte> bytes);

  // The spikes at the beginning of the last phase, for pictures: those in [kept_from(), kept_until()).
  const std::vector<Spike>& kept() const { return kept_; }
  Time kept_from() const { return kept_from_; }
  Time kept_until() const { return std::min(recorded_until_, kept_from_ + kept_span); }

 private:
  static constexpr Delay kept_span{10'000 * ticks_per_ms};

  void record(const Response& response);
  template <class Archive>
  void serialize(Archive& archive) {
    archive(readout_, linear_, hash_, right_, recorded_until_, kept_, kept_from_);
  }

  const TaskSection& task_;
  const PopulationSection& population_;  // the readout
  SpikeFileWriter* file_ = nullptr;
  SpikeCsvWriter* csv_ = nullptr;
  std::uint64_t seed_;
  MaxMeanRateReadout readout_;
  LinearReadout linear_;  // empty unless it is the rule
  SpikeHash hash_;
  std::uint64_t right_ = 0;  // of the test phase that goes on
  Time recorded_until_{};
  std::vector<Spike> shifted_;
  std::vector<Spike> kept_;
  Time kept_from_{};
};

}  // namespace synop
