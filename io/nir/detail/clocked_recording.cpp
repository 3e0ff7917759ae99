#include "synop/io/nir/detail/clocked_recording.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "synop/io/experiment/compose.hpp"
#include "synop/io/nir/nir_experiment.hpp"

namespace synop::nir::detail {

ClockedRecording::ClockedRecording(const Experiment& experiment, const Graph& graph,
                                   const std::filesystem::path& folder, const Provenance& provenance) {
  open_spikes(experiment, folder, provenance);
  open_reports(experiment, graph, folder, provenance);
}

void ClockedRecording::open_spikes(const Experiment& experiment, const std::filesystem::path& folder,
                                   const Provenance& provenance) {
  for (const RecorderSection& recorder : experiment.recorders) {
    if (recorder.kind != RecorderSection::Kind::spike_recorder) continue;
    Recorded& of = recorded_[recorder.source.population];
    of.slices.push_back(recorder.source);
    of.start = recording_start(experiment, recorder);
    of.stop = std::min(recorder.stop, provenance.stop);
  }
  std::vector<SpikeFilePopulation> populations;
  std::vector<std::string> names;
  for (auto& [population, of] : recorded_) {
    std::set<std::uint32_t> neurons;
    for (const PopulationSlice& slice : of.slices)
      for (std::uint32_t i = slice.first; i < slice.last; ++i) neurons.insert(i);
    of.index = names.size();
    names.push_back(experiment.populations[population].name);
    populations.push_back({names.back(), experiment.populations[population].size, neurons.size()});
    if (of.start == provenance.start && of.stop == provenance.stop) continue;
    populations.back().start = of.start;
    populations.back().stop = of.stop;
  }
  if (populations.empty()) return;
  if (experiment.output.spikes)
    spike_file_ = std::make_unique<SpikeFileWriter>(folder / "spikes.h5", populations, provenance);
  if (experiment.output.csv) spike_csv_ = std::make_unique<SpikeCsvWriter>(folder / "spikes.csv", names);
}

void ClockedRecording::open_reports(const Experiment& experiment, const Graph& graph,
                                    const std::filesystem::path& folder, const Provenance& provenance) {
  const auto populations = clocked_populations(graph);
  for (const RecorderSection& recorder : experiment.recorders) {
    if (recorder.kind != RecorderSection::Kind::multimeter) continue;
    std::vector<std::uint64_t> neurons(recorder.source.size());
    std::iota(neurons.begin(), neurons.end(), recorder.source.first);
    const Time start = recording_start(experiment, recorder);
    const auto node = std::find(populations.begin(), populations.end(), std::optional(recorder.source.population));
    const ReportDescription description{.population = experiment.populations[recorder.source.population].name,
                                        .variable = "V_m",
                                        .unit = "mV",
                                        .neurons = std::move(neurons),
                                        .start = start,
                                        .step = recorder.interval};
    const std::string name = recorder.name + ".h5";
    reports_.push_back({&recorder, static_cast<std::uint32_t>(node - populations.begin()), start, name,
                        std::make_unique<ReportFileWriter>(folder / name, description, provenance)});
  }
}

void ClockedRecording::add(std::uint32_t population, std::span<const Spike> spikes) {
  const auto at = recorded_.find(population);
  if (at == recorded_.end()) return;
  selected_.clear();
  for (const Spike& spike : spikes)
    if (spike.time >= at->second.start && spike.time < at->second.stop &&
        std::any_of(at->second.slices.begin(), at->second.slices.end(),
                    [&](const PopulationSlice& s) { return spike.neuron >= s.first && spike.neuron < s.last; }))
      selected_.push_back(spike);
  if (spike_file_) spike_file_->append(at->second.index, selected_);
  if (spike_csv_) spike_csv_->append(at->second.index, selected_);
}

void ClockedRecording::sample(Time t, const ClockedNetwork& network) {
  for (Report& report : reports_) {
    if (t != report.next || t >= report.recorder->stop) continue;
    const PopulationSlice& neurons = report.recorder->source;
    const std::span<const double> some = network.potentials(report.node).subspan(neurons.first, neurons.size());
    row_.assign(some.begin(), some.end());
    report.file->append(row_);
    report.next = report.next + report.recorder->interval;
  }
}

void ClockedRecording::advance(Time until) {
  if (spike_file_) spike_file_->advance(until);
  for (Report& report : reports_) report.file->advance(until);
}

std::vector<std::string> ClockedRecording::finish(Time stop) {
  std::vector<std::string> files;
  if (spike_file_) {
    spike_file_->finish({}, stop);
    files.emplace_back("spikes.h5");
  }
  if (spike_csv_) {
    spike_csv_->finish();
    files.emplace_back("spikes.csv");
  }
  for (Report& report : reports_) {
    report.file->finish(stop);
    files.push_back(report.name);
  }
  return files;
}

}  // namespace synop::nir::detail
