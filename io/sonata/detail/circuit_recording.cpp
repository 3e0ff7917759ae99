#include "synop/io/sonata/detail/circuit_recording.hpp"

#include <algorithm>

namespace synop::sonata {

namespace {

constexpr std::size_t most_kept_spikes = 4'000'000;  // 64 MB; statistics of longer runs cover their beginning

}  // namespace

void add_report_multimeters(const Circuit& circuit, Simulation& simulation) {
  for (std::size_t r = 0; r < circuit.reports.size(); ++r) {
    const SonataReport& report = circuit.config.reports[r];
    for (const ReportPart& part : circuit.reports[r].parts)
      simulation.add_multimeter(PopulationId{part.part}, part.neurons, report.interval, report.start, report.stop);
  }
}

CircuitRecording::CircuitRecording(const Circuit& circuit, const std::filesystem::path& folder,
                                   const Provenance& provenance, bool keep)
    : circuit_(circuit), folder_(folder), populations_(circuit.nodes.size()), keep_(keep) {
  std::vector<SpikeFilePopulation> recorded;
  for (std::uint32_t p = 0; p < circuit.nodes.size(); ++p) {
    if (!circuit.is_simulated(p)) continue;
    populations_[p].written = true;
    populations_[p].file_index = recorded.size();
    recorded.push_back({circuit.nodes[p].name(), circuit.nodes[p].end_of_ids(), circuit.nodes[p].size()});
  }
  spike_file_ = std::make_unique<SpikeFileWriter>(folder / circuit.config.spikes_file, recorded, provenance);
  for (std::size_t r = 0; r < circuit.reports.size(); ++r) {
    const SonataReport& report = circuit.config.reports[r];
    const ReportDescription description{.population = circuit.nodes[circuit.reports[r].population].name(),
                                        .variable = "V_m",
                                        .unit = "mV",
                                        .neurons = circuit.reports[r].ids,
                                        .start = report.start,
                                        .step = report.interval};
    reports_.push_back({std::make_unique<ReportFileWriter>(folder / report.file_name, description, provenance), {}});
    for (std::size_t part = 0; part < circuit.reports[r].parts.size(); ++part) sources_.push_back({r, part});
  }
}

void CircuitRecording::on_spikes(PopulationId id, std::span<const Spike> spikes) {
  const Part& part = circuit_.parts[id.index];
  const Nodes& nodes = circuit_.nodes[part.population];
  translated_.clear();
  for (const Spike& spike : spikes)
    translated_.push_back({spike.time, static_cast<std::uint32_t>(nodes.id(part.rows[spike.neuron]))});
  hash_.on_spikes(PopulationId{part.population}, translated_);
  Population& population = populations_[part.population];
  if (!population.written || part.neurons == nullptr) return;
  population.waiting.insert(population.waiting.end(), translated_.begin(), translated_.end());
  if (!keep_ || kept_until_ != Time::never()) return;
  for (const Spike& spike : spikes) population.kept.push_back({spike.time, part.rows[spike.neuron]});
  kept_count_ += spikes.size();
}

void CircuitRecording::on_sample(std::uint32_t multimeter, Time time, std::span<const double> values) {
  const Source source = sources_[multimeter];
  const ReportPlan& plan = circuit_.reports[source.report];
  const auto [at, added] = reports_[source.report].waiting.try_emplace(time);
  Row& row = at->second;
  if (added) {
    row.values.resize(plan.ids.size());
    row.missing = plan.parts.size();
  }
  for (std::size_t i = 0; i < values.size(); ++i) row.values[plan.parts[source.part].columns[i]] = values[i];
  --row.missing;
}

void CircuitRecording::write_up_to(Time now) {
  if (kept_count_ > most_kept_spikes && kept_until_ == Time::never()) kept_until_ = now;
  for (Population& population : populations_) {
    if (population.waiting.empty()) continue;
    std::sort(population.waiting.begin(), population.waiting.end());
    spike_file_->append(population.file_index, population.waiting);
    population.waiting.clear();
  }
  spike_file_->advance(now);
  for (Report& report : reports_)
    while (!report.waiting.empty() && report.waiting.begin()->first < now && report.waiting.begin()->second.missing == 0) {
      report.file->append(report.waiting.begin()->second.values);
      report.waiting.erase(report.waiting.begin());
    }
  for (Report& report : reports_) report.file->advance(now);
}

std::vector<PopulationStatistics> CircuitRecording::statistics(Time stop) {
  std::vector<PopulationStatistics> result;
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    if (!populations_[p].written) continue;
    std::vector<Spike>& kept = populations_[p].kept;
    std::sort(kept.begin(), kept.end());
    const Nodes& nodes = circuit_.nodes[p];
    std::uint64_t neurons = 0;
    for (const Place place : circuit_.places[p]) neurons += circuit_.neurons_at(place) != nullptr ? 1 : 0;
    const Time end = std::min(stop, kept_until_);
    if (end > Time{}) result.push_back(statistics_of(nodes.name(), nodes.size(), neurons, kept, Time{}, end));
  }
  return result;
}

std::vector<std::string> CircuitRecording::finish(Time stop,
                                                  std::span<const std::pair<std::string, std::uint64_t>> counts) {
  const SonataConfig& config = circuit_.config;
  std::vector<std::string> files{config.spikes_file};
  spike_file_->finish(counts, stop);
  if (config.order == SpikeOrder::by_id) sort_spike_file_by_id(folder_ / config.spikes_file, counts);
  for (std::size_t r = 0; r < reports_.size(); ++r) {
    reports_[r].file->finish(stop);
    files.push_back(config.reports[r].file_name);
  }
  return files;
}

}  // namespace synop::sonata
