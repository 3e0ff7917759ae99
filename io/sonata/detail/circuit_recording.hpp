#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "synop/core/observer.hpp"
#include "synop/core/simulation.hpp"
#include "synop/io/hdf5/report_file.hpp"
#include "synop/io/hdf5/spike_file.hpp"
#include "synop/io/run/run_statistics.hpp"
#include "synop/io/sonata/detail/circuit.hpp"

namespace synop::sonata {

// Adds the multimeters of the circuit's reports, in their order.
void add_report_multimeters(const Circuit& circuit, Simulation& simulation);

// Writes the spikes of all populations that are more than virtual, and the reports, by population of nodes and node id,
// whatever parts the populations were cut into. To be attached to the simulation; between the pieces of a run
// write_up_to() must be called.
class CircuitRecording final : public Observer {
 public:
  // Spikes are kept for statistics() if `keep`.
  CircuitRecording(const Circuit& circuit, const std::filesystem::path& folder, const Provenance& provenance, bool keep = false);

  void on_spikes(PopulationId part, std::span<const Spike> spikes) override;
  void on_sample(std::uint32_t multimeter, Time time, std::span<const double> values) override;

  // Everything before `now` has been seen: it is put in order and written.
  void write_up_to(Time now);
  // Completes all files; returns their names.
  std::vector<std::string> finish(Time stop, std::span<const std::pair<std::string, std::uint64_t>> counts);

  // Of the populations that are written, up to `stop` or to where as many spikes have been kept as statistics look at.
  std::vector<PopulationStatistics> statistics(Time stop);

  // Of all spikes by population of nodes and node id, virtual ones included.
  const SpikeHash& hash() const { return hash_; }

 private:
  struct Population {
    std::size_t file_index = 0;
    bool written = false;  // to the file; virtual nodes are not
    std::vector<Spike> waiting;
    std::vector<Spike> kept;  // by row of the nodes
  };
  struct Row {  // of a report, until all parts have given their samples
    std::vector<double> values;
    std::size_t missing = 0;
  };
  struct Report {
    std::unique_ptr<ReportFileWriter> file;
    std::map<Time, Row> waiting;
  };
  struct Source {  // of the samples of a multimeter
    std::size_t report = 0;
    std::size_t part = 0;
  };

  const Circuit& circuit_;
  std::filesystem::path folder_;
  std::vector<Population> populations_;
  std::vector<Report> reports_;
  std::vector<Source> sources_;  // by multimeter
  std::unique_ptr<SpikeFileWriter> spike_file_;
  std::vector<Spike> translated_;
  bool keep_;
  std::size_t kept_count_ = 0;
  Time kept_until_ = Time::never();
  SpikeHash hash_;
};

}  // namespace synop::sonata
