#include "synop/io/run/rate_recording.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "synop/io/detail/durable.hpp"
#include "synop/io/experiment/compose.hpp"

namespace synop {

RateRecording::RateRecording(const Experiment& experiment, const std::filesystem::path& folder,
                             const Provenance& provenance, CommitPolicy policy) {
  std::vector<RateDescription> descriptions;
  for (const RecorderSection& recorder : experiment.recorders) {
    if (recorder.kind != RecorderSection::Kind::population_rate_recorder) continue;
    const RateDescription description{.recorder = recorder.name,
                                      .population = experiment.populations[recorder.source.population].name,
                                      .neurons = recorder.source.size(),
                                      .start = recording_start(experiment, recorder),
                                      .bin = recorder.bin};
    const Time stop = std::min(recorder.stop, provenance.stop);
    const auto bins = static_cast<std::uint64_t>((stop - description.start).ticks / recorder.bin.ticks);
    counters_.push_back({&recorder, description, bins, 0, {}});
    descriptions.push_back(description);
  }
  if (descriptions.empty()) return;
  file_ = std::make_unique<RateFileWriter>(folder / "rates.h5", descriptions, provenance, policy);
  if (!experiment.output.csv) return;
  csv_ = std::make_unique<PartFile>(folder / "rates.csv");
  csv_->write("recorder,time_ms,spikes,rate_hz\n");
}

RateRecording::~RateRecording() = default;

void RateRecording::on_spikes(PopulationId population, std::span<const Spike> spikes) {
  for (Counter& counter : counters_) {
    const PopulationSlice& source = counter.recorder->source;
    if (source.population != population.index) continue;
    for (const Spike& spike : spikes) {
      if (spike.time < counter.description.start || spike.neuron < source.first || spike.neuron >= source.last) continue;
      const auto bin = static_cast<std::uint64_t>((spike.time - counter.description.start).ticks / counter.description.bin.ticks);
      if (bin >= counter.bins) continue;
      if (bin - counter.written >= counter.counts.size()) counter.counts.resize(bin - counter.written + 1);
      ++counter.counts[bin - counter.written];
    }
  }
}

void RateRecording::write_csv(const Counter& counter, std::span<const std::uint64_t> counts) {
  const RateDescription& d = counter.description;
  std::string text;
  const double seconds = d.bin.ms() * 1e-3 * static_cast<double>(d.neurons);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const Time start = d.start + static_cast<std::int64_t>(counter.written + i) * d.bin;
    text += fmt::format("{},{:.9f},{},{}\n", d.recorder, start.ms(), counts[i], static_cast<double>(counts[i]) / seconds);
  }
  csv_->write(text);
}

void RateRecording::write_finished_bins(Time until) {
  constexpr std::uint64_t at_once = 8192;
  for (std::size_t i = 0; i < counters_.size(); ++i) {
    Counter& counter = counters_[i];
    const RateDescription& d = counter.description;
    if (until <= d.start) continue;
    const auto whole = std::min(counter.bins, static_cast<std::uint64_t>((until - d.start).ticks / d.bin.ticks));
    while (counter.written < whole) {
      std::vector<std::uint64_t> counts(std::min(at_once, whole - counter.written));
      const std::size_t known = std::min(counts.size(), counter.counts.size());  // behind them nobody fired
      std::copy_n(counter.counts.begin(), known, counts.begin());
      counter.counts.erase(counter.counts.begin(), counter.counts.begin() + static_cast<std::ptrdiff_t>(known));
      file_->append(i, counts);
      if (csv_) write_csv(counter, counts);
      counter.written += counts.size();
    }
  }
}

void RateRecording::advance(Time until) {
  if (!file_) return;
  write_finished_bins(until);
  file_->advance(until);
}

void RateRecording::finish(Time stop, std::vector<std::string>& files) {
  if (!file_) return;
  write_finished_bins(stop);
  file_->finish(stop);
  files.emplace_back("rates.h5");
  if (!csv_) return;
  csv_->publish();
  files.emplace_back("rates.csv");
}

}  // namespace synop
