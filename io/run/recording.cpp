#include "synop/io/run/recording.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/experiment/compose.hpp"
#include "synop/io/model_catalogue.hpp"
#include "synop/io/output_folder.hpp"
#include "synop/io/plot/raster.hpp"
#include "synop/io/plot/rate_plot.hpp"
#include "synop/io/run/run_files.hpp"

namespace synop {

namespace {

constexpr std::uint64_t most_plotted_spikes = 4'000'000;  // 64 MB; plots of longer runs cover their beginning

std::string file_name(const Experiment& experiment, std::uint32_t population) {
  return experiment.populations[population].name;
}

bool contains(const std::vector<PopulationSlice>& slices, std::uint32_t neuron) {
  return std::any_of(slices.begin(), slices.end(),
                     [&](const PopulationSlice& s) { return neuron >= s.first && neuron < s.last; });
}

// The same neurons as disjoint slices in order.
std::vector<PopulationSlice> merged(std::vector<PopulationSlice> slices) {
  std::sort(slices.begin(), slices.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<PopulationSlice> result;
  for (const PopulationSlice& slice : slices)
    if (!result.empty() && slice.first <= result.back().last)
      result.back().last = std::max(result.back().last, slice.last);
    else
      result.push_back(slice);
  return result;
}

std::vector<std::uint32_t> neurons_of(const PopulationSlice& slice) {
  std::vector<std::uint32_t> neurons(slice.size());
  std::iota(neurons.begin(), neurons.end(), slice.first);
  return neurons;
}

CommitPolicy commit_policy(const Experiment& experiment) {
  return {.interval = std::chrono::milliseconds(experiment.output.commit_interval.ticks / ticks_per_ms)};
}

// A bin that gives a readable curve: about 400 over the run, rounded to 1, 2 or 5 times a power of ten.
Delay rate_bin(Delay span) {
  std::int64_t bin = 1;
  for (int step = 0; bin * 400 < span.ticks; ++step) bin = step % 3 == 1 ? bin / 2 * 5 : bin * 2;
  return {bin};
}

}  // namespace

void add_multimeters(const Experiment& experiment, Simulation& simulation) {
  for (const RecorderSection& recorder : experiment.recorders) {
    if (recorder.kind != RecorderSection::Kind::multimeter) continue;
    try {
      simulation.add_multimeter({recorder.source.population}, neurons_of(recorder.source), recorder.interval,
                                recording_start(experiment, recorder), recorder.stop);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::model) throw;
      throw experiment_error(recorder.where.at("source"), error.what());
    }
  }
}

Recording::Recording(const Experiment& experiment, Simulation& simulation, const std::filesystem::path& folder,
                     const Provenance& provenance)
    : experiment_(experiment),
      simulation_(simulation),
      folder_(folder),
      provenance_(provenance),
      rates_(experiment, folder, provenance, commit_policy(experiment)),
      weights_(experiment, simulation, folder, provenance, commit_policy(experiment)) {
  choose_populations();
  std::vector<SpikeFilePopulation> populations;
  std::vector<std::string> names;
  for (Recorded& r : recorded_) {
    r.file_index = names.size();
    names.push_back(file_name(experiment_, r.population));
    populations.push_back({names.back(), experiment_.populations[r.population].size, r.neurons});
    if (r.start != provenance_.start || r.stop != provenance_.stop) {
      populations.back().start = r.start;
      populations.back().stop = r.stop;
    }
  }
  if (!populations.empty() && experiment_.output.spikes)
    spike_file_ = std::make_unique<SpikeFileWriter>(folder_ / "spikes.h5", populations, provenance_, Ticks::when_needed,
                                                    commit_policy(experiment_));
  if (!populations.empty() && experiment_.output.csv)
    spike_csv_ = std::make_unique<SpikeCsvWriter>(folder_ / "spikes.csv", names);
  open_reports();
  simulation_.attach(*this);
}

Recording::~Recording() {
  simulation_.detach(*this);
}

void Recording::choose_populations() {
  std::map<std::uint32_t, std::vector<PopulationSlice>> slices;
  for (const RecorderSection& recorder : experiment_.recorders)
    if (recorder.kind == RecorderSection::Kind::spike_recorder)
      slices[recorder.source.population].push_back(recorder.source);
  for (const auto& [population, parts] : slices) {
    Recorded recorded;
    recorded.population = population;
    recorded.slices = merged(parts);
    for (const PopulationSlice& slice : recorded.slices) recorded.neurons += slice.size();
    for (const RecorderSection& recorder : experiment_.recorders) {  // all of a population record the same time
      if (recorder.kind != RecorderSection::Kind::spike_recorder || recorder.source.population != population) continue;
      recorded.start = recording_start(experiment_, recorder);
      recorded.stop = std::min(recorder.stop, provenance_.stop);
    }
    recorded_.push_back(std::move(recorded));
  }
}

void Recording::open_reports() {
  for (const RecorderSection& recorder : experiment_.recorders) {
    if (recorder.kind != RecorderSection::Kind::multimeter) continue;
    const std::vector<std::uint32_t> neurons = neurons_of(recorder.source);
    const std::string name = recorder.name + ".h5";
    const ReportDescription description{.population = file_name(experiment_, recorder.source.population),
                                        .variable = "V_m",
                                        .unit = std::string(potential_unit(experiment_.populations[recorder.source.population].model)),
                                        .neurons = {neurons.begin(), neurons.end()},
                                        .start = recording_start(experiment_, recorder),
                                        .step = recorder.interval};
    reports_.emplace_back(name, std::make_unique<ReportFileWriter>(folder_ / name, description, provenance_,
                                                                    commit_policy(experiment_)));
  }
}

void Recording::on_spikes(PopulationId population, std::span<const Spike> spikes) {
  rates_.on_spikes(population, spikes);
  const auto at = std::find_if(recorded_.begin(), recorded_.end(),
                               [&](const Recorded& r) { return r.population == population.index; });
  if (at == recorded_.end()) return;
  selected_.clear();
  for (const Spike& spike : spikes)
    if (spike.time >= at->start && spike.time < at->stop && contains(at->slices, spike.neuron))
      selected_.push_back(spike);
  if (selected_.empty()) return;
  at->count += selected_.size();
  if (spike_file_) spike_file_->append(at->file_index, selected_);
  if (spike_csv_) spike_csv_->append(at->file_index, selected_);
  if (!(experiment_.output.plots || experiment_.output.statistics) || kept_until_ != Time::never()) return;
  at->kept.insert(at->kept.end(), selected_.begin(), selected_.end());
  kept_count_ += selected_.size();
}

void Recording::on_sample(std::uint32_t multimeter, Time, std::span<const double> values) {
  reports_[multimeter].second->append(values);
}

void Recording::advance(Time until) {
  weights_.advance(until);
  rates_.advance(until);
  if (spike_file_) spike_file_->advance(until);
  // At an instant that all populations have reached.
  if (kept_count_ > most_plotted_spikes && kept_until_ == Time::never()) kept_until_ = until;
  for (auto& [name, report] : reports_) report->advance(until);
}

// Plots number the kept neurons anew from the first recorded one, which changes no statistic.
std::vector<PopulationStatistics> Recording::statistics() const {
  std::vector<PopulationStatistics> result;
  for (const Recorded& r : recorded_) {
    const Time stop = std::min({r.stop, provenance_.stop, kept_until_});
    if (stop > r.start)
      result.push_back(statistics_of(file_name(experiment_, r.population), experiment_.populations[r.population].size,
                                     r.neurons, r.kept, r.start, stop));
  }
  return result;
}

std::uint64_t Recording::recorded(std::uint32_t population) const {
  for (const Recorded& r : recorded_)
    if (r.population == population) return r.count;
  return 0;
}

std::vector<std::string> Recording::finish(Time stop, std::span<const std::pair<std::string, std::uint64_t>> counts) {
  std::vector<std::string> files;
  provenance_.stop = stop;
  if (spike_file_) {
    spike_file_->finish(counts, stop);
    files.emplace_back("spikes.h5");
  }
  if (spike_csv_) {
    spike_csv_->finish();
    files.emplace_back("spikes.csv");
  }
  for (auto& [name, report] : reports_) {
    report->finish(stop);
    files.push_back(name);
  }
  rates_.finish(stop, files);
  weights_.finish(stop, files);
  write_weights(files);
  if (experiment_.output.plots && !recorded_.empty() && stop > provenance_.start) write_plots(stop, files);
  return files;
}

void Recording::write_weights(std::vector<std::string>& files) {
  std::vector<std::uint32_t> projections;
  for (const RecorderSection& recorder : experiment_.recorders)
    if (recorder.kind == RecorderSection::Kind::weights) projections.push_back(recorder.projection);
  if (projections.empty()) return;
  write_weight_file(experiment_, simulation_, projections, folder_ / "weights.h5", provenance_);
  files.emplace_back("weights.h5");
}

void Recording::write_plots(Time stop, std::vector<std::string>& files) {
  std::vector<PopulationSpikes> populations;
  for (Recorded& r : recorded_) {
    // The pictures show the stretch of neurons that was recorded, counted from its first.
    std::uint32_t first = r.slices.front().first, last = 0;
    for (const PopulationSlice& slice : r.slices) {
      first = std::min(first, slice.first);
      last = std::max(last, slice.last);
    }
    for (Spike& spike : r.kept) spike.neuron -= first;
    const bool all = last - first == experiment_.populations[r.population].size;
    const std::string name = file_name(experiment_, r.population);
    populations.push_back({all ? name : fmt::format("{}[{}:{}]", name, first, last), last - first, r.kept, r.neurons});
  }
  PlotOptions options{.title = experiment_.name, .start = provenance_.start, .stop = std::min(stop, kept_until_)};
  if (options.stop <= options.start) return;
  write_text_file(folder_ / "rates.svg", rate_svg(populations, options, rate_bin(options.stop - options.start)));
  // A raster of a long run is a grey area: it shows the first second.
  options.stop = std::min(options.stop, options.start + Delay{1000 * ticks_per_ms});
  write_text_file(folder_ / "raster.svg", raster_svg(populations, options));
  files.emplace_back("raster.svg");
  files.emplace_back("rates.svg");
}

}  // namespace synop
